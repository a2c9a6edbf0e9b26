"""The limit: what a generic interpreter of closures can do in this Python, with nothing that a product needs.

Every node is a closure that takes the state and gives the next node's number, or None to wait. State is one dictionary,
written as msgpack at the wait. No journal, no faults, no languages, no late answers: what remains is the work itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

Closure = Callable[[dict[str, Any]], int | None]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, Any]).decode


def _path(path: str) -> Callable[[dict[str, Any]], Any]:
    root, key = path.split(".")

    def value(state: dict[str, Any]) -> Any:
        return state[root].get(key)

    return value


def assign(name: str, path: str, onward: int) -> Closure:
    value = _path(path)

    def run(state: dict[str, Any]) -> int:
        state["vars"][name] = value(state)
        return onward

    return run


def write(name: str, form: str, paths: list[str], onward: int) -> Closure:
    values = [_path(path) for path in paths]

    def run(state: dict[str, Any]) -> int:
        state["vars"][name] = form % tuple([value(state) for value in values])
        return onward

    return run


def branch(path: str, limit: float, above: int, below: int) -> Closure:
    value = _path(path)

    def run(state: dict[str, Any]) -> int:
        return above if float(value(state)) > limit else below

    return run


def menu(node: str, leads_to: dict[str, int], otherwise: int) -> Closure:
    def run(state: dict[str, Any]) -> int | None:
        text = state.pop("input", None)
        if text is None:
            return None
        state["results"][node] = {"value": text}
        return leads_to.get(text, otherwise)

    return run


def end(outcome: str) -> Closure:
    def run(state: dict[str, Any]) -> int | None:
        state["outcome"] = outcome
        return None

    return run


FOLLOWUP: list[Closure] = [
    assign("name", "record.name", 1),
    assign("age", "record.age", 2),
    assign("ward", "record.ward", 3),
    write("greeting", "Hello %s of %s, how are you?", ["vars.name", "vars.ward"], 4),
    branch("vars.age", 65, 5, 5),
    menu("ask", {"1": 6, "2": 7, "3": 8, "4": 9}, 9),
    write("advice", "%s, all is well in %s.", ["vars.name", "vars.ward"], 10),
    write("advice", "%s, rest well; %s.", ["vars.name", "vars.ward"], 10),
    write("advice", "%s, %s will call you.", ["vars.name", "vars.ward"], 10),
    write("advice", "%s, we call you from %s.", ["vars.name", "vars.ward"], 10),
    assign("answer", "vars.greeting", 11),
    assign("noted", "vars.age", 12),
    end("done"),
]


def session(record: dict[str, Any], answer: str) -> tuple[str, int]:
    """One session from start to end, stored and restored at its wait; its outcome and the state's bytes."""
    state: dict[str, Any] = {"record": record, "vars": {}, "results": {}, "at": 0}
    here = _walk(state, 0)
    state["at"] = here
    del state["record"]
    blob = _encode(state)
    state = _decode(blob)
    state["record"] = record
    state["input"] = answer
    _walk(state, state["at"])
    return state["outcome"], len(blob)


def _walk(state: dict[str, Any], at: int) -> int:
    while True:
        onward = FOLLOWUP[at](state)
        if onward is None:
            return at
        at = onward

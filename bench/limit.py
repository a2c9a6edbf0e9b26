"""The limit: what a generic interpreter of closures can do in this Python, with nothing that a product needs.

It compiles the same document as we do: each node to a closure that takes the state and gives the next node's name, each
template to pieces, each path to a getter that a record may disappoint. State is one dictionary, written as msgpack at the
wait. What it leaves out is the rest: faults, languages, the journal, numbered commands and late answers, hang-ups,
secrets, local time, a session that stays as it was when a turn is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

State = dict[str, Any]
Value = Callable[[State], Any]
Closure = Callable[[State], str | None]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, Any]).decode
_PLACE = re.compile(r"{{\s*([\w.]+)\s*}}")
_COMPARISON = re.compile(r"([\w.]+)\s*(>|<|==)\s*(\S+)")
_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda left, right: left > right, "<": lambda left, right: left < right, "==": lambda left, right: left == right,
}  # fmt: skip


class Limit:
    """A document, compiled."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._start: str = document["start"]
        self._nodes = {name: self._compile(name, node) for name, node in document["nodes"].items()}

    def session(self, record: Mapping[str, Any], answer: str) -> tuple[str, int]:
        """One session from start to end, stored and restored at its wait; its outcome and the state's bytes."""
        state: State = {"record": record, "node": self._start, "vars": {}, "results": {}, "status": "running"}
        self._walk(state)
        kept = {name: state[name] for name in ("node", "vars", "results", "status")}
        blob = _encode(kept)
        state = _decode(blob)
        state["record"] = record
        state["input"] = answer
        self._walk(state)
        return state["outcome"], len(blob)

    def _walk(self, state: State) -> None:
        nodes = self._nodes
        name: str | None = state["node"]
        while name is not None:
            state["node"] = name
            name = nodes[name](state)

    def _compile(self, name: str, node: Mapping[str, Any]) -> Closure:
        config, targets = node.get("config", {}), node.get("outlets", {})
        made: Closure = getattr(self, f"_{node['type']}")(name, config, targets)
        return made

    def _set(self, name: str, config: Mapping[str, Any], targets: Mapping[str, str]) -> Closure:
        values = [(variable, template(source)) for variable, source in config["variables"].items()]

        def run(state: State) -> str | None:
            variables = state["vars"]
            for variable, value in values:
                variables[variable] = value(state)
            state["results"][name] = {"outlet": "done"}
            return targets.get("done")

        return run

    def _branch(self, name: str, config: Mapping[str, Any], targets: Mapping[str, str]) -> Closure:
        cases = []
        for case in config["conditions"]:
            path, sign, right = _COMPARISON.fullmatch(case["when"]).groups()  # type: ignore[union-attr]
            cases.append((getter(path), _RELATIONS[sign], float(right), case["label"]))

        def run(state: State) -> str | None:
            for value, relation, right, label in cases:
                found = value(state)
                if isinstance(found, (int, float)) and relation(found, right):
                    state["results"][name] = {"outlet": label, "value": label}
                    return targets.get(label)
            state["results"][name] = {"outlet": "else"}
            return targets.get("else")

        return run

    def _menu(self, name: str, config: Mapping[str, Any], targets: Mapping[str, str]) -> Closure:
        prompt = template(config["prompt"])
        labels = {choice["key"]: choice["label"] for choice in config["choices"]}

        def run(state: State) -> str | None:
            key = state.pop("input", None)
            if key is None:
                state["asked"] = prompt(state)
                return None
            outlet = key if key in labels else "no_match"
            state["results"][name] = {"outlet": outlet, "value": key, "label": labels.get(key)}
            return targets.get(outlet)

        return run

    def _end(self, name: str, config: Mapping[str, Any], targets: Mapping[str, str]) -> Closure:
        outcome = template(config.get("outcome", ""))

        def run(state: State) -> str | None:
            state["status"], state["outcome"] = "completed", outcome(state)
            return None

        return run


def getter(path: str) -> Value:
    """A closure that follows a path; a name that is missing is None."""
    root, *keys = path.split(".")

    def value(state: State) -> Any:
        found = state.get(root)
        for key in keys:
            found = found.get(key) if type(found) is dict else None
        return found

    return value


def template(source: str) -> Value:
    """Text with values in it; exactly one value keeps its kind."""
    pieces = _PLACE.split(source)
    if len(pieces) == 3 and not pieces[0] and not pieces[2]:
        return getter(pieces[1])
    parts = [getter(piece) if number % 2 else piece for number, piece in enumerate(pieces) if piece]
    return lambda state: "".join([part if isinstance(part, str) else _text(part(state)) for part in parts])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)

"""Random flows of every node type, and random events of every kind, for tests that let anything happen.

Configs are those of the node types' own scenarios, so a new node type comes in by being tested, and a starter config
comes in where it is sound. Edges are any: also such as may not be published, for the engine must stand them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal, get_args, get_origin

import msgspec
from hypothesis import strategies as st

from engine.commands import Command
from engine.events import AnyEvent, CommandFailed, TimerFired
from engine.flow import Program, check
from engine.flow.check import built_places
from engine.nodes import registry
from engine.session import Session
from tests.engine.every_node import SCENARIOS
from tests.scenario_files import cases_in

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LANGUAGES = ("en", "zh-CN")
CONTACT: dict[str, Any] = {
    "phone": "13800000000", "email": "ann@example.org", "name": "Ann", "language": "en", "time_zone": "Asia/Shanghai",
}  # fmt: skip
RECORDS: tuple[dict[str, Any], ...] = (
    {}, {"name": "Ann", "age": 70, "visit_at": "2026-12-03T10:00:00+08:00", "ward": "cardio", "items": [1, {"a": "b"}]},
    {"name": None, "age": "old", "visit_at": "soon", "phone": 7, "items": "none"}, {"name": {"en": "Ann"}, "age": 3.5},
)  # fmt: skip
_TEXTS = st.sampled_from(["", "1", "2", "yes", "Yes.", "no", "13800000000", "好", "{{ vars.a }}", "x" * 300, "done"])
_VALUES = (
    st.none() | st.booleans() | st.integers(-9, 10**12) | st.floats(allow_nan=False, allow_infinity=False) | _TEXTS
)
_DATA = st.recursive(
    _VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3), max_leaves=5
)
Draw = Callable[[st.SearchStrategy[Any]], Any]
_EVENTS: tuple[type[Any], ...] = get_args(AnyEvent)


@cache
def nodes() -> tuple[tuple[dict[str, Any], tuple[str, ...]], ...]:
    """Sound nodes of every type, each with its outlets."""
    return tuple(_nodes())


def _nodes() -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    seen: set[str] = set()
    for word, node_type in registry().items():
        configs = [dict(node_type.starter)]
        for path in sorted((SCENARIOS / word).glob("*.yaml")):
            for scenario in cases_in(path):
                configs.append(scenario["node"].get("config", {}))
        for config in configs:
            node = {"type": word, "config": config}
            flow = {"callweave": 1, "name": "any", "languages": [*LANGUAGES], "start": "n0", "nodes": {"n0": node}}
            report = check({**flow, "nodes": {"n0": {**node, "outlets": {}}}}, registry())
            checked = report.nodes["n0"]
            if checked.node is not None and repr(node) not in seen:
                seen.add(repr(node))
                yield node, tuple(outlet.id for outlet in checked.outlets)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """A flow of up to eight nodes; its sub-flows, whatever their names, are another such flow or itself."""
    return _program(draw).beside(_Library(_program(draw)))


def _program(draw: st.DrawFn) -> Program:
    kinds = sorted({node["type"] for node, _ in nodes()})
    first = draw(st.sampled_from([*kinds, "answer", "call"]))
    drawn = [
        draw(st.sampled_from([entry for entry in nodes() if entry[0]["type"] == kind]))
        for kind in [first, *draw(st.lists(st.sampled_from(kinds), max_size=7))]
    ]
    ids = [f"n{number}" for number in range(len(drawn))]
    document: dict[str, Any] = {
        "callweave": 1, "name": "any", "languages": [*LANGUAGES], "start": "n0",
        "on_hang_up": draw(st.none() | st.sampled_from(ids)),
        "nodes": {
            id: {**node, "outlets": {
                outlet: draw(st.sampled_from(ids)) for outlet in outlets if draw(st.integers(0, 3)) > (2 if outlet == "failed" else 0)
            }}
            for id, (node, outlets) in zip(ids, drawn, strict=True)
        },
    }  # fmt: skip
    return Program(
        name="any", languages=LANGUAGES, start="n0", on_hang_up=document["on_hang_up"],
        places=built_places(document, check(document, registry())),
    )  # fmt: skip


class _Library:
    """One sub-flow for every name, which may call itself."""

    def __init__(self, program: Program) -> None:
        self._program = program.beside(self)

    def find(self, flow: str, version: int | None) -> str | None:
        return None if flow == "missing" else "any@1"

    def program(self, key: str) -> Program | None:
        return self._program


def event(draw: Draw, session: Session, asked: Mapping[str, Command]) -> Any:
    """Something that may happen: mostly what the session waits for, sometimes what makes no sense to it.

    `asked` are the commands that it has given.
    """
    pending, wake = session.run.pending, session.wake_at
    if wake is not None and not draw(st.integers(0, 2)):
        return TimerFired(at=wake)
    command = asked.get(draw(st.sampled_from(pending))) if pending and draw(st.integers(0, 3)) else None
    kind = draw(st.sampled_from(_EVENTS if command is None else _answers_to(type(command))))
    fields = {field.name: _field(draw, field) for field in msgspec.structs.fields(kind)}
    if command is not None:
        fields["command_id"] = command.id
    if "leg" in fields and session.state.legs and draw(st.integers(0, 3)):
        fields["leg"] = session.leg
    return kind(**fields)


@cache
def _answers_to(command: type[Command]) -> tuple[type[Any], ...]:
    """What may answer a command, as its docstring names it; and that it failed."""
    _, _, named = (command.__doc__ or "").partition("Answered by ")
    words = set(re.findall(r"`(\w+)`", named.partition(".")[0]))
    return tuple(kind for kind in _EVENTS if kind.__name__ in words or kind is CommandFailed)


def _field(draw: Draw, field: msgspec.structs.FieldInfo) -> Any:
    if field.name == "at":
        return draw(
            st.none() | st.sampled_from([AT, AT + timedelta(hours=1), AT + timedelta(days=9), AT - timedelta(1)])
        )
    if field.name == "command_id":
        return draw(st.sampled_from("123456789"))
    if field.name == "leg":
        return draw(st.sampled_from("LM"))
    return draw(_of_type(field.type))


def _of_type(wanted: Any) -> st.SearchStrategy[Any]:
    if get_origin(wanted) is Literal:
        return st.sampled_from(get_args(wanted))
    if get_origin(wanted) is dict:
        return st.dictionaries(_TEXTS, _of_type(get_args(wanted)[1]), max_size=3)
    if get_origin(wanted) is list:
        return st.lists(_of_type(get_args(wanted)[0]), max_size=3)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: _TEXTS, int: st.integers(0, 999), float: st.floats(0, 1e6), bool: st.booleans(), Any: _DATA,
    }  # fmt: skip
    return simple[wanted]

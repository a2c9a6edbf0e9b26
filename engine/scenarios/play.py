"""Playing a scenario with the real `advance`.

Between two turns the session goes through its stored form and back, as it does in a database: what a node keeps outside
of its memo is lost here first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from engine.commands import Command
from engine.events import AnyEvent, CallOffered
from engine.flow import Program
from engine.scenarios.scenario import Scenario, ScenarioError, ScenarioStep
from engine.session import Session, Step, Turn, advance, dump, restore, start
from engine.wire import as_data

_DURATION = re.compile(r"(\d+)([dhms])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class Failure(msgspec.Struct, frozen=True):
    """An expectation that did not hold: `step` counts from 0."""

    step: int
    path: str
    expected: Any
    actual: Any

    def __str__(self) -> str:
        return f"step {self.step}: {self.path}: expected {self.expected!r}, is {self.actual!r}"


class Played(msgspec.Struct):
    """What came of a scenario: where expectations failed, and the nodes and outlets walked."""

    failures: list[Failure] = []
    walked: list[Step] = []


def play(program: Program, scenario: Scenario) -> Played:
    """Play a scenario. Raises ScenarioError where an event in it is none."""
    played = Played()
    clock = scenario.at
    turn: Turn | None = None
    for number, step in enumerate(scenario.steps):
        if step.advance_clock is not None:
            clock += duration(step.advance_clock)
        event = _event(step, number, turn, clock)
        if turn is None:
            begun = event if isinstance(event, CallOffered) else None
            turn = start(program, contact=scenario.contact, record=scenario.record, at=clock, event=begun)
            played.walked.extend(turn.journal)
            if event is None or begun is not None:
                played.failures.extend(_compare(number, step.expect, turn))
                continue
        if event is not None:
            turn = advance(program, _stored(program, turn.session), event)
            played.walked.extend(turn.journal)
        played.failures.extend(_compare(number, step.expect, turn))
    return played


def duration(text: str) -> timedelta:
    """A time such as `3d`, `2h30m`, `45s`."""
    if not re.fullmatch(r"(\d{1,6}[dhms])+", text):
        raise ScenarioError(f"{text!r} is no time such as 3d, 2h30m or 45s")
    return sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in _DURATION.findall(text)), timedelta())


def _stored(program: Program, session: Session) -> Session:
    return restore(program, dump(session), contact=session.contact, record=session.record)


def _event(step: ScenarioStep, number: int, turn: Turn | None, clock: datetime) -> AnyEvent | None:
    """The step's event; what it leaves out is filled in: the time, the party, the command that it answers."""
    if step.event is None:
        return None
    data: dict[str, Any] = {"at": clock.isoformat(), **step.event}
    kind = str(data.get("type"))
    if kind in ("call_offered", "call_answered", "call_ended"):
        data.setdefault("leg", "caller")
    pending = turn.session.run.pending if turn is not None else []
    if pending:
        data.setdefault("command_id", pending[-1])
    try:
        return msgspec.convert(data, AnyEvent)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        raise ScenarioError(f"steps.{number}.event: {error}") from error


def _compare(number: int, expect: Mapping[str, Any], turn: Turn) -> Iterator[Failure]:
    actual = {
        "node": turn.session.node, "status": turn.session.status, "outcome": turn.session.outcome,
        "results": turn.session.results, "vars": turn.session.vars, "commands": _commands(turn.commands),
        "outlet": next((step.outlet for step in reversed(turn.journal) if step.outlet is not None), None),
        "walked": [step.node for step in turn.journal],
    }  # fmt: skip
    for key, wanted in expect.items():
        if key not in actual:
            raise ScenarioError(f"steps.{number}.expect.{key}: is not known here")
        yield from _differences(number, key, wanted, actual[key])


def _commands(commands: Sequence[Command]) -> list[dict[str, Any]]:
    return [{key: value for key, value in as_data(command).items() if key != "id"} for command in commands]


def _differences(number: int, path: str, wanted: Any, actual: Any) -> Iterator[Failure]:
    """Where what is wanted is not there: of an object only what is named, of a list every entry."""
    if isinstance(wanted, Mapping) and isinstance(actual, Mapping):
        for key, value in wanted.items():
            yield from _differences(number, f"{path}.{key}", value, actual.get(key))
    elif isinstance(wanted, list) and isinstance(actual, (list, tuple)) and len(wanted) == len(actual):
        for index, (value, there) in enumerate(zip(wanted, actual, strict=True)):
            yield from _differences(number, f"{path}.{index}", value, there)
    elif wanted != actual or isinstance(wanted, bool) is not isinstance(actual, bool):
        yield Failure(number, path, wanted, actual)

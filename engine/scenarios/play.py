"""Playing a scenario: its steps on a `Stage`, and what it expects compared with what is seen there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from engine.commands import Command
from engine.events import CallOffered
from engine.flow import Program
from engine.scenarios.scenario import Scenario, ScenarioError, ScenarioStep
from engine.scenarios.stage import Answers, NoEvent, Passage, Stage
from engine.session import Step
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


def play(program: Program, scenario: Scenario, answers: Answers | None = None) -> Played:
    """Play a scenario; `answers` answer what no event in it does. Raises ScenarioError where an event in it is none."""
    played = Played()
    stage = Stage(
        program, contact=scenario.contact, record=scenario.record, at=scenario.at, answers=answers
    )  # fmt: skip
    for number, step in enumerate(scenario.steps):
        try:
            passages = list(_passages(stage, step, first=number == 0))
        except NoEvent as error:
            raise ScenarioError(f"steps.{number}.event.{error}") from error
        played.walked.extend(walked for passage in passages for walked in passage.steps)
        played.failures.extend(_compare(number, step.expect, passages[-1]))
    return played


def _passages(stage: Stage, step: ScenarioStep, *, first: bool) -> Iterator[Passage]:
    """What a step asks for, one after the other; the last of it is what is compared."""
    time = None if step.advance_clock is None else duration(step.advance_clock)
    if first:
        stage.clock += time or timedelta()
        event = None if step.event is None else stage.read(step.event)
        if event is None or isinstance(event, CallOffered):
            yield stage.begin(event)
            return
        yield stage.begin()
    elif time is not None or step.event is None:
        yield stage.wind(time or timedelta())
    if step.event is not None:
        yield stage.take(stage.read(step.event))


def duration(text: str) -> timedelta:
    """A time such as `3d`, `2h30m`, `45s`."""
    if not re.fullmatch(r"(\d{1,6}[dhms])+", text):
        raise ScenarioError(f"{text!r} is no time such as 3d, 2h30m or 45s")
    return sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in _DURATION.findall(text)), timedelta())


def _compare(number: int, expect: Mapping[str, Any], passage: Passage) -> Iterator[Failure]:
    session = passage.session
    actual = {
        "node": session.node, "status": session.status, "outcome": session.outcome,
        "results": session.results, "vars": session.vars, "commands": _commands(passage.commands),
        "outlet": next((step.outlet for step in reversed(passage.steps) if step.outlet is not None), None),
        "walked": [step.node for step in passage.steps],
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

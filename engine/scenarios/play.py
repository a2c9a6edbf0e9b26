"""Playing a scenario: its steps on a `Stage`, and what it expects compared with what is seen there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from engine.calendars import Calendar
from engine.commands import Command
from engine.durations import parse_duration
from engine.events import CallOffered
from engine.flow import Program
from engine.flow.calendars import read_calendars
from engine.scenarios.flows import ScenarioFlows
from engine.scenarios.mocks import Mocks
from engine.scenarios.scenario import Scenario, ScenarioError, ScenarioStep
from engine.scenarios.stage import Answers, NoEvent, Passage, Stage
from engine.session import Step
from engine.wire import as_data, plain


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
    """Play a scenario; `answers`, by default its own mocks, answer what no event in it does.

    Raises ScenarioError where an event, a mock, a calendar or a sub-flow in it is none.
    """
    played = Played()
    if scenario.calendars:
        program = program.beside(program.library, _calendars(scenario))
    if scenario.flows:
        program = program.beside(ScenarioFlows(scenario.flows, program))
    mocks = Mocks(scenario.mocks, scenario.contact, scenario.record)
    stage = Stage(
        program, contact=scenario.contact, record=scenario.record, at=scenario.at, answers=answers or mocks,
        seed=scenario.seed,
    )  # fmt: skip
    for number, step in enumerate(scenario.steps):
        try:
            passages = list(_passages(stage, mocks, scenario.steps, number))
        except NoEvent as error:
            raise ScenarioError(f"steps.{number}.event.{error.path}: {error}") from error
        played.walked.extend(walked for passage in passages for walked in passage.steps)
        played.failures.extend(_compare(number, step.expect, passages[-1]))
    return played


def _calendars(scenario: Scenario) -> dict[str, Calendar]:
    read, faults = read_calendars(scenario.calendars)
    if faults:
        raise ScenarioError("; ".join(str(fault) for fault in faults))
    return read


def _passages(stage: Stage, mocks: Mocks, steps: Sequence[ScenarioStep], number: int) -> Iterator[Passage]:
    """What a step asks for, one after the other; the last of it is what is compared.

    A mock leaves to the event that comes next what that event can answer.
    """
    step, following = steps[number], steps[number + 1] if number + 1 < len(steps) else None
    time = None if step.advance_clock is None else duration(step.advance_clock)
    begins = number == 0 and _kind(step) == "call_offered"
    if number == 0:
        event = stage.read(step.event) if begins and step.event is not None else None
        mocks.by_hand = _kind(following if begins or step.event is None else step)
        yield stage.begin(event if isinstance(event, CallOffered) else None)
    if time is not None or (number and step.event is None):
        mocks.by_hand = _kind(step if step.event is not None else following)
        yield stage.wind(time or timedelta())
    if step.event is not None and not begins:
        mocks.by_hand = _kind(following)
        yield stage.take(stage.read(step.event))


def _kind(step: ScenarioStep | None) -> str:
    """The type of a step's event; empty if it has none."""
    return "" if step is None or step.event is None else str(step.event.get("type", ""))


def duration(text: str) -> timedelta:
    """A time such as `3d`, `2h30m`, `45s`; a day is 24 hours."""
    found = parse_duration(text)
    if found is None or found.length < timedelta():
        raise ScenarioError(f"{text!r} is no time such as 3d, 2h30m or 45s")
    return found.length


def _compare(number: int, expect: Mapping[str, Any], passage: Passage) -> Iterator[Failure]:
    session = passage.session
    actual = {
        "node": session.node, "status": session.status, "outcome": session.outcome,
        "results": plain(session.results), "vars": plain(session.vars), "commands": _commands(passage.commands),
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

"""Playing a flow's scenarios, each by itself: what breaks one does not stop the others."""

from __future__ import annotations

import time
from collections.abc import Iterable

import msgspec

from callweave.flow.files import Found
from engine.flow import FlowErrors, Program
from engine.scenarios import ScenarioError, play
from engine.session import Step


class Result(msgspec.Struct, frozen=True):
    """What came of one scenario: expectations that failed, or why it could not be played."""

    source: str
    name: str
    failures: list[str] = []
    error: str = ""
    walked: list[Step] = []
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether all that was expected was so."""
        return not self.failures and not self.error


def play_all(program: Program, found: Iterable[Found]) -> list[Result]:
    """Every scenario's result, in order."""
    return [_played(program, one) for one in found]


def _played(program: Program, found: Found) -> Result:
    if found.scenario is None:
        return Result(found.source, found.name, error=found.reason)
    began = time.perf_counter()
    try:
        played = play(program, found.scenario)
    except (ScenarioError, FlowErrors) as error:
        return Result(found.source, found.name, error=str(error), seconds=time.perf_counter() - began)
    seconds = time.perf_counter() - began
    failures = [str(failure) for failure in played.failures]
    return Result(found.source, found.name, failures, walked=played.walked, seconds=seconds)

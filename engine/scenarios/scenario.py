"""The shape of a scenario, the same in a flow document, in YAML and in the simulator's export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

STEPS_AT_MOST = 500
DEFAULT_AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


class ScenarioError(ValueError):
    """Not a scenario; says where and why."""


class ScenarioStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event, or time that passes, and what is expected then. `expect` names only what matters."""

    event: dict[str, Any] | None = None
    advance_clock: str | None = None
    expect: dict[str, Any] = {}


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scenario of a flow; of one node alone if `node` is given (its `type` and `config`)."""

    name: str
    steps: list[ScenarioStep]
    at: datetime = DEFAULT_AT
    contact: dict[str, Any] = {}
    record: dict[str, Any] = {}
    mocks: dict[str, Any] = {}
    flows: dict[str, Any] = {}
    """The sub-flows by name: documents, or lists of them as versions."""
    calendars: dict[str, Any] = {}
    """The calendars that the flow names, in the shape of CONTRACT §6."""
    seed: int = 0
    """Where all chance in the session comes from."""
    node: dict[str, Any] | None = None
    languages: tuple[str, ...] = ("en",)
    flow: str | None = None
    """The file of the flow that a scenario in a file of its own belongs to."""

    @property
    def document(self) -> dict[str, Any]:
        """The flow document around a scenario's one node."""
        assert self.node is not None
        return {
            "callweave": 1, "name": self.name, "languages": list(self.languages), "start": "subject",
            "nodes": {"subject": {"outlets": {}, **self.node}},
        }  # fmt: skip


def read_scenario(data: Mapping[str, Any]) -> Scenario:
    """The scenario in this data; ScenarioError if it is none."""
    try:
        scenario = msgspec.convert(dict(data), Scenario)
    except (msgspec.ValidationError, TypeError) as error:
        raise ScenarioError(str(error)) from error
    if not scenario.steps or len(scenario.steps) > STEPS_AT_MOST:
        raise ScenarioError(f"steps: 1 to {STEPS_AT_MOST} (has {len(scenario.steps)})")
    if scenario.at.tzinfo is None:
        raise ScenarioError(f"at: needs a time zone (is {scenario.at.isoformat()})")
    return scenario

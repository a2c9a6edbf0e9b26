"""From something that happened to a scenario: what was simulated, or a real session as its journal has it.

A scenario that is made here, played by `play`, has no failure: what it expects is what was seen. Secrets are in it as
they are in journals, as `•••`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.scenarios.stage import Passage
from engine.secret import MASK
from engine.wire import as_data


def expectation(passage: Passage) -> dict[str, Any]:
    """What was seen of one step, as a scenario expects it."""
    session = passage.session
    expect: dict[str, Any] = {
        "status": session.status,
        "commands": [{key: value for key, value in as_data(command).items() if key != "id"}
                     for command in passage.commands],
    }  # fmt: skip
    outlet = next((step.outlet for step in reversed(passage.steps) if step.outlet is not None), None)
    for key, value in (("node", session.node), ("outcome", session.outcome), ("outlet", outlet)):
        if value is not None:
            expect[key] = value
    return expect


def scenario(
    name: str,
    *,
    at: datetime,
    contact: Mapping[str, Any],
    record: Mapping[str, Any],
    mocks: Mapping[str, Any],
    flows: Mapping[str, Any] | None = None,
    calendars: Mapping[str, Any] | None = None,
    steps: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The document's shape of a scenario (CONTRACT §6); what is empty is left out."""
    whole: dict[str, Any] = {"name": name, "at": at.isoformat()}
    given = (
        ("contact", contact), ("record", record), ("mocks", mocks), ("flows", flows), ("calendars", calendars),
    )  # fmt: skip
    whole |= {key: dict(value) for key, value in given if value}
    return whole | {"steps": [dict(step) for step in steps]}


def steps_of_journal(turns: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The steps of a journal's turns (`event`, `steps`, `commands` as plain data).

    Keys that answer a secret question are masked even if the journal has them.
    """
    steps: list[dict[str, Any]] = []
    secret: set[str] = set()
    for turn in turns:
        event = dict(turn.get("event") or {})
        if event.get("command_id") in secret and "digits" in event:
            event["digits"] = MASK
        commands = list(turn.get("commands", ()))
        secret |= {str(command.get("id")) for command in commands if command.get("secret")}
        walked = list(turn.get("steps", ()))
        expect: dict[str, Any] = {
            "commands": [{key: value for key, value in command.items() if key != "id"} for command in commands],
            "walked": [step["node"] for step in walked],
        }
        outlet = next((step["outlet"] for step in reversed(walked) if step.get("outlet") is not None), None)
        if outlet is not None:
            expect["outlet"] = outlet
        first = not steps and event.get("type") == "session_started"
        steps.append({"expect": expect} if first else {"event": event, "expect": expect})
    return steps

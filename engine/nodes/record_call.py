"""Record call: keep the whole call from here on, or stop keeping it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import JsonValue

from engine.commands import RecordCall as RecordWholeCall
from engine.events import CommandDone, Event, reason_of
from engine.faults import Phrase
from engine.fields import Field
from engine.node import Action, Leave, Node, NodeConfig, Summary, Wait
from engine.session.session import Session

ACTIONS: dict[str, JsonValue] = {"start": "Start", "stop": "Stop", "pause": "Pause", "hide": "Hide"}


class RecordCallConfig(NodeConfig):
    action: Literal["start", "stop", "pause", "hide"] = Field(
        "start", title="Action",
        description="“Pause” leaves out what is said, “hide” keeps silence in its place; “start” goes on after both.",
        json_schema_extra={"labels": ACTIONS},
    )  # fmt: skip


class RecordCall(Node[RecordCallConfig]):
    """Starts, stops or pauses the recording of the whole call."""

    type, label, group, icon, medium = "record_call", "Record the call", "voice", "recordcall", "voice"
    help = (
        "Both sides are recorded while the flow goes on. Pause or hide it where a card number or a password is "
        "entered. Tell the caller that he is recorded where the law asks for it. At the end of the call it stops by "
        "itself."
    )
    needs_leg = waits = True

    def enter(self, session: Session) -> Action:
        return Wait((RecordWholeCall(leg=session.leg, action=self.config.action),))

    def handle(self, session: Session, event: Event) -> Action:
        if isinstance(event, CommandDone):
            return Leave("done")
        return Leave("failed", details=reason_of(event))

    def summary(self) -> Iterator[Summary]:
        yield Phrase(str(ACTIONS[self.config.action]))

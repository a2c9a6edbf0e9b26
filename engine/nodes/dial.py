"""Dial: bring a second party to the caller, and join the two."""

from __future__ import annotations

from collections.abc import Iterator

from engine.commands import Dial as DialParties
from engine.events import DialEnded, Event, reason_of
from engine.faults import Phrase
from engine.fields import Field, OptionalDigit, PhoneNumbers, Prompt, RingSeconds, Template, numbers_of
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.session.session import Session

LONGEST = 14_400


class DialConfig(NodeConfig):
    to: PhoneNumbers = Field(
        title="Numbers", description="Telephone numbers, or where they stand: {{ record.ward_phone }}.",
        min_length=1, max_length=20,
    )  # fmt: skip
    in_turn: bool = Field(
        False, title="One after the other", description="Else all ring at once, and the first to answer is joined.",
        json_schema_extra={"widget": "switch"},
    )  # fmt: skip
    ring_seconds: RingSeconds = Field(30, title="Let it ring", description="One after the other, each rings this long.")
    caller_id: Template | None = Field(
        None, title="Caller number", description="What the other side sees. Empty: the number of the trunk."
    )
    whisper: Prompt | None = Field(
        None, title="Say to who answers", description="Heard by the one who answers, before the two are joined.",
        json_schema_extra={"group": "advanced"},
    )  # fmt: skip
    accept_key: OptionalDigit = Field(
        "", title="Key to accept", description="Only who presses it is joined, so that no answering machine is.",
        json_schema_extra={"group": "advanced"},
    )  # fmt: skip
    hold_music: str = Field(
        "", title="Music for who waits", description="A recording. Empty: the music of the house.", max_length=200,
        json_schema_extra={"group": "advanced", "widget": "asset"},
    )  # fmt: skip
    max_seconds: int = Field(
        0, title="Longest talk", description="After that the two are parted. 0: no limit.", ge=0, le=LONGEST,
        json_schema_extra={"group": "advanced", "unit": "s"},
    )  # fmt: skip


class Dial(Node[DialConfig]):
    """Calls a second party and joins it with the caller."""

    type, label, group, icon, medium = "dial", "Dial", "voice", "dial", "voice"
    help = (
        "The caller waits while the numbers ring. When the second party has hung up, the flow goes on with the caller "
        "by “completed”. `results.<node>.value` is the number that answered, `seconds` how long the two have talked."
    )
    starter = {"to": [""]}
    needs_leg = waits = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("completed", "Talked")
        yield Outlet("busy", "Busy")
        yield Outlet("no_answer", "No answer")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        config, scope = self.config, session.scope
        numbers = numbers_of(config.to, scope)
        if not numbers:
            return Leave("failed", details={"reason": "no telephone number"})
        parties = DialParties(
            leg=session.leg, to=numbers, in_turn=config.in_turn,
            caller_id=config.caller_id.render(scope).strip() if config.caller_id is not None else "",
            ring_seconds=config.ring_seconds,
            whisper=session.say(config.whisper) if config.whisper is not None else (),
            accept_key=config.accept_key, hold_music=config.hold_music, max_seconds=float(config.max_seconds),
            language=session.language,
        )  # fmt: skip
        return Wait((parties,))

    def handle(self, session: Session, event: Event) -> Action:
        if not isinstance(event, DialEnded):
            return Leave("failed", details=reason_of(event))
        if event.fate == "completed":
            return Leave("completed", event.to or None, {"seconds": event.seconds})
        return Leave(event.fate, details={"cause": event.cause})

    def summary(self) -> Iterator[Summary]:
        yield ", ".join(template.source for template in self.config.to)
        if len(self.config.to) > 1:
            yield Phrase("one after the other") if self.config.in_turn else Phrase("all at once")
        yield Phrase("rings {seconds} s", {"seconds": f"{self.config.ring_seconds:g}"})

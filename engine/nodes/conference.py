"""Conference: bring the caller into a room where many talk with each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from engine.commands import JoinConference
from engine.events import ConferenceEnded, Event, reason_of
from engine.faults import Phrase
from engine.fields import Field, FilledTemplate, PhoneNumbers, Prompt, RingSeconds, Template, numbers_of
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.secret import Secret
from engine.session.session import Session

MOST_INVITED = 50
MOST_IN_A_ROOM = 500
LONGEST_NAME = 100


class ConferenceConfig(NodeConfig):
    room: FilledTemplate = Field(title="Room", description="A name. Who comes to the same name meets in the same room.")
    invite: PhoneNumbers = Field(
        [], title="Invite", description="Telephone numbers that are called into the room.", max_length=MOST_INVITED
    )
    role: Literal["member", "moderator"] = Field(
        "member", title="Comes in as", json_schema_extra={"labels": {"member": "Member", "moderator": "Moderator"}}
    )
    pin: Template | None = Field(
        None, title="PIN", description="Digits that have to be entered before coming in. Empty: none."
    )
    announce: Prompt | None = Field(
        None, title="Announcement", description="Heard in the room when the caller comes in."
    )
    announce_leaving: Prompt | None = Field(
        None, title="Announcement at leaving", description="Heard in the room when the caller goes.",
        json_schema_extra={"group": "advanced"},
    )  # fmt: skip
    record: bool = Field(
        False, title="Record", description="Keeps what is said in the room.", json_schema_extra={"widget": "switch"}
    )
    hold_until_moderator: bool = Field(
        False, title="Wait for the moderator", description="Members hear music until a moderator is there.",
        json_schema_extra={"widget": "switch"},
    )  # fmt: skip
    end_with_moderator: bool = Field(
        False, title="End with the moderator", description="The room is closed when its last moderator leaves.",
        json_schema_extra={"group": "advanced", "widget": "switch"},
    )  # fmt: skip
    max_participants: int = Field(
        0, title="At most in the room", description="0: no limit.", ge=0, le=MOST_IN_A_ROOM,
        json_schema_extra={"group": "advanced"},
    )  # fmt: skip
    caller_id: Template | None = Field(
        None, title="Caller number", description="What the invited see. Empty: the number of the trunk.",
        json_schema_extra={"group": "advanced"},
    )  # fmt: skip
    ring_seconds: RingSeconds = Field(
        30, title="Let it ring", description="How long the invited are called.", json_schema_extra={"group": "advanced"}
    )


class Conference(Node[ConferenceConfig]):
    """Brings the caller into a room, and others with him."""

    type, label, group, icon, medium = "conference", "Conference", "voice", "conference", "voice"
    help = (
        "The caller talks in the room until he leaves it or it is closed; the invited are called meanwhile. If nobody "
        "else ever comes, the flow goes on by “nobody”. `results.<node>.value` is the time in the room in seconds, "
        "`invited` has what became of each invited number. Keys in the room: *0 leaves it, *1 mutes oneself, *4 tells "
        "how many are there; a moderator's *2 locks it, *3 mutes all others, *7 removes who came last, *9 ends it for "
        "all."
    )
    starter = {"room": ""}
    needs_leg = waits = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("done", "Done")
        yield Outlet("nobody", "Nobody came")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        config, scope = self.config, session.scope
        room = config.room.render(scope).strip()[:LONGEST_NAME]
        if not room:
            return Leave("failed", details={"reason": "the room has no name"})
        pin = config.pin.render(scope).strip() if config.pin is not None else ""
        is_guarded = config.pin is not None and bool(config.pin.source.strip())
        if is_guarded and not pin.isdecimal():
            return Leave("failed", details={"reason": "the PIN is not made of digits"})
        room_call = JoinConference(
            leg=session.leg, room=room, invite=numbers_of(config.invite, scope), role=config.role, pin=pin,
            announce=session.say(config.announce) if config.announce is not None else (),
            announce_leaving=session.say(config.announce_leaving) if config.announce_leaving is not None else (),
            record=config.record, hold_until_moderator=config.hold_until_moderator,
            end_with_moderator=config.end_with_moderator, max_participants=config.max_participants,
            caller_id=config.caller_id.render(scope).strip() if config.caller_id is not None else "",
            ring_seconds=config.ring_seconds, language=session.language,
        )  # fmt: skip
        return Wait((room_call,), memo=Secret(pin) if pin else None)  # the journal has not the PIN: for recovery

    def handle(self, session: Session, event: Event) -> Action:
        if not isinstance(event, ConferenceEnded):
            return Leave("failed", details=reason_of(event))
        return Leave(event.fate, event.seconds, {"invited": event.invited, "cause": event.cause})

    def summary(self) -> Iterator[Summary]:
        yield self.config.room.source
        if self.config.invite:
            yield Phrase("{count} invited", {"count": len(self.config.invite)})
        if self.config.role == "moderator":
            yield Phrase("as moderator")
        if self.config.record:
            yield Phrase("recorded")

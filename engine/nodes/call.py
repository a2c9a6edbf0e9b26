"""Call: ring somebody up; who answers is on the line from then on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import JsonValue

from engine.commands import HangUp, PlaceCall
from engine.events import CallAnswered, CallFailed, Event, reason_of
from engine.faults import Phrase
from engine.fields import Field, PhoneNumber, RingSeconds, Template
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.session.session import Session

WHEN_MACHINE: dict[str, JsonValue] = {
    "go_on": "Go on at once", "wait_for_beep": "Wait for the end of its greeting", "hang_up": "Hang up",
}  # fmt: skip
WHEN_UNSURE: dict[str, JsonValue] = {
    "person": "Treat it as a person", "machine": "Treat it as a machine", "hang_up": "Hang up",
}  # fmt: skip


class CallConfig(NodeConfig):
    to: PhoneNumber = Field(title="Number", description="A telephone number, or where it stands: {{ contact.phone }}.")
    caller_id: Template | None = Field(
        None, title="Caller number", description="What the other side sees. Empty: the number of the trunk."
    )
    ring_seconds: RingSeconds = Field(30, title="Let it ring", description="After that nobody has answered.")
    detect_machine: bool = Field(
        False, title="Detect answering machines",
        description="Listens to how the call is answered, which takes about two seconds.",
        json_schema_extra={"widget": "switch"},
    )  # fmt: skip
    when_machine: Literal["go_on", "wait_for_beep", "hang_up"] = Field(
        "go_on", title="When a machine answers",
        description="A message that is to be on the machine is spoken after its greeting. The outlet is “machine”.",
        json_schema_extra={"group": "advanced", "labels": WHEN_MACHINE},
    )  # fmt: skip
    when_unsure: Literal["person", "machine", "hang_up"] = Field(
        "person", title="When it cannot be told", description="Who answers and is silent may be either.",
        json_schema_extra={"group": "advanced", "labels": WHEN_UNSURE},
    )  # fmt: skip
    trunk: str = Field(
        "", title="Trunk", description="The trunk that the call goes out by. Empty: the one for this number.",
        max_length=64, json_schema_extra={"group": "advanced"},
    )  # fmt: skip


class Call(Node[CallConfig]):
    """Calls somebody, and tells by its outlets how it went."""

    type, label, group, icon, medium = "call", "Call", "voice", "call", "voice"
    help = (
        "Whoever answers is on the line for the nodes that follow. A call is placed once: to try again later, lead "
        "“busy” and “no answer” to a wait and back. "
        "While somebody is on the line already this node leaves by “failed”; “Dial” brings a second party."
    )
    starter = {"to": "{{ contact.phone }}"}
    waits = True
    gives_leg = ("answered", "machine")

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("answered", "Answered")
        yield Outlet("machine", "Answering machine")
        yield Outlet("busy", "Busy")
        yield Outlet("no_answer", "No answer")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        config, scope = self.config, session.scope
        if session.state.legs:
            return Leave("failed", details={"reason": "somebody is on the line already"})
        to = config.to.number(scope)
        if not to:
            return Leave("failed", details={"reason": "no telephone number"})
        caller_id = config.caller_id.render(scope).strip() if config.caller_id is not None else ""
        call = PlaceCall(
            to=to, caller_id=caller_id, trunk=config.trunk, ring_seconds=config.ring_seconds,
            detect_machine=config.detect_machine, wait_for_beep=config.when_machine == "wait_for_beep",
        )  # fmt: skip
        return Wait((call,), (to, caller_id))

    def handle(self, session: Session, event: Event) -> Action:
        to, caller_id = session.memo
        match event:
            case CallAnswered():
                session.call_is({"to": to, "from": caller_id, "direction": "out"})
                return self._answered(event, to)
            case CallFailed():
                return Leave(event.fate, event.fate, {"to": to, "cause": event.cause, "rang": event.rang})
        return Leave("failed", "failed", {"to": to} | reason_of(event))

    def _answered(self, event: CallAnswered, to: str) -> Action:
        config = self.config
        what = {"machine": config.when_machine, "unsure": config.when_unsure}.get(event.by, "person")
        if not config.detect_machine or what == "person":
            return Leave("answered", event.by, {"to": to})
        letting_go = (HangUp(leg=event.leg),) if what == "hang_up" else ()
        return Leave("machine", event.by, {"to": to}, letting_go)

    def summary(self) -> Iterator[Summary]:
        yield self.config.to.source
        yield Phrase("rings {seconds} s", {"seconds": f"{self.config.ring_seconds:g}"})
        if self.config.detect_machine:
            yield Phrase("detects machines")

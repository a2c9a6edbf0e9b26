"""Wait for: a message, a change of the record, a signal, or that the contact calls, for some time or for ever."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any, Literal, Self

from pydantic import model_validator

from engine.events import CallOffered, Event, MessageReceived, RecordChanged, SignalReceived, TimerFired
from engine.expressions.template import text
from engine.faults import Phrase
from engine.fields import Condition, Field, Template, fault
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.session.session import Session
from engine.texting.addresses import bare
from engine.time_fields import DurationText

ADDRESSES = ("phone", "email")
"""The contact's fields by which he writes to us."""
MESSAGES = {
    "a signal needs a name", "only a signal has a name", "only a message has a sender", "for {duration} at most",
    "a message", "a change of the record", "a call", "the signal {name}", "when {condition}",
}  # fmt: skip


class WaitForConfig(NodeConfig):
    what: Literal["message", "record", "signal", "call"] = Field(
        "message", title="What",
        description="A message of the contact's, a change of the record, a signal, or a call of the contact's.",
    )  # fmt: skip
    name: str = Field("", title="Name of the signal", description="As the API is called with it.", max_length=64)
    sender: Template | None = Field(
        None, title="Sender", description="Whose message; empty for the contact's own addresses.",
        json_schema_extra={"group": "advanced"},
    )  # fmt: skip
    when: Condition | None = Field(
        None, title="When",
        description="Only what this holds for: message.text contains '1', record.state == 'done', signal.paid == true.",
    )  # fmt: skip
    timeout: DurationText | None = Field(
        None, title="At most", description="Such as 10m, 3d or P3D; empty waits for ever."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.what == "signal" and not self.name.strip():
            raise fault("a signal needs a name")
        if self.what != "signal" and self.name:
            raise fault("only a signal has a name")
        if self.what != "message" and self.sender is not None:
            raise fault("only a message has a sender")
        return self


class WaitFor(Node[WaitForConfig]):
    """Waits until something comes from outside, or the time is up."""

    type, label, group, icon, medium = "wait_for", "Wait for an event", "time", "waitfor", "time"
    help = (
        "What comes and does not meet the condition is passed over, and the wait goes on. A message's text, or a "
        "signal's data, is the node's value. A call comes by a number for returned calls (a trigger of that kind): "
        "after “Received” the contact is on the line, and is not answered yet."
    )
    starter = {"what": "message", "timeout": "1d"}
    waits = True
    own_names = ("signal",)

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("received", "Received")
        yield Outlet("timed_out", "Time is up")

    @property
    def gives_leg(self) -> tuple[str, ...]:  # type: ignore[override]
        """Who calls back is on the line."""
        return ("received",) if self.config.what == "call" else ()

    def enter(self, session: Session) -> Action:
        until = None
        if self.config.timeout is not None:
            duration = self.config.timeout.duration(session.scope)
            if duration is None or not (duration.days or duration.seconds):
                return Leave("timed_out")
            until = session.at + duration.length
        return Wait(until=until, listens=self._listens(session))

    def handle(self, session: Session, event: Event) -> Action:
        match event:
            case TimerFired():
                return Leave("timed_out")
            case MessageReceived():
                data: dict[str, Any] = {}
                received = Leave("received", event.text, {"from": event.sender})
            case SignalReceived():
                data = event.data
                received = Leave("received", event.data)
            case CallOffered():
                data = {}
                received = Leave("received", event.caller, {"to": event.called})
            case RecordChanged():
                data = {}
                received = Leave("received", event.changed)
            case _:
                return self._still(session)
        return received if self._meets(session, data) else self._still(session)

    def fits(self, session: Session, event: MessageReceived) -> bool:
        return self._meets(session, {})

    def summary(self) -> Iterator[Summary]:
        config = self.config
        if config.what == "signal":
            yield Phrase("the signal {name}", {"name": config.name})
        else:
            words = {"message": "a message", "record": "a change of the record", "call": "a call"}
            yield Phrase(words[config.what])
        if config.when is not None:
            yield Phrase("when {condition}", {"condition": config.when.source})
        if config.timeout is not None:
            yield Phrase("for {duration} at most", {"duration": config.timeout.source})

    def _meets(self, session: Session, signal: dict[str, Any]) -> bool:
        if self.config.when is None:
            return True
        scope = copy(session.scope)
        scope["signal"] = signal
        return self.config.when.test(scope)

    def _listens(self, session: Session) -> tuple[tuple[str, str], ...]:
        config = self.config
        if config.what == "call":
            return (("call", bare(text(session.contact.get("phone")))),)
        if config.what != "message":
            return ((config.what, config.name.strip()),)
        if config.sender is not None:
            senders = [bare(config.sender.render(session.scope))]
        else:
            senders = [bare(text(session.contact.get(name))) for name in ADDRESSES]
        return tuple(("message", sender) for sender in senders if sender) or (("message", ""),)

    @staticmethod
    def _still(session: Session) -> Wait:
        return Wait(until=session.wake_at, listens=tuple(session.run.listens))

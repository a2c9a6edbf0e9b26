"""Send SMS: send a text, and go on when it has come far enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from pydantic.config import JsonDict

from engine.commands import Cancel
from engine.commands import SendSms as SendText
from engine.events import Event, MessageSent, TimerFired, reason_of
from engine.faults import Phrase
from engine.fields import Field, PhoneNumber, Template
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.on_unknown import OnUnknown, on_unknown_field
from engine.session.session import Session
from engine.short_text import to_send
from engine.texts import Text, first_words

STATES = ("queued", "sent", "delivered")
RECEIPT_WITHIN = timedelta(days=3)
"""How long a gateway tries at most to bring a text to a phone that is switched off (SMPP's usual validity)."""
UNTIL: JsonDict = {"queued": "the gateway has it", "sent": "it is sent", "delivered": "the phone has it"}


class SendSmsConfig(NodeConfig):
    to: PhoneNumber = Field(title="To", description="A mobile number, or where it stands: {{ contact.phone }}.")
    text: Text = Field(
        title="Text", description="What the other side reads. Long texts go out in parts, and each part is paid for."
    )
    sender: Template | None = Field(
        None, title="Sender", description="Our number or name at the gateway; the gateway's own if empty.",
        json_schema_extra={"group": "advanced"},
    )  # fmt: skip
    until: Literal["queued", "sent", "delivered"] = Field(
        "sent", title="Go on when", description="A receipt that does not come within three days counts as failed.",
        json_schema_extra={"group": "advanced", "labels": UNTIL},
    )  # fmt: skip
    on_unknown: OnUnknown = on_unknown_field()


class SendSms(Node[SendSmsConfig]):
    """Sends a text message."""

    type, label, group, icon, medium = "send_sms", "Send SMS", "messages", "sms", "sms"
    help = (
        "The text goes out once: if it cannot be known whether it did, it is not sent again, and the flow goes on by "
        "“failed”. `results.<node>.value` says how far it has come: queued, sent or delivered."
    )
    starter = {"to": "{{ contact.phone }}", "text": ""}
    waits = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("sent", "Sent")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        config = self.config
        to, text, wrong = to_send(config.to, config.text, session)
        if wrong:
            return Leave("failed", details={"reason": wrong})
        sender = config.sender.render(session.scope).strip() if config.sender is not None else ""
        command = SendText(to=to, text=text, sender=sender, until=config.until, on_unknown=config.on_unknown)
        return Wait((command,), until=session.at + RECEIPT_WITHIN if config.until == "delivered" else None)

    def handle(self, session: Session, event: Event) -> Action:
        match event:
            case MessageSent() if STATES.index(event.state) < STATES.index(self.config.until):
                session.still(event.command_id)
                return Wait(until=session.wake_at)
            case MessageSent():
                return Leave("sent", event.state)
            case TimerFired():
                withdrawn = tuple(Cancel(command_id=id) for id in session.run.pending)
                return Leave("failed", details={"reason": "no receipt"}, commands=withdrawn)
        return Leave("failed", details=reason_of(event))

    def summary(self) -> Iterator[Summary]:
        yield first_words(self.config.text)
        yield self.config.to.source
        if self.config.until == "delivered":
            yield Phrase("until the phone has it")

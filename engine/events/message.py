"""What happens to texts, by SMS or any medium of short messages."""

from __future__ import annotations

from typing import Literal

from engine.events.event import Answering, Event


class MessageSent(Answering, frozen=True, kw_only=True):
    """A text of ours has come so far: the gateway has taken it, has sent it, or the phone has it."""

    state: Literal["queued", "sent", "delivered"] = "sent"


class MessageReceived(Event, frozen=True, kw_only=True):
    """Somebody has written to us. `sender` is his address, `to` the address of ours that he wrote to."""

    text: str
    sender: str = ""
    to: str = ""
    medium: Literal["sms", "mail"] = "sms"
    message_id: str = ""


MessageEvent = MessageSent | MessageReceived

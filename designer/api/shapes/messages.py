"""Messages, receipts that nobody claims, who is not to be written to, and consents, as the API answers them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

MessageState = Literal["queued", "sending", "sent", "delivered", "failed", "unknown", "stopped", "received"]
Became = Literal["answered", "started", "stopped", "resumed", "inbox", "doubled", "automatic"]
Medium = Literal["sms", "mail"]
Barred = Literal["sms", "mail", "voice"]
"""By what an address may be on the do-not-contact list; campaigns heed it whatever stands there."""


class StateShape(BaseModel):
    state: MessageState
    at: datetime


class AttachmentShape(BaseModel):
    asset: str
    name: str
    media_type: str = Field(description="By its first bytes, not by what the mail said.")
    size: int


class MessageShape(BaseModel):
    id: str
    direction: Literal["in", "out"]
    medium: Medium
    session: str | None = Field(description="Whose it is: who sent it, got it as an answer, or was started by it.")
    gateway: str
    sender: str
    receiver: str
    text: str
    subject: str | None = Field(description="Of mail.")
    parts: int = Field(description="That it takes: each is paid for.")
    price: str | None = Field(description="Of all its parts, where the gateway's set-up says what one costs.")
    currency: str | None
    reference: str | None = Field(description="The gateway's id.")
    state: MessageState = Field(description="`unknown`: it may have left or not. `stopped`: its receiver wants none.")
    states: list[StateShape] = Field(description="Each state that it has come to, with its time.")
    reason: str | None
    became: Became | None = Field(description="Where one that came in has gone.")
    attachments: list[AttachmentShape] = Field(description="Files that came with a mail; each is an asset.")
    written_by: str | None = Field(description="Who has written it by hand.")
    handled_by: str | None = Field(description="Who has seen to it, or sent it again.")
    handled_at: datetime | None


class MessagesShape(BaseModel):
    items: list[MessageShape]
    next: str | None


class UnmatchedShape(BaseModel):
    gateway: str
    reference: str
    state: str | None
    reason: str | None
    receiver: str | None
    at: datetime


class UnmatchedsShape(BaseModel):
    items: list[UnmatchedShape]
    next: str | None


class EntryShape(BaseModel):
    medium: Barred
    address: str = Field(description="In one spelling: E.164, or a mail address in small letters.")
    source: Literal["message", "person", "api", "bounce"]
    reason: str
    by: str | None = Field(description="Who has entered it.")
    message: str | None = Field(description="The message that said so.")
    at: datetime


class EntriesShape(BaseModel):
    items: list[EntryShape]
    next: str | None


class ConsentShape(EntryShape):
    id: str
    given: bool = Field(description="false: it was taken back.")


class ConsentsShape(BaseModel):
    items: list[ConsentShape]
    next: str | None


class WordsShape(BaseModel):
    stop: list[str]
    start: list[str]
    stopped: str
    resumed: str

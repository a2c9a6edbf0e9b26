"""Commands that send something: texts, faxes, mail. Each leaves by the outbox, at most once."""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.commands.command import Command


class SendSms(Command, frozen=True, kw_only=True):
    """Send a text. Answered by `MessageSent` when it has come as far as `until`, or by `CommandFailed`.

    `on_unknown`: what becomes of it when nobody knows whether it has left; a second time may be one too many.
    """

    to: str
    text: str
    sender: str = ""
    until: Literal["queued", "sent", "delivered"] = "sent"
    on_unknown: Literal["fail", "resend"] = "fail"


class SendFax(Command, frozen=True, kw_only=True):
    """Send a document (an asset's id or name) as fax. Answered by `FaxSent`, `CallFailed` or `CommandFailed`.

    `header` stands at the top of each page, `station` is what we call ourselves: our number if it is empty.
    """

    to: str
    document: str
    header: str = ""
    station: str = ""


class ReceiveFax(Command, frozen=True, kw_only=True):
    """Take a fax from the party on the line. Answered by `FaxReceived` or `CommandFailed`."""

    leg: str


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that goes with a mail: an asset, under a name."""

    asset: str
    name: str = ""


class SendMail(Command, frozen=True, kw_only=True):
    """Send an e-mail. Answered by `MailSent` or `CommandFailed`."""

    to: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    on_unknown: Literal["fail", "resend"] = "fail"


MessageCommand = SendSms | SendFax | ReceiveFax | SendMail

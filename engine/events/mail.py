"""What becomes of e-mail."""

from __future__ import annotations

from engine.events.event import Answering


class MailSent(Answering, frozen=True, kw_only=True):
    """The mail server has taken the message; a bounce may still come."""

    message_id: str = ""


MailEvent = MailSent

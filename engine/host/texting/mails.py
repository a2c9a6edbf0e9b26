"""Mails of ours of which others speak: which one it is, and what a bounce makes of it.

A signed token names the command that the mail has carried out, so it is found even where nobody knows whether it left:
whoever has an answer or a bounce of it shows that it did.
"""

from __future__ import annotations

import sqlalchemy as sa
import structlog

from engine.adapters.message_news import Bounced
from engine.store import do_not_contact, ledger, messages, outbox, receipts
from engine.store.do_not_contact import Entry
from engine.store.messages import MessageRow

log = structlog.get_logger()


def about(connection: sa.Connection, gateway: str, token: str) -> MessageRow | None:
    """The mail that a token names."""
    identity = receipts.message_of(connection, gateway, token)
    if identity is None:
        session, _, command = token.partition("-")
        row = outbox.by_command(connection, bytes.fromhex(session), command) if session else None
        identity = None if row is None else row.id
    return None if identity is None else messages.get(connection, identity)


def bounced(connection: sa.Connection, gateway: str, news: Bounced, *, at: int) -> bool:
    """A mail has come back: it failed, and its address is not written to if no mail ever arrives there.

    The address is the one that we wrote to: a mail server on the way may have passed it on to another. False if the
    token is of no mail of ours.
    """
    mail = about(connection, gateway, news.token)
    if mail is None:
        log.warning("a bounce of a mail that nobody knows", gateway=gateway)
        return False
    other = f"{news.address}: " if news.address and news.address.casefold() not in mail.receiver.casefold() else ""
    reason = f"bounced: {other}{news.reason}"
    ledger.come_back(connection, mail.id, reason=reason, at=at)
    if news.permanent:
        entry = Entry(
            medium="mail", address=mail.peer, source="bounce", at=at, reason=reason[:1_000], message_id=mail.id
        )  # fmt: skip
        do_not_contact.add(connection, entry)
    return True

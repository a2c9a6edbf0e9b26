"""The sessions that listen to somebody, as the databases have them, and what a message would be to each.

What is committed is enough: an engine's sessions are written within milliseconds, and a session that has an answer
waiting in its inbox counts as answered, so that a second answer goes to the other question.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog

from engine.events import MessageReceived
from engine.host.programs import Programs
from engine.session import Session, restore
from engine.session.understanding import understands
from engine.store import Store, inbox, made_at, messages, sealed
from engine.store.sealing import CannotOpen
from engine.store.tenant import inbox as inbox_table
from engine.store.tenant import session as session_table
from engine.store.tenant import waiting
from engine.texting.addresses import canonical, spellings
from engine.texting.choosing import Open

log = structlog.get_logger()

MOST = 50
"""Sessions of one address that are asked; the oldest beyond them are not."""
KEY_LENGTH = 200


def open_to(
    connection: sa.Connection, store: Store, programs: Programs, event: MessageReceived, *, peer: str, country: str
) -> list[Open]:
    """The sessions that listen to whoever sent this message, in any spelling of his address."""
    keys = [key[:KEY_LENGTH] for key in spellings(event.sender, country)]
    found = connection.execute(
        sa.select(waiting.c.session_id, waiting.c.key)
        .where(waiting.c.kind == "message", waiting.c.key.in_(keys))
        .order_by(waiting.c.session_id.desc())
        .limit(MOST)
    ).all()
    return _judged(connection, store, programs, event, {row.session_id: row.key for row in found}, peer, country)


def of_session(
    connection: sa.Connection, store: Store, programs: Programs, event: MessageReceived, *, session: bytes, peer: str,
    country: str,
) -> list[Open]:  # fmt: skip
    """One session, if it listens to any message or may so soon: a token says whose the answer is, not the address."""
    theirs = sa.and_(waiting.c.session_id == session, waiting.c.kind == "message")
    key = connection.scalar(sa.select(waiting.c.key).where(theirs).limit(1))
    if key is None:
        return _soon(connection, session)
    return _judged(connection, store, programs, event, {session: key}, peer, country)


def _soon(connection: sa.Connection, identity: bytes) -> list[Open]:
    """A session that has not heard yet that its mail has left, and listens when it has; each event in its turn.

    If it does not listen then, the message is for a person after all (`messages.missed`).
    """
    unread = sa.exists().where(inbox_table.c.session_id == identity, inbox_table.c.done_at.is_(None))
    living = sa.and_(session_table.c.id == identity, session_table.c.ended_at.is_(None))
    if connection.execute(sa.select(session_table.c.id).where(living, unread)).first() is None:
        return []
    return [Open(session=identity, kind="wait", fits=True, asked_at=made_at(identity))]


def _judged(
    connection: sa.Connection, store: Store, programs: Programs, event: MessageReceived, keys: dict[bytes, str],
    peer: str, country: str,
) -> list[Open]:  # fmt: skip
    asked = messages.asked(connection, peer, list(keys))
    judged: list[Open] = []
    for identity, key in keys.items():
        session = _session(connection, store, programs, identity)
        if session is None:
            continue
        heard = msgspec.structs.replace(event, sender=key or event.sender)
        asks, fits = understands(session, heard)
        question = asked.get(identity)
        judged.append(
            Open(
                session=identity, kind="question" if asks else "wait", fits=fits, key=key,
                asked_at=question.queued_at or 0 if question else made_at(identity),
                ours=canonical(question.sender, country) if question else "",
                answered=any(understands(session, waits)[1] for waits in _unread(connection, identity)),
            )
        )  # fmt: skip
    return judged


def _session(connection: sa.Connection, store: Store, programs: Programs, identity: bytes) -> Session | None:
    """A session as it is stored; None if it is over, or cannot be read here."""
    columns = [session_table.c[name] for name in ("flow_id", "version", "state", "contact", "record", "ended_at")]
    row = connection.execute(sa.select(*columns).where(session_table.c.id == identity)).one_or_none()
    program = None if row is None or row.ended_at is not None else programs.find(store, row.flow_id, row.version)
    if row is None or program is None:
        return None
    try:
        contact, record = _plain(row.contact), _plain(row.record)
        return restore(program, sealed.opened(connection, row.state), contact=contact, record=record)
    except Exception:
        log.exception("a session that listens cannot be read", tenant=store.name, session=identity.hex())
        return None


def _unread(connection: sa.Connection, identity: bytes) -> Sequence[MessageReceived]:
    """Messages that wait in a session's inbox."""
    open_ones = sa.and_(inbox_table.c.session_id == identity, inbox_table.c.done_at.is_(None))
    found: list[MessageReceived] = []
    for event in connection.scalars(sa.select(inbox_table.c.event).where(open_ones).order_by(inbox_table.c.id)):
        try:
            posted = inbox.read(connection, event)
        except CannotOpen:
            continue
        if isinstance(posted.event, MessageReceived):
            found.append(posted.event)
    return found


def _plain(stored: bytes) -> Any:
    return msgspec.msgpack.decode(stored)

"""The inbox: every durable event of a session, put there once and applied once (DECISIONS 1).

Whoever reports something twice gives the same `source` and `external_id`, and it counts once. Who may apply it is the
session's owner; a session without owner is anybody's, and a claim with a deadline keeps two from doing it at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.events import AnyEvent, SessionStarted
from engine.secret import kept, pack, unmarked
from engine.store import sealed
from engine.store.bulk import Insert, Update
from engine.store.ids import new_id, new_ids
from engine.store.inserting import insert_new
from engine.store.sealing import CannotOpen
from engine.store.tenant import inbox, session

CROWD = 1_000
"""Events that may wait for one session before more of them are refused at the door."""


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """What a session is to be started with; it has no row until its owner makes one."""

    flow_id: bytes
    version: int
    contact: dict[str, Any]
    record: dict[str, Any]
    inputs: dict[str, Any] = {}
    """The flow's first variables."""
    expires_at: int | None = None
    """When the session is over however it stands (microseconds); None for a year after it began."""
    record_id: bytes | None = None
    """The kept record that it is about: the session begins with its newest content, whatever `record` says, and hears
    of its changes."""
    contact_id: bytes | None = None
    """The kept person that it is with, whose fields stand for an empty `contact`."""


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """What is in an inbox row's `event`: the event, and for a new session what starts it."""

    event: AnyEvent
    start: Start | None = None


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is ours to apply until its claim runs out."""

    id: bytes
    session_id: bytes
    posted: Posted
    received_at: int = 0


_PUT = Insert(inbox, ["id", "session_id", "source", "external_id", "event", "received_at"], new_only=True)
_DONE = Update(inbox, ["id"], ["done_at"])
_decoder = msgspec.msgpack.Decoder(Posted, ext_hook=kept)


def read(connection: sa.Connection, event: bytes) -> Posted:
    """What is in a row's `event`; CannotOpen where it holds a secret, and the key is not here."""
    return _decoder.decode(unmarked(sealed.opened(connection, event)))


def put(
    connection: sa.Connection, *, session_id: bytes, source: str, external_id: str, posted: Posted, at: int
) -> bool:
    """Put an event for a session; False if it was put before."""
    values = {
        "id": new_id(), "session_id": session_id, "source": source, "external_id": external_id,
        "event": sealed.closed(connection, pack(posted)), "received_at": at,
    }  # fmt: skip
    return insert_new(connection, inbox, values)


def put_each(connection: sa.Connection, rows: Iterable[tuple[bytes, str, str, Posted]], *, at: int) -> int:
    """Put many events, each with its session, source and external id; how many were new."""
    given = list(rows)
    values = [
        (identity, session_id, source, external_id, sealed.closed(connection, pack(posted)), at)
        for identity, (session_id, source, external_id, posted) in zip(new_ids(len(given)), given, strict=True)
    ]
    return _PUT.run(connection, values)


def claim(
    connection: sa.Connection, *, at: int, until: int, limit: int = 100, owner: str | None = None
) -> list[Claimed]:
    """Take open rows, the oldest first: those of the sessions of `owner`, or those of sessions without owner."""
    owned = sa.select(session.c.id).where(session.c.id == inbox.c.session_id)
    ours = (
        sa.exists(owned.where(session.c.owner == owner))
        if owner is not None
        else ~sa.exists(owned.where(session.c.owner.is_not(None)))
    )
    free = sa.or_(inbox.c.claimed_until.is_(None), inbox.c.claimed_until < at)
    due = (
        sa.select(inbox.c.id)
        .where(inbox.c.done_at.is_(None), free, ours)
        .order_by(inbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=inbox)
    )
    statement = (
        inbox.update()
        .where(inbox.c.id.in_(due))
        .values(claimed_until=until)
        .returning(inbox.c.id, inbox.c.session_id, inbox.c.event)
    )
    rows = [
        Claimed(id=row.id, session_id=row.session_id, posted=read(connection, row.event))
        for row in connection.execute(statement)
    ]
    return sorted(rows, key=lambda row: row.id)


def done(connection: sa.Connection, identities: Sequence[bytes], *, at: int) -> None:
    """Mark rows as applied; in the transaction that commits what they did."""
    _DONE.run(connection, [(identity, at) for identity in identities])


def crowded(connection: sa.Connection, session_id: bytes) -> bool:
    """Whether so many events wait for a session that one from outside is to be refused; answers never are."""
    open_ones = sa.select(inbox.c.id).where(inbox.c.session_id == session_id, inbox.c.done_at.is_(None))
    waiting = open_ones.limit(CROWD).subquery()
    return (connection.scalar(sa.select(sa.func.count()).select_from(waiting)) or 0) >= CROWD


def pending_start(connection: sa.Connection, session_id: bytes) -> tuple[Start, int] | None:
    """What a session that has no row yet is to be started with, and since when it waits."""
    rows = connection.execute(
        sa.select(inbox.c.event, inbox.c.received_at)
        .where(inbox.c.session_id == session_id, inbox.c.done_at.is_(None))
        .order_by(inbox.c.id)
    )
    for row in rows:
        start = _start(connection, row.event)
        if start is not None:
            return start, row.received_at
    return None


def pending_starts(connection: sa.Connection) -> Iterator[Start]:
    """What all the sessions that have no row yet are to be started with."""
    for event in connection.scalars(sa.select(inbox.c.event).where(inbox.c.done_at.is_(None))):
        start = _start(connection, event)
        if start is not None:
            yield start


def _start(connection: sa.Connection, event: bytes) -> Start | None:
    """What a row starts, if that can be read here."""
    try:
        return read(connection, event).start
    except CannotOpen:
        return None


def put_start(connection: sa.Connection, *, session_id: bytes, source: str, start: Start, at: int) -> None:
    """Ask for a new session, whose id is ours to choose."""
    posted = Posted(event=SessionStarted(), start=start)
    put(connection, session_id=session_id, source=source, external_id=session_id.hex(), posted=posted, at=at)

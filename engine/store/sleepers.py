"""What is due for sessions that nobody owns: taken by the session, a batch for one transaction.

A batch is locked session by session, and one that another worker has in hand is passed over, never waited for: nobody
waits while he holds something, so no two workers can wait for each other. Of a session that is taken all open events
are taken, the oldest first; a session that is still to be started is taken by its start's row.

A claim on a row of a session without owner is void, for an engine claims for sessions that it owns, and keeps them in
memory no longer than that. So `claimed_until` is then only the moment from which the row makes somebody look again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
import sqlalchemy as sa
import structlog

from engine.store.bulk import Select, Update
from engine.store.compiled import Compiled, given
from engine.store.inbox import Claimed, pending_start, read
from engine.store.sealing import CannotOpen
from engine.store.sessions import SessionRow, row_of
from engine.store.tenant import inbox, session
from engine.store.times import SECOND

log = structlog.get_logger()

WIDER = 3
"""So many times a batch is looked at where others may have what comes first in hand."""
CLOSED_PAUSE = 60 * SECOND
"""After so long it is tried again to open an event that holds a secret, whose key is missing."""

_AT = given("at")
_LIMIT = given("limit")
_COLUMNS = [session.c[name] for name in SessionRow.__struct_fields__]
_FREE = sa.or_(inbox.c.claimed_until.is_(None), inbox.c.claimed_until < _AT)
_OWNER = sa.select(session.c.owner).where(session.c.id == inbox.c.session_id).scalar_subquery()
_CANDIDATES = Compiled(
    sa.select(inbox.c.session_id)
    .where(inbox.c.done_at.is_(None), _FREE, _OWNER.is_(None))
    .order_by(inbox.c.session_id, inbox.c.id)
    .limit(_LIMIT),
    "at",
    "limit",
)
_DUE = Compiled(
    sa.select(*_COLUMNS)
    .where(session.c.wake_at <= _AT, session.c.owner.is_(None))
    .order_by(session.c.wake_at)
    .limit(_LIMIT)
    .with_for_update(skip_locked=True),
    "at",
    "limit",
)
_SESSIONS = Select(
    sa.select(*_COLUMNS).where(session.c.owner.is_(None)).with_for_update(skip_locked=True), session.c.id
)  # fmt: skip
_OPEN = sa.select(inbox.c.id, inbox.c.session_id, inbox.c.event, inbox.c.received_at).where(inbox.c.done_at.is_(None))
_EVENTS = Select(_OPEN, inbox.c.session_id)
_THERE = sa.exists(sa.select(session.c.id).where(session.c.id == inbox.c.session_id))
_STARTS = Select(_OPEN.where(~_THERE).with_for_update(skip_locked=True), inbox.c.session_id)
_EVENTS_LATER = Update(inbox, ["id"], ["claimed_until"])
_MOMENTS_LATER = Update(session, ["id"], ["wake_at"])
_THERE_NOW = Select(sa.select(session.c.id), session.c.id)


class Batch(msgspec.Struct):
    """What one transaction takes on: `events` in their order, `late` the moments of those whose time has come."""

    sessions: dict[bytes, SessionRow]
    events: list[Claimed]
    due: list[bytes]

    def __bool__(self) -> bool:
        return bool(self.events or self.due)


def take(connection: sa.Connection, *, at: int, limit: int) -> Batch:
    """Lock what is due now, of at most `limit` sessions."""
    due = [row_of(connection, row) for row in _DUE.all(connection, at, limit)]
    sessions = {row.id: row for row in due}
    events = _EVENTS.run(connection, list(sessions))
    wider = 1 if connection.dialect.name == "sqlite" else WIDER
    wanted = limit - len(sessions)
    candidates = [row[0] for row in _CANDIDATES.all(connection, at, wanted * wider)] if wanted > 0 else []
    waiting = [identity for identity in dict.fromkeys(candidates) if identity not in sessions]
    while waiting and wanted > 0:
        some, waiting = waiting[:wanted], waiting[wanted:]
        found = {row[0]: row_of(connection, row) for row in _SESSIONS.run(connection, some)}
        starts = _STARTS.run(connection, [identity for identity in some if identity not in found])
        events += _EVENTS.run(connection, list(found)) + starts
        sessions |= found
        wanted -= len(found) + len({row[1] for row in starts})
    claimed, closed = [], {}
    for id, session_id, event, received_at in sorted(events):
        try:
            posted = read(connection, event)
        except CannotOpen as error:
            log.error("an event cannot be opened", session=session_id.hex(), reason=str(error))
            closed[id] = at + CLOSED_PAUSE
            continue
        claimed.append(Claimed(id=id, session_id=session_id, posted=posted, received_at=received_at))
    _EVENTS_LATER.run(connection, list(closed.items()))
    return Batch(sessions, claimed, [row.id for row in due])


def put_off(connection: sa.Connection, events: Mapping[bytes, int], moments: Mapping[bytes, int]) -> None:
    """Look at these events and sessions no earlier than at those times: looking again at once would not help."""
    _EVENTS_LATER.run(connection, list(events.items()))
    _MOMENTS_LATER.run(connection, list(moments.items()))


def nowhere(connection: sa.Connection, identities: Iterable[bytes]) -> set[bytes]:
    """Those of these sessions that are neither there nor about to be started by another.

    In this order: a start that another commits between the two looks is not open in the first, but there in the second.
    """
    missing = [identity for identity in identities if pending_start(connection, identity) is None]
    return set(missing) - {row[0] for row in _THERE_NOW.run(connection, missing)}

"""What triggers have started, once for each record, contact, day or change: the row is written with the start."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

import msgspec
import sqlalchemy as sa

from engine.store.bulk import Insert, Select
from engine.store.tenant import inbox, session, started


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """A start of a trigger; `what` says for what it is the only one."""

    trigger_id: bytes
    what: str
    record_id: bytes | None
    session_id: bytes
    at: int


PASSING = ("version ", "moment ")
"""How the keys begin of what may be started again, for another change or another moment."""
_ROW = Started.__struct_fields__
_ADD = Insert(started, _ROW, new_only=True)
_COLUMNS = (started.c.record_id, started.c.trigger_id, started.c.session_id)
_OPEN = sa.exists(sa.select(inbox.c.id).where(inbox.c.session_id == started.c.session_id, inbox.c.done_at.is_(None)))
_ROWLESS = ~sa.exists(sa.select(session.c.id).where(session.c.id == started.c.session_id))
_PENDING = Select(sa.select(*_COLUMNS).where(_OPEN, _ROWLESS), started.c.record_id)
_LIVE = Select(
    sa.select(*_COLUMNS)
    .join_from(started, session, session.c.id == started.c.session_id)
    .where(session.c.ended_at.is_(None)),
    started.c.record_id,
)


def add(connection: sa.Connection, rows: Sequence[Started]) -> set[bytes]:
    """Note these starts; the sessions of those that had not been made before, which alone may begin.

    Two who note the same at once meet at the key: the second waits until the first has committed, and has not made it.
    """
    ordered = sorted(rows, key=lambda row: (row.trigger_id, row.what))
    count = _ADD.run(connection, [msgspec.structs.astuple(row) for row in ordered])
    ours = {row.session_id for row in ordered}
    if count == len(ordered):
        return ours
    there: set[bytes] = set()
    for trigger_id, rows_of_it in groupby(ordered, key=lambda row: row.trigger_id):
        keys = list(dict.fromkeys(row.what for row in rows_of_it))
        there |= {row[0] for row in _of_trigger(trigger_id).run(connection, keys)}
    return ours & there


@lru_cache(maxsize=500)
def _of_trigger(trigger_id: bytes) -> Select:
    return Select(sa.select(started.c.session_id).where(started.c.trigger_id == trigger_id), started.c.what)


def live(connection: sa.Connection, record_ids: Iterable[bytes]) -> set[tuple[bytes, bytes, bytes]]:
    """Record, trigger and session of what was started for these records and has not ended, or not even begun."""
    wanted = list(record_ids)
    return {(row[0], row[1], row[2]) for query in (_PENDING, _LIVE) for row in query.run(connection, wanted)}


def pending(connection: sa.Connection, record_ids: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    """Record and session of what was started for these records and has no row yet."""
    return [(row[0], row[2]) for row in _PENDING.run(connection, record_ids)]


def forget(connection: sa.Connection, session_ids: Sequence[bytes]) -> None:
    """These sessions are about to be deleted: what has started them for one change or one moment is known no longer.

    What was to be done once for a record or a contact stays known: it is not done again.
    """
    about = sa.select(session.c.record_id).where(session.c.id.in_(session_ids), session.c.record_id.is_not(None))
    passing = sa.or_(*(started.c.what.startswith(word) for word in PASSING))
    records = list(connection.scalars(about.distinct()))
    theirs = sa.and_(started.c.record_id.in_(records), started.c.session_id.in_(session_ids), passing)
    connection.execute(started.delete().where(theirs))


def of_trigger(
    connection: sa.Connection, trigger_id: bytes, *, before: bytes | None, limit: int
) -> list[Started]:
    """What a trigger has started, the newest first."""
    statement = sa.select(*(started.c[name] for name in _ROW)).where(started.c.trigger_id == trigger_id)
    if before is not None:
        statement = statement.where(started.c.session_id < before)
    rows = connection.execute(statement.order_by(started.c.session_id.desc()).limit(limit))
    return [Started(**row._mapping) for row in rows]


def of_record(connection: sa.Connection, record_id: bytes) -> dict[bytes, Started]:
    """What each trigger has started last for a record."""
    statement = sa.select(*(started.c[name] for name in _ROW)).where(started.c.record_id == record_id)
    return {row.trigger_id: Started(**row._mapping) for row in connection.execute(statement.order_by(started.c.at))}

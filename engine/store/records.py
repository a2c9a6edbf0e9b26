"""Records: one row for each, and its earlier versions; by batches, on the way of what comes in by the million.

Who changes records reads them first, under a lock, and writes only what he has compared. Two who bring the same new
record at once meet at its key: one of them finds fewer rows written than he gave, and does his batch again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.bulk import Insert, Select, Update
from engine.store.tenant import record, record_version


class Kept(msgspec.Struct):
    """A record's row. Times are microseconds UTC; a deleted one has an empty body."""

    id: bytes
    record_type: str
    key: str
    version: int
    hash: bytes
    body: str
    source_version: str | None
    contact_id: bytes | None
    source: str
    created_at: int
    updated_at: int
    deleted_at: int | None = None

    @property
    def data(self) -> dict[str, Any]:
        """Its content."""
        content: dict[str, Any] = msgspec.json.decode(self.body)
        return content


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """What a record was: `at` is when that came in."""

    record_id: bytes
    version: int
    body: str
    source_version: str | None
    source: str
    at: int
    deleted_at: int | None


_ROW = Kept.__struct_fields__
_EARLIER = Earlier.__struct_fields__
_CHANGING = (
    "version", "hash", "body", "source_version", "contact_id", "source", "updated_at", "deleted_at",
)  # fmt: skip
_COLUMNS = [record.c[name] for name in _ROW]
_INSERT = Insert(record, _ROW, new_only=True)
_UPDATE = Update(record, ["id"], _CHANGING)
_NEWER = Update(record, ["id"], ["source_version"])
_KEEP = Insert(record_version, _EARLIER)
_DELETED = Select(sa.select(record.c.id).where(record.c.deleted_at.is_not(None)), record.c.id)
_LOCKED = Select(sa.select(*_COLUMNS).order_by(record.c.id).with_for_update(), record.c.id)
_SHARED = Select(sa.select(*_COLUMNS).order_by(record.c.id).with_for_update(read=True), record.c.id)


def by_keys(connection: sa.Connection, record_type: str, keys: Sequence[str]) -> dict[str, Kept]:
    """The records of these keys, deleted ones as well, locked for this transaction."""
    return {row[2]: Kept(*row) for row in _of_type(record_type).run(connection, sorted(keys))}


def by_ids(connection: sa.Connection, ids: Sequence[bytes]) -> dict[bytes, Kept]:
    """The records of these ids, locked for this transaction."""
    return {row[0]: Kept(*row) for row in _LOCKED.run(connection, ids)}


def as_they_are(connection: sa.Connection, ids: Sequence[bytes]) -> dict[bytes, Kept]:
    """The records of these ids; nobody changes them until this transaction ends, so what is made of them hears of it
    if anything does."""
    return {row[0]: Kept(*row) for row in _SHARED.run(connection, ids)}


def insert(connection: sa.Connection, rows: Sequence[Kept]) -> int:
    """Write new records; how many were new: a key that is there already is left as it is."""
    ordered = sorted(rows, key=lambda row: row.key)
    return _INSERT.run(connection, [msgspec.structs.astuple(row) for row in ordered])


def update(connection: sa.Connection, rows: Sequence[Kept]) -> None:
    """Write records that have changed."""
    _UPDATE.run(
        connection,
        [
            (
                row.id, row.version, row.hash, row.body, row.source_version, row.contact_id, row.source,
                row.updated_at, row.deleted_at,
            )
            for row in sorted(rows, key=lambda row: row.id)
        ],
    )  # fmt: skip


def mark(connection: sa.Connection, rows: Sequence[Kept]) -> None:
    """Write that the source has confirmed records under a newer mark, and nothing else of them."""
    _NEWER.run(connection, [(row.id, row.source_version) for row in sorted(rows, key=lambda row: row.id)])


def keep(connection: sa.Connection, rows: Sequence[Earlier]) -> None:
    """Write what records were before."""
    _KEEP.run(connection, [msgspec.structs.astuple(row) for row in rows])


def get(connection: sa.Connection, record_type: str, key: str) -> Kept | None:
    """One record; None if there is none, or it is deleted."""
    there = sa.and_(record.c.record_type == record_type, record.c.key == key, record.c.deleted_at.is_(None))
    row = connection.execute(sa.select(*_COLUMNS).where(there)).one_or_none()
    return None if row is None else Kept(*row)


def whatever_became(connection: sa.Connection, record_type: str, key: str) -> Kept | None:
    """One record, deleted or not."""
    there = sa.and_(record.c.record_type == record_type, record.c.key == key)
    row = connection.execute(sa.select(*_COLUMNS).where(there)).one_or_none()
    return None if row is None else Kept(*row)


def deleted(connection: sa.Connection, ids: Collection[bytes]) -> set[bytes]:
    """Those of these records that are no more."""
    return {row[0] for row in _DELETED.run(connection, list(ids))} if ids else set()


def by_id(connection: sa.Connection, identity: bytes) -> Kept | None:
    """One record by its id; None if there is none, or it is deleted."""
    there = sa.and_(record.c.id == identity, record.c.deleted_at.is_(None))
    row = connection.execute(sa.select(*_COLUMNS).where(there)).one_or_none()
    return None if row is None else Kept(*row)


def page(
    connection: sa.Connection,
    record_type: str,
    *,
    after: str | None,
    limit: int,
    contact_id: bytes | None = None,
    text: str | None = None,
) -> list[Kept]:
    """Records of a type by key, those after one; of a person, and with a text somewhere in them, if asked for."""
    wanted = sa.and_(record.c.record_type == record_type, record.c.deleted_at.is_(None))
    statement = sa.select(*_COLUMNS).where(wanted).order_by(record.c.key).limit(limit)
    if after is not None:
        statement = statement.where(record.c.key > after)
    if contact_id is not None:
        statement = statement.where(record.c.contact_id == contact_id)
    if text:
        inside = msgspec.json.encode(text)[1:-1].decode()  # as it stands in the body
        statement = statement.where(record.c.body.icontains(inside, autoescape=True))
    return [Kept(*row) for row in connection.execute(statement)]


def count(connection: sa.Connection, record_type: str, *, at_most: int) -> int:
    """How many records of a type there are, counted so far."""
    there = sa.select(record.c.id).where(record.c.record_type == record_type, record.c.deleted_at.is_(None))
    found = connection.scalar(sa.select(sa.func.count()).select_from(there.limit(at_most).subquery()))
    return found or 0


def of_contact(connection: sa.Connection, contact_id: bytes, *, limit: int) -> list[Kept]:
    """A person's records, the newest first."""
    there = sa.and_(record.c.contact_id == contact_id, record.c.deleted_at.is_(None))
    statement = sa.select(*_COLUMNS).where(there).order_by(record.c.id.desc()).limit(limit)
    return [Kept(*row) for row in connection.execute(statement)]


def history(connection: sa.Connection, identity: bytes, *, before: int | None, limit: int) -> list[Earlier]:
    """What a record was, the latest version first."""
    statement = sa.select(*(record_version.c[name] for name in _EARLIER)).where(record_version.c.record_id == identity)
    if before is not None:
        statement = statement.where(record_version.c.version < before)
    rows = connection.execute(statement.order_by(record_version.c.version.desc()).limit(limit))
    return [Earlier(**row._mapping) for row in rows]


@lru_cache(maxsize=200)
def _of_type(record_type: str) -> Select:
    statement = sa.select(*_COLUMNS).where(record.c.record_type == record_type)
    return Select(statement.with_for_update(), record.c.key, one_by_one=True)

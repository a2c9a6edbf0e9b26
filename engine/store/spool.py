"""What a source has given and what is not yet where it belongs: cursors, records on their way, faults, messages known.

A cursor and the records that were read up to it are written in one transaction: whoever is killed in between reads the
same rows again, and whoever is killed after it has them. Records leave in the order of their positions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.faults import Fault
from engine.store.ids import new_id
from engine.store.inserting import insert_new_rows, put_row
from engine.store.tenant.sources import source_arrival, source_cursor, source_fault, source_spool

FAULTS_KEPT = 1_000
"""Of each source, the latest."""
TEXT_KEPT = 64_000
"""Characters of a message that was rejected."""


class Spooled(msgspec.Struct, frozen=True, kw_only=True):
    """A record on its way; `body` is in msgpack."""

    position: int
    source: str
    body: bytes
    at: int


class Waiting(msgspec.Struct, frozen=True):
    """How much is on its way, and since when the oldest of it is."""

    count: int
    oldest_at: int | None


class Faulty(msgspec.Struct, frozen=True, kw_only=True):
    """A row that gave no record, or a record that was refused."""

    source: str
    errors: list[Fault]
    at: int
    record_type: str | None = None
    key: str | None = None
    message: bytes | None = None
    text: str | None = None


def cursor(connection: sa.Connection, source: str, feed: str, mark: bytes) -> bytes | None:
    """Where reading goes on; None for the beginning, and where it was read under other mappings."""
    statement = sa.select(source_cursor.c.cursor).where(
        source_cursor.c.source == source, source_cursor.c.feed == feed, source_cursor.c.mark == mark
    )
    found: bytes | None = connection.scalar(statement)
    return found


def set_cursor(connection: sa.Connection, source: str, feed: str, mark: bytes, cursor: bytes, *, at: int) -> None:
    """A feed has been read so far."""
    values = {"source": source, "feed": feed, "mark": mark, "cursor": cursor, "read_at": at}
    put_row(connection, source_cursor, values)


def put(connection: sa.Connection, source: str, bodies: Sequence[bytes], *, at: int) -> None:
    """Keep records, in this order."""
    if bodies:
        connection.execute(source_spool.insert(), [{"source": source, "body": body, "at": at} for body in bodies])


def head(connection: sa.Connection, *, limit: int, source: str | None = None) -> list[Spooled]:
    """The first that are on their way: of all sources, or of one."""
    statement = sa.select(source_spool).order_by(source_spool.c.position).limit(limit)
    if source is not None:
        statement = statement.where(source_spool.c.source == source)
    return [Spooled(**row._mapping) for row in connection.execute(statement)]


def remove(connection: sa.Connection, positions: Sequence[int]) -> None:
    """These are where they belong."""
    connection.execute(source_spool.delete().where(source_spool.c.position.in_(positions)))


def forget(connection: sa.Connection, source: str) -> None:
    """The source is no more: neither what it gave nor how far it was read is of use. Writes stay known."""
    for table in (source_spool, source_cursor, source_fault, source_arrival):
        connection.execute(table.delete().where(table.c.source == source))


def waiting(connection: sa.Connection, source: str) -> Waiting:
    """How much of a source is on its way."""
    statement = sa.select(sa.func.count(), sa.func.min(source_spool.c.at)).where(source_spool.c.source == source)
    return Waiting(*connection.execute(statement).one())


# --- what is wrong


def add_faulty(connection: sa.Connection, rows: Sequence[Faulty]) -> None:
    """Note rows that were rejected; a message once, however often it is sent. The oldest of many are let go."""
    for row in rows:
        known = sa.and_(source_fault.c.source == row.source, source_fault.c.message == row.message)
        values: dict[str, Any] = {
            "errors": msgspec.to_builtins(row.errors), "at": row.at, "record_type": row.record_type,
            "key": None if row.key is None else row.key[:200], "text": row.text and row.text[:TEXT_KEPT],
        }  # fmt: skip
        if row.message is not None and connection.execute(source_fault.update().where(known).values(values)).rowcount:
            continue
        values |= {"id": new_id(), "source": row.source, "message": row.message}
        connection.execute(source_fault.insert().values(values))
    for source in {row.source for row in rows}:
        old = sa.select(source_fault.c.id).where(source_fault.c.source == source)
        last = connection.scalar(old.order_by(source_fault.c.id.desc()).offset(FAULTS_KEPT).limit(1))
        if last is not None:
            connection.execute(
                source_fault.delete().where(source_fault.c.source == source, source_fault.c.id <= last)
            )


def count_faulty(connection: sa.Connection, source: str) -> int:
    """How many rejected rows are kept."""
    statement = sa.select(sa.func.count()).where(source_fault.c.source == source)
    return int(connection.scalar(statement) or 0)


def count_all_faulty(connection: sa.Connection) -> dict[str, int]:
    """How many rejected rows are kept of each source that has some."""
    counted = sa.select(source_fault.c.source, sa.func.count()).group_by(source_fault.c.source)
    return {row[0]: row[1] for row in connection.execute(counted)}


def latest_faulty(
    connection: sa.Connection, source: str, *, limit: int, before: bytes | None = None
) -> list[sa.Row[Any]]:
    """The latest rejected rows, the newest first."""
    statement = sa.select(source_fault).where(source_fault.c.source == source)
    if before is not None:
        statement = statement.where(source_fault.c.id < before)
    return list(connection.execute(statement.order_by(source_fault.c.id.desc()).limit(limit)))


# --- messages


def digest(text: str) -> bytes:
    """What is kept of a message's id."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def new_of(connection: sa.Connection, source: str, messages: Sequence[bytes], *, at: int) -> set[bytes]:
    """Those of these messages that have not gone their way before; they do from now on, and are no faults any more."""
    if not messages:
        return set()
    rows = [{"source": source, "message": message, "at": at} for message in dict.fromkeys(messages)]
    found = set(insert_new_rows(connection, source_arrival, rows, source_arrival.c.message))
    if found:
        faulty = sa.and_(source_fault.c.source == source, source_fault.c.message.in_(found))
        connection.execute(source_fault.delete().where(faulty))
    return found


def forget_arrivals(connection: sa.Connection, source: str, *, before: int) -> None:
    """Messages that came before then may come again."""
    connection.execute(
        source_arrival.delete().where(source_arrival.c.source == source, source_arrival.c.at < before)
    )

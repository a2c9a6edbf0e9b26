"""The outbox: what is to be carried out outside, written in the transaction of the turn that asked for it.

A row is `due` until it is `done`; while somebody has it in hand, `due_at` is when he must be back. Who carries it out
answers by the inbox, in the transaction that makes the row `done`, so that an answer is neither lost nor given twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from engine.store.tenant import outbox


class OutboxRow(msgspec.Struct, kw_only=True):
    """One command to be carried out; `gateway` says by whom, `body` is the command in msgpack."""

    id: bytes
    session_id: bytes
    command_id: str
    gateway: str
    state: str
    body: bytes
    attempts: int
    due_at: int
    updated_at: int


_INSERT = outbox.insert()


def insert(connection: sa.Connection, rows: Sequence[OutboxRow]) -> None:
    """Write new rows."""
    if rows:
        connection.execute(_INSERT, [msgspec.structs.asdict(row) for row in rows])


def waiting(connection: sa.Connection, *, at: int, limit: int = 1_000) -> list[bytes]:
    """The rows that nobody has in hand: new ones, and those whose holder has not come back in time."""
    statement = (
        sa.select(outbox.c.id)
        .where(outbox.c.state == "due", outbox.c.due_at <= at)
        .order_by(outbox.c.due_at)
        .limit(limit)
    )
    return list(connection.scalars(statement))


def take(connection: sa.Connection, identity: bytes, *, at: int, until: int) -> OutboxRow | None:
    """Take a row in hand until then; None if another has it, or it is done. `attempts` are those before this one."""
    free = sa.and_(outbox.c.id == identity, outbox.c.state == "due", outbox.c.due_at <= at)
    changed = {"due_at": until, "updated_at": at, "attempts": outbox.c.attempts + 1}
    row = connection.execute(outbox.update().where(free).values(changed).returning(*outbox.c)).one_or_none()
    if row is None:
        return None
    taken = OutboxRow(**row._mapping)
    taken.attempts -= 1
    return taken


def done(connection: sa.Connection, identity: bytes, *, at: int) -> bool:
    """The row is carried out, or has failed for good; False if that was known."""
    open_one = sa.and_(outbox.c.id == identity, outbox.c.state == "due")
    result = connection.execute(outbox.update().where(open_one).values(state="done", updated_at=at))
    return bool(result.rowcount)


def body(connection: sa.Connection, identity: bytes) -> bytes | None:
    """The command of an open row."""
    found = sa.select(outbox.c.body).where(outbox.c.id == identity, outbox.c.state == "due")
    return connection.execute(found).scalar_one_or_none()


def anything_waiting(connection: sa.Connection, *, at: int) -> bool:
    """Whether there is a row that nobody has in hand."""
    statement = sa.select(outbox.c.id).where(outbox.c.state == "due", outbox.c.due_at <= at).limit(1)
    return connection.execute(statement).first() is not None

"""Rows of the outbox that workers take one by one, each with a deadline in place of a lease (`store/outbox.py`)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.store.outbox import COLUMNS, OPEN, REASON_CHARACTERS, End, OutboxRow, in_state, read
from engine.store.tenant import outbox

JOBS = ("run_job", "ask_adapter")
"""The gateways whose rows workers take."""


def waiting(connection: sa.Connection, *, at: int, gateways: Sequence[str] = JOBS, limit: int = 1_000) -> list[bytes]:
    """The rows that nobody has in hand: new ones, and those whose holder has not come back in time."""
    statement = (
        sa.select(outbox.c.id)
        .where(outbox.c.gateway.in_(gateways), in_state(*OPEN), outbox.c.due_at <= at)
        .order_by(outbox.c.due_at)
        .limit(limit)
    )
    return list(connection.scalars(statement))


def body(connection: sa.Connection, identity: bytes) -> bytes | None:
    """The command of an open row."""
    row = connection.execute(sa.select(*COLUMNS).where(outbox.c.id == identity, in_state(*OPEN))).one_or_none()
    return None if row is None else read(connection, row).body


def take(connection: sa.Connection, identity: bytes, *, at: int, until: int) -> OutboxRow | None:
    """Take a row in hand until then; None if another has it, or it has ended. `attempts` are those before this one."""
    free = sa.and_(outbox.c.id == identity, in_state(*OPEN), outbox.c.due_at <= at)
    changed = {"state": "sending", "due_at": until, "updated_at": at, "attempts": outbox.c.attempts + 1}
    row = connection.execute(outbox.update().where(free).values(changed).returning(*COLUMNS)).one_or_none()
    if row is None:
        return None
    taken = read(connection, row)
    taken.attempts -= 1
    return taken


def give_back(connection: sa.Connection, identity: bytes, state: End, *, at: int, reason: str | None = None) -> bool:
    """A row that was taken has ended; False if that was known."""
    changed = {"state": state, "updated_at": at, "reason": reason[:REASON_CHARACTERS] if reason else None}
    statement = outbox.update().where(outbox.c.id == identity, in_state("sending")).values(changed)
    return bool(connection.execute(statement).rowcount)

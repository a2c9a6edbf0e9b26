"""Answers kept for a day by the caller's `Idempotency-Key`, so that a request sent twice acts once (DECISIONS 24).

A key is begun before the request acts and finished with its answer. One that was begun and never finished (its process
died) stays in progress until it is old: what became of it cannot be known, and must not be done again.
"""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.store.inserting import insert_new
from engine.store.tenant import idempotency
from engine.store.times import SECOND

KEPT = 24 * 3600 * SECOND


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a key; `status` is None while the first request is still at it."""

    hash: bytes
    status: int | None
    body: bytes | None


def begin(connection: sa.Connection, key: str, request_hash: bytes, *, at: int) -> Kept | None:
    """Begin a request: None if it is the first of its key, else what is known of the first. Old keys go."""
    connection.execute(idempotency.delete().where(idempotency.c.created_at < at - KEPT))
    if insert_new(connection, idempotency, {"key": key, "hash": request_hash, "created_at": at}):
        return None
    row = connection.execute(sa.select(idempotency).where(idempotency.c.key == key)).one()
    return Kept(hash=row.hash, status=row.status, body=row.body)


def finish(connection: sa.Connection, key: str, *, status: int, body: bytes) -> None:
    """Keep the answer."""
    connection.execute(idempotency.update().where(idempotency.c.key == key).values(status=status, body=body))


def forget(connection: sa.Connection, key: str) -> None:
    """Forget a request that was refused before it did anything: it may come again."""
    connection.execute(idempotency.delete().where(idempotency.c.key == key))

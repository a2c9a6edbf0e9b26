"""The ledger of write-backs: which keys were carried out at a source from here, and what became of them.

    begun → done | refused | unknown

A key is `begun` on the disk before the source is spoken to. One that is found there later may have arrived or not: it
is not carried out a second time but where the source itself says that it has not arrived.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import sqlalchemy as sa

from engine.store.inserting import insert_new
from engine.store.tenant.sources import source_write

Fate = Literal["done", "refused", "unknown"]
State = Literal["begun", "done", "refused", "unknown"]


class Write(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a key."""

    key: str
    source: str
    statement: str
    state: State
    reason: str | None
    reference: str | None
    at: int


def begin(connection: sa.Connection, key: str, *, source: str, statement: str, at: int) -> bool:
    """It is about to be carried out; False if that was noted before."""
    values = {"key": key, "source": source, "statement": statement, "state": "begun", "at": at}
    return insert_new(connection, source_write, values)


def get(connection: sa.Connection, key: str) -> Write | None:
    """What is known of a key."""
    row = connection.execute(sa.select(source_write).where(source_write.c.key == key)).one_or_none()
    return None if row is None else Write(**row._mapping)


def end(
    connection: sa.Connection, key: str, fate: Fate, *, at: int, reason: str | None = None, reference: str | None = None
) -> None:
    """What became of it."""
    values = {"state": fate, "reason": reason, "reference": reference and reference[:200], "at": at}
    connection.execute(source_write.update().where(source_write.c.key == key).values(values))


def withdraw(connection: sa.Connection, key: str) -> None:
    """It was certainly not carried out, and may be begun again."""
    connection.execute(source_write.delete().where(source_write.c.key == key, source_write.c.state == "begun"))


def forget(connection: sa.Connection, *, before: int) -> None:
    """Let go of what was over before then: nobody asks for it again."""
    old = sa.and_(source_write.c.at < before, source_write.c.state != "begun")
    connection.execute(source_write.delete().where(old))

"""Reading a session's journal: one row for each turn, written by the session's owner with its state."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.tenant import journal


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One turn: what happened, which nodes were walked, what was asked of the outside."""

    turn: int
    at: int
    body: dict[str, Any]


def page(connection: sa.Connection, session_id: bytes, *, after: int | None = None, limit: int) -> list[Entry]:
    """A session's turns in their order, later than `after`."""
    statement = sa.select(journal).where(journal.c.session_id == session_id).order_by(journal.c.turn).limit(limit)
    if after is not None:
        statement = statement.where(journal.c.turn > after)
    return [
        Entry(turn=row.turn, at=row.at, body=msgspec.msgpack.decode(row.body)) for row in connection.execute(statement)
    ]

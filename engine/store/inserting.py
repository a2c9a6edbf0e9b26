"""INSERT … ON CONFLICT DO NOTHING, which SQLite and PostgreSQL both know and Core has once for each."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> bool:
    """Insert the row unless one with the same unique key is there; whether it went in."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    first = next(iter(table.primary_key.columns))
    statement = make(table).values(values).on_conflict_do_nothing().returning(first)
    return connection.execute(statement).first() is not None

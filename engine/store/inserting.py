"""INSERT … ON CONFLICT, which SQLite and PostgreSQL both know and Core has once for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> bool:
    """Insert the row unless one with the same unique key is there; whether it went in."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    first = next(iter(table.primary_key.columns))
    statement = make(table).values(values).on_conflict_do_nothing().returning(first)
    return connection.execute(statement).first() is not None


def insert_new_rows(
    connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]], column: sa.Column[Any]
) -> list[Any]:
    """Insert the rows but for those whose unique key is there; this column of each that went in."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return list(connection.scalars(make(table).values(rows).on_conflict_do_nothing().returning(column)))


def put_row(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> None:
    """Insert the row, or give the one with the same primary key these values."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    keys = list(table.primary_key.columns)
    changed = {name: value for name, value in values.items() if name not in {column.name for column in keys}}
    statement = make(table).values(values)
    if changed:
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))
    else:
        connection.execute(statement.on_conflict_do_nothing())

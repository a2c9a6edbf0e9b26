"""All that is kept of one tenant, row by row: for whoever moves it elsewhere, or wants to have it in his own hands."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from engine.store import control
from engine.store.ids import id_text
from engine.store.tenant import metadata

AT_ONCE = 1_000
_OF_THE_TENANT = ("tenant", "api_key", "user_account", "external_identity", "trunk", "own_number", "number")
_SECRET = {"hash", "password", "second_factor", "second_factor_step", "database_url"}
"""Columns of the control database that nobody takes away; a trunk's `secret` is sealed."""


@contextmanager
def moment(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A reading transaction in which every statement sees the same state."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def tables() -> list[sa.Table]:
    """Every table of a tenant's database, each after those that it speaks of."""
    return list(metadata.sorted_tables)


def rows(connection: sa.Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    """Every row of a table, as JSON may write it."""
    return _plain(connection, sa.select(table).order_by(*table.primary_key.columns), list(table.columns))


def control_tables() -> list[sa.Table]:
    """The tables of the control database that say something of a tenant itself."""
    return [table for table in control.metadata.sorted_tables if table.name in _OF_THE_TENANT]


def control_rows(connection: sa.Connection, table: sa.Table, tenant: str) -> Iterator[dict[str, Any]]:
    """A tenant's rows of one of these, without secrets."""
    columns = [column for column in table.columns if column.name not in _SECRET]
    name = table.c.name if table is control.tenant else table.c.tenant
    return _plain(connection, sa.select(*columns).where(name == tenant), columns)


def _plain(
    connection: sa.Connection, statement: sa.Select[Any], columns: Sequence[sa.Column[Any]]
) -> Iterator[dict[str, Any]]:
    found = connection.execution_options(yield_per=AT_ONCE).execute(statement)
    for row in found:
        yield {column.name: _value(column, value) for column, value in zip(columns, row, strict=True)}


def _value(column: sa.Column[Any], value: Any) -> Any:
    """Ids as the API writes them, other bytes in base64."""
    if not isinstance(column.type, sa.LargeBinary) or value is None:
        return value
    content = bytes(value)
    return id_text(content) if column.type.length == 16 else base64.b64encode(content).decode()

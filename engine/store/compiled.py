"""Core statements, compiled once for each database and run on the driver's own cursor: the turn's path.

SQLAlchemy's way from a statement to the driver costs more than SQLite's work for it. So a statement of the hot path is
written in Core as any other, compiled with the tenant's schema in it (DECISIONS 10), and run with its values in the
order in which they are named here; rows come back as the driver's tuples. Only types that a driver takes as they are
may be in it: whole numbers, texts, bytes, nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

_DIALECTS: dict[str, Any] = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": postgresql.psycopg.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]
}


def given(name: str, like: sa.Column[Any] | None = None) -> sa.BindParameter[Any]:
    """A parameter whose value is given at each run, of a column's type."""
    return sa.bindparam(name, None, type_=sa.BigInteger() if like is None else like.type, required=False)


class Compiled:
    """One statement; `names` are its parameters in the order in which values are given, each used once or more."""

    def __init__(self, statement: sa.ClauseElement, *names: str) -> None:
        self._statement = statement
        self._names = names
        self._written: dict[tuple[str, str | None], _Sql] = {}

    def all(self, connection: sa.Connection, *values: Any) -> list[tuple[Any, ...]]:
        """Run it; all its rows. Raises SQLAlchemy's errors, as everything here."""
        try:
            cursor = self._run(connection, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        except _driver_error(connection) as error:
            raise self._error(connection, error) from error
        cursor.close()
        return rows

    def count(self, connection: sa.Connection, *values: Any) -> int:
        """Run it; how many rows it has changed."""
        try:
            cursor = self._run(connection, values)
        except _driver_error(connection) as error:
            raise self._error(connection, error) from error
        changed: int = cursor.rowcount
        cursor.close()
        return changed

    def many(self, connection: sa.Connection, rows: Sequence[Sequence[Any]]) -> int:
        """Run it with each row's values; how many rows it has changed altogether."""
        found = self._sql(connection)
        cursor = _driver(connection).cursor()
        try:
            cursor.executemany(found.sql, rows if found.order is None else [found.filled(row) for row in rows])
        except _driver_error(connection) as error:
            raise self._error(connection, error) from error
        changed: int = cursor.rowcount
        cursor.close()
        return changed

    def sql(self, connection: sa.Connection, *values: Any) -> tuple[str, Sequence[Any]]:
        """The statement as this database takes it and its values, for a connection of the driver's that is kept."""
        found = self._sql(connection)
        return found.sql, found.filled(values)

    def for_sqlite(self, *values: Any) -> tuple[str, Sequence[Any]]:
        """The statement as SQLite takes it and its values."""
        found = self._as_written("sqlite", None)
        return found.sql, found.filled(values)

    def _run(self, connection: sa.Connection, values: Sequence[Any]) -> Any:
        found = self._sql(connection)
        cursor = _driver(connection).cursor()
        cursor.execute(found.sql, found.filled(values))
        return cursor

    def _error(self, connection: sa.Connection, error: Exception) -> BaseException:
        return sa.exc.DBAPIError.instance(
            self._sql(connection).sql, None, error, _driver_error(connection), dialect=connection.dialect
        )

    def _sql(self, connection: sa.Connection) -> _Sql:
        schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
        return self._as_written(connection.dialect.name, schema)

    def _as_written(self, dialect: str, schema: str | None) -> _Sql:
        found = self._written.get((dialect, schema))
        if found is None:
            found = self._written[dialect, schema] = self._compile(dialect, schema)
        return found

    def _compile(self, dialect: str, schema: str | None) -> _Sql:
        mapped: dict[str, Any] = {}
        if schema is not None:
            mapped = {"schema_translate_map": {None: schema}, "render_schema_translate": True}
        compiled = self._statement.compile(
            dialect=_DIALECTS[dialect], compile_kwargs={"render_postcompile": True}, **mapped
        )
        assert isinstance(compiled, sa.sql.compiler.SQLCompiler)
        used = compiled.positiontup or []
        constants = tuple(compiled.params[name] for name in used if name not in self._names)
        free = iter(range(len(self._names), len(self._names) + len(constants)))
        order = [self._names.index(name) if name in self._names else next(free) for name in used]
        return _Sql(str(compiled), constants, None if order == list(range(len(self._names))) else order)


class _Sql:
    """A statement as one database takes it: its constants, and which of values and constants stands where."""

    __slots__ = ("_pick", "constants", "order", "sql")

    def __init__(self, sql: str, constants: tuple[Any, ...], order: list[int] | None) -> None:
        self.sql = sql
        self.constants = constants
        self.order = order
        self._pick = itemgetter(*order) if order is not None and len(order) > 1 and not constants else None

    def filled(self, values: Sequence[Any]) -> Sequence[Any]:
        """The values as the driver takes them."""
        if self.order is None:
            return values
        if self._pick is not None:
            picked: Sequence[Any] = self._pick(values)
            return picked
        there = (*values, *self.constants)
        return [there[place] for place in self.order]


def _driver_error(connection: sa.Connection) -> type[Exception]:
    kind: type[Exception] = connection.dialect.loaded_dbapi.Error
    return kind


def _driver(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection

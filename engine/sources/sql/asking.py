"""Asking a database live, and writing back to it: only what is declared, and a write at most once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.sources.declared import declared, values_of
from engine.sources.plain import plain
from engine.sources.source import PlainRow, RefusedBySource, Written
from engine.sources.sql import errors
from engine.sources.sql.config import KEY, PROCEDURES, SqlConfig, SqlStatement, names_in
from engine.sources.sql.connecting import Database
from engine.sources.sql.translate import plain_row

LARGEST = 1024 * 1024
"""Bytes of an answer."""


class SqlAsker:
    """Asks and writes."""

    def __init__(self, config: SqlConfig, database: Database) -> None:
        self._config = config
        self._database = database
        self._zone = ZoneInfo(config.time_zone)

    def ask(self, query: str, parameters: Mapping[str, Any]) -> list[PlainRow]:
        """The rows that a declared query finds, as many as it may give."""
        found = declared(self._config.queries, "query", query)
        values = values_of(query, found.parameters, parameters)
        try:
            with self._database.reading(found.seconds) as connection:
                result = connection.execution_options(stream_results=True).execute(sa.text(found.sql), values)
                names = list(result.keys())
                rows = [plain_row(names, row, self._zone) for row in result.fetchmany(found.most_rows)]
                result.close()
        except sa.exc.DBAPIError as error:
            raise self._why(error) from None
        size = sum(len(msgspec.json.encode(row)) for row in rows)
        if size > LARGEST:
            raise Refused(f"an answer of {size} bytes, {LARGEST} at most")
        return rows

    def write(self, statement: str, parameters: Mapping[str, Any], key: str) -> Written | RefusedBySource:
        """Carry out a declared statement in one transaction; Unsure only if the connection broke in its commit."""
        found = declared(self._config.statements, "statement", statement)
        values = {**values_of(statement, found.parameters, parameters), KEY: key}
        with self._database.writing(found.seconds) as connection:
            step = ""
            try:
                if found.done_when is not None and _rows(connection, found.done_when, values):
                    return Written(reference=self._reference(connection, found, values))
                for number, each in enumerate(found.steps):
                    step = each.sql
                    changed = connection.execute(sa.text(step), _wanted(step, values)).rowcount
                    if each.rows is not None and changed != each.rows:
                        expected = f"step {number + 1} changed {changed} rows, {each.rows} were expected"
                        return RefusedBySource(reason=each.refusal or expected)
                step = ""
                reference = self._reference(connection, found, values)
            except sa.exc.DBAPIError as error:
                if step.lower().startswith(PROCEDURES) and error.connection_invalidated:  # it may have committed
                    raise Unsure(errors.words(error)) from None
                return self._refused(error)
            try:
                connection.commit()
            except sa.exc.DBAPIError as error:
                if errors.rolled_back(error, self._database.dialect):
                    return self._refused(error)
                raise Unsure(f"in the commit: {errors.words(error)}") from None
        return Written(reference=reference)

    def written(self, statement: str, parameters: Mapping[str, Any], key: str) -> bool | None:
        """Whether the write of this key is there, where the statement says how that is seen."""
        found = declared(self._config.statements, "statement", statement)
        if found.done_when is None:
            return None
        values = {**values_of(statement, found.parameters, parameters), KEY: key}
        try:
            with self._database.reading(found.seconds) as connection:
                return bool(_rows(connection, found.done_when, values))
        except sa.exc.DBAPIError as error:
            raise self._why(error) from None

    def _reference(self, connection: sa.Connection, found: SqlStatement, values: Mapping[str, Any]) -> str:
        if found.reference is None:
            return ""
        rows = _rows(connection, found.reference, values)
        return "" if not rows or rows[0][0] is None else str(plain(rows[0][0], self._zone))

    def _refused(self, error: sa.exc.DBAPIError) -> RefusedBySource:
        """Nothing was written: because of a rule, or for a reason that may pass, or one that a person has to mend."""
        if errors.by_rule(error, self._database.dialect):
            return RefusedBySource(reason=errors.words(error))
        raise self._why(error) from None

    def _why(self, error: sa.exc.DBAPIError) -> NotNow | Refused:
        words = errors.words(error)
        return NotNow(words) if errors.passing(error, self._database.dialect) else Refused(words)


def _wanted(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in names_in(sql)}


def _rows(connection: sa.Connection, sql: str, values: Mapping[str, Any]) -> list[Any]:
    result = connection.execute(sa.text(sql), _wanted(sql, values))
    rows = list(result.fetchmany(1))
    result.close()
    return rows

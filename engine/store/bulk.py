"""Many rows by one statement: the shape that is quick on each database.

SQLite takes a prepared statement and runs it for each row, or for each ten: starting it costs as much as a row's
indexes. PostgreSQL plans and starts each statement anew, so there the rows travel as one array for each column, and a
single statement reads them by `unnest`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.compiled import Compiled, given

Rows = Sequence[Sequence[Any]]
Columns = sa.ColumnCollection[str, Any]
Change = Callable[[Columns, Columns], dict[str, Any]]
Where = Callable[[Columns, Columns], sa.ColumnElement[bool]]
TOGETHER = 10
"""Rows that SQLite inserts by one run of a statement: with more, a prepared one takes much memory and gains no more."""


class Insert:
    """Inserts rows, given as tuples of these columns' values; with `new_only`, those whose unique keys are new."""

    def __init__(self, table: sa.Table, names: Sequence[str], *, new_only: bool = False) -> None:
        columns = [table.c[name] for name in names]
        arrays = _arrays(columns)
        at_once = postgresql.insert(table).from_select(list(names), sa.select(*arrays.c))
        self._types = [column.type for column in columns]
        self._each = _values(table, columns, 1, new_only=new_only)
        self._ten = _values(table, columns, TOGETHER, new_only=new_only)
        self._at_once = Compiled(at_once.on_conflict_do_nothing() if new_only else at_once, *names)

    def run(self, connection: sa.Connection, rows: Rows) -> int:
        """Insert them; how many went in."""
        if connection.dialect.name != "sqlite" or len(rows) < TOGETHER:
            return _run(connection, rows, self._each, self._at_once, self._types)
        whole = len(rows) - len(rows) % TOGETHER
        tens = [list(chain.from_iterable(rows[first : first + TOGETHER])) for first in range(0, whole, TOGETHER)]
        count = self._ten.many(connection, tens)
        return count + self._each.many(connection, rows[whole:]) if whole < len(rows) else count


class Update:
    """Updates rows, given as tuples: the values of the columns that say which row it is, then the new ones.

    `follows` are the columns that must be as the writer has read them; a row that is not counts as not changed.
    """

    def __init__(self, table: sa.Table, follows: Sequence[str], changes: Sequence[str]) -> None:
        known = [(f"old_{name}", table.c[name]) for name in follows]
        new = [(f"new_{name}", table.c[name]) for name in changes]
        names = [name for name, _ in (*known, *new)]
        where = [column == given(name, column) for name, column in known]
        each = table.update().where(*where).values({column: given(name, column) for name, column in new})
        self._each = Compiled(each, *names)
        arrays = _arrays([column for _, column in (*known, *new)], names)
        together = [column == arrays.c[name] for name, column in known]
        at_once = table.update().where(*together).values({column: arrays.c[name] for name, column in new})
        self._at_once = Compiled(at_once, *names)
        self._types = [column.type for _, column in (*known, *new)]

    def run(self, connection: sa.Connection, rows: Rows) -> int:
        """Update them; how many there were."""
        return _run(connection, rows, self._each, self._at_once, self._types)


class Upsert:
    """Inserts rows, given as tuples of these columns' values; one whose primary key is there changes that row instead.

    `changes` gives the new values of the row that is there, `where` whether it is changed; both are asked with the row
    that is there and the one that was to be inserted.
    """

    def __init__(self, table: sa.Table, names: Sequence[str], changes: Change, where: Where) -> None:
        columns = [table.c[name] for name in names]
        self._types = [column.type for column in columns]
        one = sqlite.insert(table).values({column: given(column.name, column) for column in columns})
        arrays = _arrays(columns)
        all_of_them = postgresql.insert(table).from_select(list(names), sa.select(*arrays.c))
        key = [column.name for column in table.primary_key]
        self._each, self._at_once = (
            Compiled(
                each.on_conflict_do_update(
                    index_elements=key, set_=changes(table.c, each.excluded), where=where(table.c, each.excluded)
                ),
                *names,
            )
            for each in (one, all_of_them)
        )

    def run(self, connection: sa.Connection, rows: Rows) -> int:
        """Insert or change them, each key once; how many there were that are not as they had been."""
        return _run(connection, rows, self._each, self._at_once, self._types)


class Delete:
    """Deletes rows, given as tuples of the values of these columns."""

    def __init__(self, table: sa.Table, names: Sequence[str]) -> None:
        columns = [table.c[name] for name in names]
        self._types = [column.type for column in columns]
        arrays = _arrays(columns)
        each = [column == given(column.name, column) for column in columns]
        self._each = Compiled(table.delete().where(*each), *names)
        self._at_once = Compiled(table.delete().where(*(column == arrays.c[column.name] for column in columns)), *names)

    def run(self, connection: sa.Connection, rows: Rows) -> int:
        """Delete them; how many there were."""
        return _run(connection, rows, self._each, self._at_once, self._types)


class Select:
    """Reads the rows whose first named column has one of the given values; on SQLite, up to 500 values at a time.

    With `one_by_one` PostgreSQL looks for each value by itself, where the column stands behind another in its index: it
    would read all rows of that other one, which it takes for few.
    """

    LARGEST = 500

    def __init__(self, statement: sa.Select[Any], column: sa.Column[Any], *, one_by_one: bool = False) -> None:
        self._statement = statement
        self._column = column
        array: sa.BindParameter[Any] = sa.bindparam("each", None, type_=postgresql.ARRAY(column.type), required=False)
        at_once = statement.where(column == sa.any_(array))
        if one_by_one:
            each = _arrays([column], ["each"])
            found = statement.where(column == each.c["each"]).lateral("found")
            at_once = sa.select(*found.c).select_from(each.join(found, sa.true()))
        self._at_once = Compiled(at_once, "each")
        self._by_count: dict[int, Compiled] = {}

    def run(self, connection: sa.Connection, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Their rows, in no order but the statement's."""
        if not values:
            return []
        if connection.dialect.name != "sqlite":
            from engine.store.pg_arrays import array  # psycopg is there only where somebody uses PostgreSQL

            return self._at_once.all(connection, array(self._column.type, values))
        rows: list[tuple[Any, ...]] = []
        for first in range(0, len(values), self.LARGEST):
            some = list(values[first : first + self.LARGEST])
            count = min(self.LARGEST, 1 << (len(some) - 1).bit_length())
            some += some[-1:] * (count - len(some))  # the last one again and again: few statements serve all counts
            rows += self._of(count).all(connection, *some)
        return rows

    def _of(self, count: int) -> Compiled:
        found = self._by_count.get(count)
        if found is None:
            names = [f"each_{number}" for number in range(count)]
            among = self._column.in_([given(name, self._column) for name in names])
            found = self._by_count[count] = Compiled(self._statement.where(among), *names)
        return found


def _values(table: sa.Table, columns: Sequence[sa.Column[Any]], count: int, *, new_only: bool) -> Compiled:
    """SQLite's statement that inserts so many rows, whose values are given one row after the other."""
    rows = [{column: given(f"{column.name}_{number}", column) for column in columns} for number in range(count)]
    insert = sqlite.insert(table).values(rows)
    names = [f"{column.name}_{number}" for number in range(count) for column in columns]
    return Compiled(insert.on_conflict_do_nothing() if new_only else insert, *names)


def _arrays(columns: Sequence[sa.Column[Any]], names: Sequence[str] | None = None) -> sa.TableValuedAlias:
    names = names or [column.name for column in columns]
    given_arrays = [
        sa.bindparam(name, None, type_=postgresql.ARRAY(_plain(column)), required=False)
        for name, column in zip(names, columns, strict=True)
    ]
    return sa.func.unnest(*given_arrays).table_valued(*names, name="given").render_derived()


def _plain(column: sa.Column[Any]) -> Any:
    """A column's type without its length, which an array need not have."""
    return sa.Text() if isinstance(column.type, sa.String) else column.type


def _run(
    connection: sa.Connection, rows: Rows, each: Compiled, at_once: Compiled, types: Sequence[sa.types.TypeEngine[Any]]
) -> int:
    if not rows:
        return 0
    if connection.dialect.name == "sqlite":
        return each.many(connection, rows)
    from engine.store.pg_arrays import array  # psycopg is there only where somebody uses PostgreSQL

    columns = zip(*rows, strict=True)
    return at_once.count(connection, *(array(kind, column) for kind, column in zip(types, columns, strict=True)))

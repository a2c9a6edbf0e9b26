"""The statement that reads a page of a feed: rows in order of change and id, from here to there. Pure.

The time alone would lose rows: where a page ends amidst rows of one time, the rest of them is not behind that time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import oracle

from engine.sources.positions import Position
from engine.sources.sql.config import SqlFeed

ROWS = "rows_read"


def source_of(feed: SqlFeed, there: list[str]) -> tuple[sa.FromClause, list[sa.ColumnElement[Any]]]:
    """What a feed's rows are selected from, and what is selected; `there` are the table's columns.

    Raises KeyError with the name of a column that is not there.
    """
    if feed.query is not None:
        inner = sa.text(feed.query).columns(sa.column(feed.changed), sa.column(feed.id))
        return inner.subquery(ROWS), [sa.literal_column(f"{ROWS}.*")]
    names = [named(name, there) for name in feed.columns or there]
    for wanted in (named(feed.changed, there), named(feed.id, there)):
        if wanted not in names:
            names.append(wanted)
    table = sa.table(feed.table or "", *(sa.column(name) for name in names), schema=feed.schema_)
    return table, list(table.c)


def named(name: str, there: list[str]) -> str:
    """The column of this name, whatever its capitals; raises KeyError."""
    if name in there:
        return name
    alike = [each for each in there if each.lower() == name.lower()]
    if len(alike) != 1:
        raise KeyError(name)
    return alike[0]


def page(
    source: sa.FromClause,
    selected: list[sa.ColumnElement[Any]],
    order: tuple[str, str],
    *,
    after: Position | None,
    upto: Position | None,
    limit: int,
    dialect: str = "",
) -> sa.Select[Any]:
    """Select one page."""
    changed, id = (source.c[name] for name in order)
    statement = sa.select(*selected).where(changed.is_not(None), id.is_not(None))
    bound = _bound(dialect)
    if after is not None:
        time, last = (bound(value) for value in after)
        statement = statement.where(changed >= time, (changed > time) | ((changed == time) & (id > last)))
    if upto is not None:
        time, last = (bound(value) for value in upto)
        statement = statement.where(changed <= time, (changed < time) | ((changed == time) & (id <= last)))
    return statement.order_by(changed, id).limit(limit)


def _bound(dialect: str) -> Callable[[Any], sa.ColumnElement[Any]]:
    """How a value is bound, so that the database compares it to the microsecond.

    The drivers of Oracle and SQL Server round a time unless they are told not to.
    """

    def bound(value: Any) -> sa.ColumnElement[Any]:
        if isinstance(value, datetime) and dialect == "oracle":
            return sa.bindparam(None, value, type_=oracle.TIMESTAMP(timezone=value.tzinfo is not None))
        if isinstance(value, datetime) and dialect == "mssql":
            kind = "DATETIMEOFFSET" if value.tzinfo is not None else "DATETIME2"
            return sa.func.convert(sa.literal_column(f"{kind}(6)"), sa.bindparam(None, value.isoformat(), sa.String()))
        return sa.bindparam(None, value, type_=sa.types.NullType())

    return bound

"""Reading a feed of a database: page by page behind the watermark, and again what may have been committed late."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from engine.adapters.gateway import NotNow, Refused
from engine.faults import Fault, dotted
from engine.sources.plain import plain
from engine.sources.positions import NoPosition, Position
from engine.sources.source import Batch, PlainRow
from engine.sources.sql import errors, statements
from engine.sources.sql.config import SqlFeed
from engine.sources.sql.connecting import Database
from engine.sources.sql.translate import instant, plain_row
from engine.sources.watermark import Again, Watermark

AHEAD = 600.0
"""Seconds by which a database's clock may be ahead of ours. A row of later than that waits until its time comes: to
read it would leave behind all that is changed before."""
LONGEST_TRANSACTION = 86_400.0
"""What was changed longer ago when it is first read needs no further look."""
MESSAGES = {"has {actual} bytes, {limit} at most", "cannot be written down: {reason}"}
"""Sentences of this module; each has its translation."""


class _Page(msgspec.Struct):
    """What one statement gave."""

    names: list[str]
    rows: list[tuple[Any, ...]]
    positions: list[Position]


class _Found:
    """What a reading gives out."""

    def __init__(self, name: str, feed: SqlFeed, zone: ZoneInfo, mark: Watermark) -> None:
        self.rows: list[PlainRow] = []
        self.faults: list[Fault] = []
        self._name, self._feed, self._zone, self._mark = name, feed, zone, mark

    def take(self, page: _Page, again: Again | None = None) -> None:
        """The rows of a page that were not given out before."""
        for values, position in zip(page.rows, page.positions, strict=True):
            row = plain_row(page.names, values, self._zone)
            place = dotted(self._name, plain(position[1], self._zone))
            try:
                written = msgspec.json.encode(row)
            except (ValueError, TypeError, RecursionError) as error:  # a text with half a sign in it
                if self._mark.unseen(repr(values).encode("utf-8", "replace"), again):
                    self.faults.append(Fault(place, "cannot be written down: {reason}", {"reason": str(error)[:100]}))
                continue
            if not self._mark.unseen(written, again):
                continue
            if len(written) > self._feed.largest_row:
                params = {"actual": len(written), "limit": self._feed.largest_row}
                self.faults.append(Fault(place, "has {actual} bytes, {limit} at most", params))
            else:
                self.rows.append(row)


class SqlReader:
    """Reads one feed."""

    def __init__(
        self, name: str, feed: SqlFeed, zone: str, database: Database, clock: Callable[[], float] = time.time
    ) -> None:
        self._name = name
        self._feed = feed
        self._zone = ZoneInfo(zone)
        self._database = database
        self._clock = clock
        self._source: tuple[sa.FromClause, list[sa.ColumnElement[Any]]] | None = None
        self._order = (feed.changed, feed.id)

    def read(self, cursor: bytes | None, limit: int) -> Batch:
        """The next rows, and those among the earlier ones that have come to light since."""
        try:
            mark = Watermark(self._feed.look_again, cursor, totals=True)
        except (msgspec.DecodeError, msgspec.ValidationError):
            raise Refused("the place in this feed was written by another version") from None
        found = _Found(self._name, self._feed, self._zone, mark)
        try:
            with self._database.reading(self._feed.seconds) as connection:
                more = self._read(connection, mark, found, limit)
        except sa.exc.DBAPIError as error:
            kind = NotNow if errors.passing(error, self._database.dialect) else Refused
            raise kind(errors.words(error)) from None
        except (NoPosition, KeyError) as error:
            said = f"there is no column {error.args[0]}" if isinstance(error, KeyError) else str(error)
            raise Refused(said) from None
        return Batch(rows=found.rows, cursor=mark.kept(), more=more, faults=tuple(found.faults))

    def _read(self, connection: sa.Connection, mark: Watermark, found: _Found, limit: int) -> bool:
        """Read one page, and with what is left of the limit what is due for another look; whether there is more."""
        now = self._clock()
        page = self._page(connection, mark.top, None, limit)
        whole = len(page.rows) < limit
        while page.rows and self._is_ahead(page.positions[-1], now):
            page.rows.pop(), page.positions.pop()
            whole = True
        found.take(page)
        if page.rows:
            oldest = instant(page.positions[-1][0], self._zone)
            delay = max(self._feed.look_again, default=0.0) + LONGEST_TRANSACTION
            mark.read_to(page.positions[-1], now, settled=oldest is not None and oldest < now - delay)
        left = limit - len(page.rows)
        while whole and left > 0 and (again := mark.again(now)) is not None:
            page = self._page(connection, again.after, again.upto, left)
            found.take(page, again)
            mark.looked(again, None if len(page.rows) < left else page.positions[-1])
            left -= len(page.rows)
        return not whole or mark.again(now) is not None

    def _page(self, connection: sa.Connection, after: Position | None, upto: Position | None, limit: int) -> _Page:
        source, selected = self._source_of(connection)
        statement = statements.page(
            source, selected, self._order, after=after, upto=upto, limit=limit + 1, dialect=self._database.dialect
        )
        result = connection.execute(statement, self._feed.parameters)
        names = list(result.keys())
        try:
            places = [names.index(statements.named(name, names)) for name in self._order]
        except KeyError:
            raise Refused(f"the query gives no column {' and '.join(self._order)}") from None
        rows = [tuple(row) for row in result]
        positions = [tuple(row[place] for place in places) for row in rows]
        for before, here in zip([after, *positions], positions, strict=False):
            if before == here:
                raise Refused(
                    f"{self._order[1]} does not tell rows apart: {here[1]!r} is there twice at {here[0]!s}"
                )  # fmt: skip
        return _Page(names, rows[:limit], positions[:limit])

    def _source_of(self, connection: sa.Connection) -> tuple[sa.FromClause, list[sa.ColumnElement[Any]]]:
        if self._source is None:
            feed = self._feed
            there: list[str] = []
            if feed.table is not None:
                try:
                    columns = sa.inspect(connection).get_columns(feed.table, schema=feed.schema_)
                except sa.exc.NoSuchTableError:
                    raise Refused(f"there is no table {feed.table}") from None
                there = [column["name"] for column in columns]
                self._order = (statements.named(feed.changed, there), statements.named(feed.id, there))
            source, selected = statements.source_of(feed, there)
            self._source = source, selected
        return self._source

    def _is_ahead(self, position: Position, now: float) -> bool:
        at = instant(position[0], self._zone)
        return at is not None and at > now + AHEAD

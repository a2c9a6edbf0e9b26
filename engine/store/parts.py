"""Parts of joined records: the rows themselves, who needs which of them, and what was sent last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec
import sqlalchemy as sa

from engine.store.inserting import put_row
from engine.store.tenant.sources import source_link, source_part, source_sent


class Joined(msgspec.Struct, frozen=True):
    """The parts of one way of joining, at one source."""

    source: str
    joined: bytes

    def put(self, connection: sa.Connection, part: str, key: str, own: str, body: bytes, *, at: int) -> None:
        """Keep a row, in place of the one with its keys."""
        keys = {"source": self.source, "joined": self.joined, "part": part, "key": key, "own": own}
        put_row(connection, source_part, {**keys, "body": body, "at": at})

    def drop(self, connection: sa.Connection, part: str, key: str, own: str) -> None:
        """A row is gone."""
        one = sa.and_(source_part.c.part == part, source_part.c.key == key, source_part.c.own == own)
        connection.execute(source_part.delete().where(self._ours(source_part), one))

    def rows(self, connection: sa.Connection, part: str, key: str) -> list[bytes]:
        """The rows of a key, by their own keys."""
        statement = sa.select(source_part.c.body).where(
            self._ours(source_part), source_part.c.part == part, source_part.c.key == key
        )
        return list(connection.scalars(statement.order_by(source_part.c.own)))

    def link(self, connection: sa.Connection, main: str, wanted: Iterable[tuple[str, str]]) -> None:
        """A main row needs the rows of these parts and keys, and no others."""
        connection.execute(source_link.delete().where(self._ours(source_link), source_link.c.main == main))
        links = [
            {"source": self.source, "joined": self.joined, "part": part, "key": key, "main": main}
            for part, key in wanted
        ]
        if links:
            connection.execute(source_link.insert(), links)

    def needing(self, connection: sa.Connection, part: str, key: str) -> list[str]:
        """The main rows that need a key of a part."""
        statement = sa.select(source_link.c.main).where(
            self._ours(source_link), source_link.c.part == part, source_link.c.key == key
        )
        return list(connection.scalars(statement))

    def wanted(self, connection: sa.Connection, main: str) -> dict[str, str]:
        """By which key a main row finds each of its parts."""
        statement = sa.select(source_link.c.part, source_link.c.key).where(
            self._ours(source_link), source_link.c.main == main
        )
        return {row.part: row.key for row in connection.execute(statement)}

    def sent(self, connection: sa.Connection, main: str) -> bytes | None:
        """The hash of the record that was sent last."""
        statement = sa.select(source_sent.c.hash).where(self._ours(source_sent), source_sent.c.main == main)
        found: bytes | None = connection.scalar(statement)
        return found

    def set_sent(self, connection: sa.Connection, main: str, hashed: bytes | None) -> None:
        """A record was sent; None: it is gone."""
        if hashed is None:
            connection.execute(source_sent.delete().where(self._ours(source_sent), source_sent.c.main == main))
            return
        values = {"source": self.source, "joined": self.joined, "main": main, "hash": hashed}
        put_row(connection, source_sent, values)

    def _ours(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.source == self.source, table.c.joined == self.joined)


def forget_others(connection: sa.Connection, source: str, joined: Collection[bytes]) -> None:
    """Rows of ways of joining that a source has no more."""
    tables: Sequence[sa.Table] = (source_part, source_link, source_sent)
    for table in tables:
        connection.execute(table.delete().where(table.c.source == source, table.c.joined.not_in(joined)))

"""Joining: rows of several tables or messages become one record, sent when it is complete or has changed.

Each row is kept as it came, in a tracking database of our own. A row of the main part says by which keys it finds the
others (its links); whatever row comes, the main rows that need it are made into records again, and those that differ
from what was sent last are sent. So it does not matter which row comes first, or how often.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as Names
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.faults import Fault
from engine.sources.mapping import MappedRow, Mapping, Part, filled, key_text
from engine.sources.source import PlainRow
from engine.store.parts import Joined

MESSAGES = {"the key is empty"}
"""Sentences of this module; each has its translation."""
_encoder = msgspec.msgpack.Encoder(order="deterministic")


def digest(value: Any) -> bytes:
    """Sixteen bytes that are the same for the same content."""
    return hashlib.blake2b(_encoder.encode(value), digest_size=16).digest()


class Joining:
    """One joined mapping of a source."""

    def __init__(self, source: str, mapping: Mapping) -> None:
        assert mapping.parts is not None
        self.mapping = mapping
        self._parts: dict[str, Part] = mapping.parts
        self._main = next(iter(self._parts))
        written = {name: _written(part) for name, part in self._parts.items()}
        self.identity = digest([mapping.record_type, list(written), written])
        self._rows = Joined(source, self.identity)

    def faults(self, feed: str, row: PlainRow, *, at: datetime) -> list[Fault]:
        """What is wrong with a row, without keeping it."""
        return [
            Fault(f"parts.{name}.{field}", "the key is empty")
            for name, part, scope in self._of(feed, row, at)
            for field, template in (("key", part.key), ("own", part.own))
            if template is not None and not key_text(template, scope)
        ]

    def take(
        self, connection: sa.Connection, feed: str, row: PlainRow, *, at: datetime, micros: int
    ) -> tuple[list[str], list[MappedRow]]:
        """Keep a row, whose keys are not empty; the main rows that it touches, and records that are gone with it."""
        touched: list[str] = []
        gone: list[MappedRow] = []
        for name, part, scope in self._of(feed, row, at):
            key = key_text(part.key, scope)
            own = key_text(part.own, scope) if part.own is not None else ""
            is_gone = part.gone_when is not None and part.gone_when.test(scope)
            if name == self._main and is_gone:
                gone += self._let_go(connection, key, at)
                continue
            if is_gone:
                self._rows.drop(connection, name, key, own)
            else:
                self._rows.put(connection, name, key, own, _encoder.encode(row), at=micros)
            if name == self._main:
                self._rows.link(connection, key, self._links(key, scope))
                touched.append(key)
            else:
                touched += self._rows.needing(connection, name, key)
        return touched, gone

    def record(self, connection: sa.Connection, main: str, *, at: datetime) -> MappedRow | list[Fault] | None:
        """The record of a main row if it is complete and another than was sent last; noted as sent."""
        scope = self._scope(connection, main, at)
        if scope is None:
            return None
        made = filled(self.mapping, scope)
        if isinstance(made, list):
            return made
        hashed = digest(msgspec.to_builtins(made))
        if hashed == self._rows.sent(connection, main):
            return None
        self._rows.set_sent(connection, main, hashed)
        return made

    def _of(self, feed: str, row: PlainRow, at: datetime) -> list[tuple[str, Part, dict[str, Any]]]:
        """The parts that a row is."""
        scope = {"row": row, "message": row, "now": at}
        return [
            (name, part, scope)
            for name, part in self._parts.items()
            if part.feed in (None, feed) and (part.when is None or part.when.test(scope))
        ]

    def _links(self, main: str, scope: Names[str, Any]) -> list[tuple[str, str]]:
        found = [
            (name, main if part.match is None else key_text(part.match, scope))
            for name, part in self._parts.items()
            if name != self._main
        ]
        return [(name, key) for name, key in found if key]

    def _scope(
        self, connection: sa.Connection, main: str, at: datetime, *, complete: bool = True
    ) -> dict[str, Any] | None:
        """All parts of a record by name; None as long as one is missing that is needed, if it is to be `complete`."""
        rows = self._rows.rows(connection, self._main, main)
        if not rows:
            return None
        row = msgspec.msgpack.decode(rows[0])
        scope: dict[str, Any] = {"row": row, "message": row, "now": at, self._main: row}
        wanted = self._rows.wanted(connection, main)
        for name, part in self._parts.items():
            if name == self._main:
                continue
            key = wanted.get(name)
            found = [] if key is None else [msgspec.msgpack.decode(b) for b in self._rows.rows(connection, name, key)]
            if complete and part.needed and not found:
                return None
            scope[name] = found if part.many else (found[0] if found else None)
        return scope

    def _let_go(self, connection: sa.Connection, main: str, at: datetime) -> list[MappedRow]:
        """The main row is gone; so is its record, if it was ever sent."""
        scope = self._scope(connection, main, at, complete=False)
        was_sent = self._rows.sent(connection, main) is not None
        self._rows.drop(connection, self._main, main, "")
        self._rows.link(connection, main, ())
        self._rows.set_sent(connection, main, None)
        made = filled(self.mapping, scope) if scope is not None and was_sent else None
        if not isinstance(made, MappedRow):
            return []
        return [msgspec.structs.replace(made, deleted=True)]


def _written(part: Part) -> list[Any]:
    templates = (part.key, part.match, part.own, part.when, part.gone_when)
    return [part.feed, part.many, part.needed, *(None if each is None else each.source for each in templates)]

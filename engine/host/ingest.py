"""Records come in: checked, compared with what is kept, written, and what follows from them started, in one go.

The HTTP API, the connectors and the platform's own sources all come by here. At most 200 rows are a transaction, some
ten milliseconds on SQLite, for which a call's commit waits (DECISIONS 7). With them goes what they bring about, so that
a row that was taken has started what it starts, and a row that is sent again, because nobody heard the answer, changes
and starts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from engine.host.keeping_records import Crossed, write
from engine.host.record_doors import RecordTypeUnknown, door
from engine.host.sleeping import pause
from engine.records.intake import Entry, Intake
from engine.records.rows import Ingested, Rejected, Row
from engine.store import Store

__all__ = ["Crossed", "Ingested", "RecordTypeUnknown", "Rejected", "Row", "changed", "ingest", "write"]

GROUP = 200
TRIES = 5
"""Two who bring the same new records at once: the second time they are not new any more."""
DEADLOCK = ("40P01", "40001")
"""PostgreSQL's words for two who wait for each other: it has ended one of them."""


def ingest(store: Store, record_type: str, rows: Sequence[Row], *, source: str, at: int) -> Ingested:
    """Take rows in; what became of each. Raises RecordTypeUnknown. `at` is now, in microseconds."""
    intake = door(store, record_type)
    done = Ingested(rejected=[])
    entries: list[Entry] = []
    for number, row in enumerate(rows):
        found = intake.read(number, row)
        if isinstance(found, Entry):
            entries.append(found)
        else:
            done.rejected.append(Rejected(row=number, errors=found))
    for first in range(0, len(entries), GROUP):
        if first:
            pause(store)
        _add(done, _group(store, intake, entries[first : first + GROUP], source=source, at=at))
    return done


def _group(store: Store, intake: Intake, entries: Sequence[Entry], *, source: str, at: int) -> Ingested:
    for tries_left in reversed(range(TRIES)):
        try:
            with store.begin() as connection:
                return write(connection, store, intake, entries, source=source, at=at)
        except Crossed:
            if not tries_left:
                raise
        except sa.exc.OperationalError as error:
            if not tries_left or getattr(error.orig, "sqlstate", None) not in DEADLOCK:
                raise
    raise AssertionError("there is at least one try")


def _add(done: Ingested, more: Ingested) -> None:
    for name in ("accepted", "updated", "unchanged", "late", "deleted", "sessions"):
        setattr(done, name, getattr(done, name) + getattr(more, name))


def changed(done: Ingested) -> bool:
    """Whether anything has happened of which workers should hear."""
    return any(msgspec.structs.asdict(done)[name] for name in ("accepted", "updated", "deleted"))

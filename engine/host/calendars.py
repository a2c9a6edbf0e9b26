"""A tenant's calendars as its running flows see them: read when one is asked for, so that a change counts at once.

A version never changes, but the calendars that it names do: a holiday is added while a thousand sessions sleep. So a
program does not hold calendars; it holds this, which reads one by its name and keeps it for a moment, that a thousand
calls in the same second cost one query.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping

import structlog
from pydantic import ValidationError

from engine.calendars import Calendar
from engine.store import Store, definitions
from engine.store.tenant import calendar

log = structlog.get_logger()

KEPT = 1.0
"""Seconds for which a calendar is believed to be as it was."""


class TenantCalendars(Mapping[str, Calendar]):
    """Calendars by name; one that was removed, or is not sound any more, is not there. Safe for threads."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self.store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, int | None, Calendar | None]] = {}
        """By name: until when it counts, its revision, and what it is."""

    def __getitem__(self, name: str) -> Calendar:
        with self._lock:
            known = self._kept.get(name)
        if known is None or known[0] <= self._clock():
            known = self._read(name, known)
            with self._lock:
                self._kept[name] = known
        if known[2] is None:
            raise KeyError(name)
        return known[2]

    def __iter__(self) -> Iterator[str]:
        with self.store.read() as connection:
            return iter(definitions.names(connection, calendar))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _read(
        self, name: str, known: tuple[float, int | None, Calendar | None] | None
    ) -> tuple[float, int | None, Calendar | None]:
        until = self._clock() + KEPT
        with self.store.read() as connection:
            row = definitions.get(connection, calendar, name)
        if row is None:
            return until, None, None
        if known is not None and known[1] == row.revision:
            return until, known[1], known[2]
        try:
            return until, row.revision, Calendar.model_validate(row.definition)
        except ValidationError as error:
            log.error("calendar is not sound", tenant=self.store.name, calendar=name, reason=str(error))
            return until, row.revision, None

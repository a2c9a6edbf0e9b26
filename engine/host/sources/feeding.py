"""One source of the platform's own: it is read and listened to here, and what it gives is taken in.

What it gave lies in the organisation's database (`store/spool.py`) together with how far it was read, before it is
taken in; so whoever dies in between loses nothing, and whoever runs the source next goes on.
"""

from __future__ import annotations

import threading
import time

import msgspec
import sqlalchemy as sa
import structlog

from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.host.settings import Settings
from engine.host.sleeping import pause
from engine.host.sources.surroundings import surroundings
from engine.host.sources.taking import Brought, RecordTypeUnknown, take_in
from engine.sources.document import read_document
from engine.sources.keeping import unpacked
from engine.sources.pump import BATCH, Pump
from engine.sources.source import Source
from engine.sources.status import SourceStatus, with_what_waits
from engine.store import Store, now_micros, sources, spool
from engine.store.sources import SourceRow
from engine.store.spool import Faulty

log = structlog.get_logger()

MOST_WAITING = 100_000
STATUS_SECONDS = 5.0
IDLE_SECONDS = 0.5
AGAIN_SECONDS = 5.0


class Feeding:
    """Runs one source until it is stopped."""

    def __init__(self, store: Store, row: SourceRow, settings: Settings) -> None:
        self.revision = row.revision
        self._store = store
        self._row = row
        self._settings = settings
        self._stop = threading.Event()
        self._kept = threading.Event()
        self._full = False
        self._error: str | None = None
        self._said_at = -STATUS_SECONDS
        self._log = log.bind(tenant=store.name, source=row.name)
        self._thread = threading.Thread(target=self._run, name=f"source {row.name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Take nothing more."""
        self._stop.set()
        self._kept.set()

    def join(self, seconds: float) -> None:
        """Wait until it has ended."""
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._serve()
            except (NotNow, Refused, Unsure) as error:
                self._say(SourceStatus(state="failing", error=error.reason, error_at=now_micros()), at_once=True)
                self._stop.wait(AGAIN_SECONDS)
            except sa.exc.SQLAlchemyError as error:
                self._log.error("source is begun again", reason=str(error))
                self._stop.wait(AGAIN_SECONDS)

    def _serve(self) -> None:
        setup, faults = read_document(self._row.name, self._row.document)
        if setup is None:
            raise Refused("; ".join(map(str, faults))[:1_000])
        if not setup.document.enabled:
            self._say(SourceStatus(state="off"), at_once=True)
            self._stop.wait()
            return
        source = setup.open(surroundings(self._settings, self._store.name, self._row.name))
        pump = Pump(self._store, setup, source, kept=self._kept.set, has_room=lambda: not self._full)
        self._log.info("source is run here")
        self._pumped(pump, source)

    def _pumped(self, pump: Pump, source: Source) -> None:
        reading = threading.Thread(target=pump.run, args=(self._stop,), name=f"read {self._row.name}", daemon=True)
        reading.start()
        try:
            while not self._stop.is_set():
                self._kept.clear()
                if not self._feed():
                    self._kept.wait(IDLE_SECONDS)
                self._say(pump.status)
        finally:
            reading.join(AGAIN_SECONDS)
            source.close()

    def _feed(self) -> bool:
        """Take in the first of what is kept; whether there may be more."""
        with self._store.read() as connection:
            rows = spool.head(connection, limit=BATCH, source=self._row.name)
        if not rows:
            self._error = None
            return False
        at = now_micros()
        brought = [Brought(row.position, row.source, unpacked(row.body)) for row in rows]
        try:
            taken = take_in(self._store, brought, at=at)
        except RecordTypeUnknown as error:
            self._error = str(error)
            self._stop.wait(AGAIN_SECONDS)
            return True
        self._error = None
        refused = [
            Faulty(source=self._row.name, errors=each.errors, at=at, record_type=each.brought.row.record_type)
            for each in taken.refused
        ]
        with self._store.begin() as connection:
            spool.add_faulty(connection, refused)
            spool.remove(connection, [row.position for row in rows])
        pause(self._store)
        return True

    def _say(self, status: SourceStatus, *, at_once: bool = False) -> None:
        """Keep how it is doing, now and then."""
        if not at_once and time.monotonic() - self._said_at < STATUS_SECONDS:
            return
        self._said_at, at = time.monotonic(), now_micros()
        with self._store.read() as connection:
            status = with_what_waits(connection, self._row.name, status)
        self._full = status.waiting >= MOST_WAITING
        if self._error is not None:
            status = msgspec.structs.replace(status, state="failing", error=self._error, error_at=at)
        with self._store.begin() as connection:
            sources.set_status(connection, self._row.name, msgspec.to_builtins(status), at=at)

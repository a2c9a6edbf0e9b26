"""One source at work: its feeds are read in turn, its listeners listen, and what they give is kept.

It runs in a thread of its own, beside the HIS as in the platform. A feed that fails is tried again later and later, and
holds up no other one. When too much waits on this side, reading pauses: what is not read yet is safe where it is.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable, Sequence

import msgspec
import sqlalchemy as sa
import structlog

from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.faults import Fault
from engine.sources.document import SetUp, faults_of_feeds
from engine.sources.keeping import Keeper
from engine.sources.source import Arrival, Listener, Reader, Source
from engine.sources.status import SourceStatus
from engine.store import Store, now_micros

log = structlog.get_logger()

BATCH = 500
PAUSE_SECONDS = 0.005
"""After each batch, for others that write to the same database (DECISIONS 7)."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
LOOK_SECONDS = 0.5
SWEEP_SECONDS = 86_400.0


class Pump:
    """Takes what one source gives, until `stop` is set."""

    def __init__(
        self, store: Store, setup: SetUp, source: Source, *, kept: Callable[[], None], has_room: Callable[[], bool]
    ) -> None:
        self.setup = setup
        self.status = SourceStatus()
        self._source = source
        self._keeper = Keeper(store, setup)
        self._kept = kept
        self._has_room = has_room
        self._due: dict[str, float] = dict.fromkeys([*source.listeners, *source.readers], 0.0)
        self._failures: dict[str, int] = {}
        self._listening: dict[str, Listener] = {}
        self._log = log.bind(source=setup.name)

    def run(self, stop: threading.Event) -> None:
        """Read and listen; in a thread."""
        if faults := faults_of_feeds(self.setup, self._source):
            self._failed("", "; ".join(map(str, faults)))
            return
        try:
            swept = -SWEEP_SECONDS
            while not stop.is_set():
                if time.monotonic() - swept > SWEEP_SECONDS:
                    swept = time.monotonic()
                    self._keeper.begin()
                self._round(stop)
                next_at = min(self._due.values(), default=math.inf)
                stop.wait(min(LOOK_SECONDS, max(PAUSE_SECONDS, next_at - time.monotonic())))
        finally:
            for listener in self._listening.values():
                listener.stop()

    def _round(self, stop: threading.Event) -> None:
        for feed, due in list(self._due.items()):
            if stop.is_set() or due > time.monotonic():
                continue
            try:
                if feed in self._source.listeners:
                    self._listen(feed, self._source.listeners[feed])
                elif self._has_room():
                    self._read(feed, self._source.readers[feed], stop)
                else:
                    self._due[feed] = time.monotonic() + LOOK_SECONDS
                    self.status = msgspec.structs.replace(self.status, state="paused")
            except (NotNow, Refused, Unsure) as error:
                self._failed(feed, error.reason)
            except sa.exc.SQLAlchemyError as error:
                self._failed(feed, f"it cannot be kept: {error}")
            except Exception as error:  # noqa: BLE001 (a kind's fault is logged, and ends no other feed)
                self._log.exception("source failed", feed=feed)
                self._failed(feed, type(error).__name__)

    def _read(self, feed: str, reader: Reader, stop: threading.Event) -> None:
        """Everything that there is now; the next time it is looked at again."""
        cursor = self._keeper.cursor(feed)
        while not stop.is_set():
            batch = reader.read(cursor, BATCH)
            records = 0
            if batch.rows or batch.faults or batch.cursor != cursor:
                records = self._keeper.keep_batch(feed, batch)
            self._worked(feed, records)
            cursor = batch.cursor
            if not batch.more or not self._has_room():
                break
            stop.wait(PAUSE_SECONDS)
        self._due[feed] = time.monotonic() + self.setup.document.every_seconds

    def _listen(self, feed: str, listener: Listener) -> None:
        def keep(arrivals: Sequence[Arrival]) -> list[list[Fault]]:
            try:
                answers = self._keeper.keep_arrivals(feed, arrivals)
            except sa.exc.SQLAlchemyError as error:
                self._log.error("messages cannot be kept", feed=feed, reason=str(error))
                raise NotNow("it cannot be kept now") from error
            self._worked(feed, sum(not faults for faults in answers))
            return answers

        listener.start(keep)
        self._listening[feed] = listener
        del self._due[feed]
        if self.status.state == "starting":
            self.status = msgspec.structs.replace(self.status, state="running")

    def _worked(self, feed: str, records: int) -> None:
        self._failures.pop(feed, None)
        at, before = now_micros(), self.status
        failing = bool(self._failures)
        self.status = msgspec.structs.replace(
            before, state="failing" if failing else "running", read_at=at, records=before.records + records,
            record_at=at if records else before.record_at, error=before.error if failing else None,
            error_at=before.error_at if failing else None,
        )  # fmt: skip
        if records:
            self._kept()

    def _failed(self, feed: str, reason: str) -> None:
        count = self._failures[feed] = self._failures.get(feed, 0) + 1
        pause = min(FIRST_PAUSE * 2 ** min(count - 1, 10), LONGEST_PAUSE) * random.uniform(0.75, 1.25)
        self._due[feed] = time.monotonic() + pause
        words = f"{feed}: {reason}" if feed else reason
        if self.status.error != words:
            self._log.warning("source fails", reason=words)
        self.status = msgspec.structs.replace(self.status, state="failing", error=words[:1_000], error_at=now_micros())

"""How many events a second one session may be given, so that a loop of signals cannot run away.

Whatever comes from outside for a session that is there (a signal; a message, a record) passes `let_in`; answers to its
own commands do not, for there is one for each command, and a session's steps are limited.

A bucket for each session that has had an event lately: a burst of 50, and 50 a second. It stands in one process's
memory: with several, each lets as many through; it is a protection, not a quota.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable

import sqlalchemy as sa

from engine.host import metrics
from engine.store import inbox

EVENTS_A_SECOND = 50
KNOWN = 10_000


class TooManyEvents(Exception):
    """It is to come again in so many seconds: `word` says why for counters, the message (with {limit}) for people."""

    def __init__(self, word: str, message: str, *, limit: int, seconds: int) -> None:
        super().__init__(message)
        self.word = word
        self.limit = limit
        self.seconds = seconds


class EventRate:
    """Safe for threads. Moments are seconds of a monotonic clock."""

    def __init__(self, a_second: float = EVENTS_A_SECOND, known: int = KNOWN) -> None:
        self._a_second = a_second
        self._known = known
        self._lock = threading.Lock()
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def admit(self, session: Hashable, at: float) -> bool:
        """Whether the session may be given one more event now."""
        with self._lock:
            left, since = self._buckets.pop(session, (self._a_second, at))
            left = min(self._a_second, left + (at - since) * self._a_second)
            admitted = left >= 1
            self._buckets[session] = (left - 1 if admitted else left, at)
            if len(self._buckets) > self._known:
                self._buckets.popitem(last=False)
            return admitted


def let_in(rate: EventRate, connection: sa.Connection, tenant: str, session_id: bytes) -> None:
    """Raises TooManyEvents where a session gets too many a second, or too many wait for it already."""
    try:
        if not rate.admit((tenant, session_id), time.monotonic()):
            message = "At most {limit} events a second for one session."
            raise TooManyEvents("rate", message, limit=EVENTS_A_SECOND, seconds=1)
        if inbox.crowded(connection, session_id):
            message = "{limit} events wait for this session already."
            raise TooManyEvents("crowded", message, limit=inbox.CROWD, seconds=10)
    except TooManyEvents as refused:
        metrics.REFUSED_EVENTS.labels(refused.word).inc()
        raise

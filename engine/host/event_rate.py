"""How many events a second one session may be given, so that a loop of signals cannot run away.

A bucket for each session that has had an event lately: a burst of 50, and 50 a second. It stands in one process's
memory: with several, each lets as many through; it is a protection, not a quota.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

EVENTS_A_SECOND = 50
KNOWN = 10_000


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

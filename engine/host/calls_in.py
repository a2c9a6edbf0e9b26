"""How many calls a second each trunk may bring, so that a flood from one provider leaves room for everybody else.

Asterisk itself takes whatever a known address sends. Here each line has a bucket: a burst of one second's calls, and so
many a second. What is over it is refused as congestion before anything is looked up, so that it costs next to nothing.
The trunk `local`, and endpoints of one's own Asterisk that are no trunks of ours, have no limit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import structlog

from engine.host import metrics
from engine.trunks.routes import Trunk

log = structlog.get_logger()

SAID_EVERY = 10.0
"""Seconds between two lines of the log about one line's refused calls."""


class CallsIn:
    """Used on the event loop. A line is the name of its endpoint in Asterisk."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._limits: dict[str, float] = {}
        self._buckets: dict[str, tuple[float, float]] = {}
        self._said: dict[str, float] = {}

    def know(self, trunks: Iterable[Trunk]) -> None:
        """The trunks as they are declared now. Where two share an endpoint, the wider limit holds."""
        limits: dict[str, float] = {}
        for trunk in trunks:
            limits[trunk.endpoint] = max(limits.get(trunk.endpoint, 0.0), trunk.config.calls_in_per_second)
        self._limits = limits
        for known in (self._buckets, self._said):
            for gone in known.keys() - limits.keys():
                del known[gone]

    def admit(self, line: str) -> bool:
        """Whether one more call of this line is taken now; one that is not is counted."""
        limit = self._limits.get(line)
        if limit is None:
            return True
        now, most = self._clock(), max(1.0, limit)
        left, since = self._buckets.get(line, (most, now))
        left = min(most, left + (now - since) * limit)
        admitted = left >= 1
        self._buckets[line] = (left - 1 if admitted else left, now)
        if not admitted:
            metrics.CALLS_REFUSED.labels(line).inc()
            if now - self._said.get(line, -SAID_EVERY) >= SAID_EVERY:
                self._said[line] = now
                log.warning("a trunk brings too many calls: they are refused", trunk=line, calls_in_per_second=limit)
        return admitted

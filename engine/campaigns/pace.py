"""Pace: how many may begin in this moment.

A driver that looks four times a second cannot place twenty calls a second one by one, and one that was held up may not
make good for it all at once. So starts are reckoned twice: by an even clock that lets at most a second's worth be made
up for, and by counting those of the last ten seconds, so that what DECISIONS 29 promises holds exactly: in every ten
seconds at most ten times the rate and one.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.campaigns.policy import Pace

COUNTED = timedelta(seconds=10)
"""The stretch of time in which starts are counted (DECISIONS 29)."""
CATCH_UP = timedelta(seconds=1)
"""How much of what was not begun in time is made up for."""
_SLACK = timedelta(microseconds=1)


class Pacer:
    """One campaign's pace from its start or its going on; whoever places calls asks `room` and tells `began`.

    `recent` are the starts of the last ten seconds, as a driver that takes over finds them.
    """

    def __init__(self, pace: Pace, begun_at: datetime, recent: Iterable[datetime] = ()) -> None:
        self._pace = pace
        self._begun_at = begun_at
        self._recent = sorted(recent) if pace.calls_per_second is not None else []
        self._next = begun_at if not self._recent else max(begun_at, self._recent[-1] + self._step(self._recent[-1]))
        """By the even clock: the moment of the next start."""

    def room(self, at: datetime, running: int) -> int | None:
        """How many more may begin now while so many calls are up; None if nothing limits them."""
        most = self.lines(at)
        free = None if most is None else max(0, most - running)
        if self._pace.calls_per_second is None:
            return free
        step = self._step(at)
        begins = max(self._next, at - CATCH_UP)
        even = 0 if begins > at else (at - begins) // step + 1
        room = min(even, self._most(at) - self._counted(at))
        return max(0, room if free is None else min(room, free))

    def began(self, at: datetime) -> None:
        """One has begun."""
        if self._pace.calls_per_second is not None:
            self._next = max(self._next, at - CATCH_UP) + self._step(at)
            del self._recent[: self._gone(at)]
            self._recent.append(at)

    def next_at(self, at: datetime) -> datetime:
        """The first moment, not before `at`, at which the rate lets one begin; calls that are up are not looked at."""
        if self._pace.calls_per_second is None:
            return at
        moment = max(at, self._next)
        while (over := self._counted(moment) - self._most(moment)) >= 0:
            moment = self._recent[self._gone(moment) + over] + COUNTED + _SLACK
        return moment

    def rate(self, at: datetime) -> float | None:
        """Calls a second at this moment, the warm-up considered; None if there is no limit."""
        rate = self._pace.calls_per_second
        return None if rate is None else rate * self.warmth(at)

    def warmth(self, at: datetime) -> float:
        """The share of its whole pace that the campaign has come to."""
        warm_up = self._pace.warm_up
        if warm_up is None:
            return 1.0
        passed = max(timedelta(), at - self._begun_at) / warm_up.over.length
        return min(1.0, warm_up.share + (1.0 - warm_up.share) * passed)

    def lines(self, at: datetime) -> int | None:
        """Calls that may be up at once at this moment; None if there is no limit."""
        most = self._pace.at_once
        return None if most is None else max(1, math.floor(most * self.warmth(at)))

    def _step(self, at: datetime) -> timedelta:
        """From one start to the next; rounded up, so that the pace is never passed."""
        rate = self.rate(at)
        assert rate is not None
        return timedelta(microseconds=math.ceil(1e6 / rate))

    def _most(self, at: datetime) -> int:
        rate = self.rate(at)
        assert rate is not None
        return math.floor(COUNTED.total_seconds() * rate) + 1

    def _counted(self, at: datetime) -> int:
        """Starts in the ten seconds up to this moment."""
        return len(self._recent) - self._gone(at)

    def _gone(self, at: datetime) -> int:
        """How many of the starts that are remembered lie more than ten seconds before this moment."""
        return bisect_left(self._recent, at - COUNTED)

"""How fast a centre is spoken to: its rate, and slower for a while when it says that this was too fast.

Who is refused for speed and goes on as before is refused again and again, and some centres close the door then. So the
rate falls below what was last taken in a second, and rises again by a tenth every few seconds, as TCP's window does.
Pure: the time comes in as an argument (seconds of any clock that only goes forward).
"""

from __future__ import annotations

from collections import deque
from typing import Final

HOLD_SECONDS: Final = 1.0
"""So long nothing is sent after a refusal: most centres count by seconds."""
EASED: Final = 0.9
RISES_AFTER: Final = 5.0
RISES_BY: Final = 1.1
FREE_AT: Final = 10_000.0
"""A rate that has risen so far is none any more, where none was set."""


class Throttle:
    """Gives each part its moment."""

    def __init__(self, rate: float | None) -> None:
        self._set = rate
        self._rate = rate
        self._next = 0.0
        self._held_until = 0.0
        self._changed_at = 0.0
        self._taken: deque[float] = deque()

    @property
    def rate(self) -> float | None:
        """Parts a second for now; None for as fast as it goes."""
        return self._rate

    def moment(self, now: float) -> float:
        """The moment of the next part, which is taken by asking."""
        self._rise(now)
        moment = max(now, self._next, self._held_until)
        self._next = moment + (1.0 / self._rate if self._rate else 0.0)
        return moment

    def holds(self, now: float) -> bool:
        """Whether nothing may leave, whatever moment it was given before."""
        return now < self._held_until

    def took(self, now: float) -> None:
        """The centre has taken a part."""
        self._taken.append(now)
        while self._taken[0] <= now - 1.0:
            self._taken.popleft()

    def too_fast(self, now: float) -> bool:
        """The centre says that this was too fast; False if it has said so of others that were on their way together."""
        if self.holds(now):
            return False
        while self._taken and self._taken[0] <= now - 1.0:
            self._taken.popleft()
        there = float(len(self._taken)) or (self._rate or 1.0) / 2
        self._rate = max(1.0, EASED * min(there, self._rate or there))
        self._held_until = now + HOLD_SECONDS
        self._next = self._held_until
        self._changed_at = self._held_until
        return True

    def _rise(self, now: float) -> None:
        if self._rate == self._set or self._rate is None or now - self._changed_at < RISES_AFTER:
            return
        self._changed_at = now
        self._rate *= RISES_BY
        if self._set is not None:
            self._rate = min(self._rate, self._set)
        elif self._rate >= FREE_AT:
            self._rate = None

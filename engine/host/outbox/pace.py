"""When the next command may leave: evenly by the gateway's rate, and later after each failure.

Pure: the time comes in as an argument (seconds of any clock that only goes forward), and so does chance. Sendings are
spaced, not let out in bursts: in any ten seconds at most ten times the rate and one more (DECISIONS 29).
"""

from __future__ import annotations

from typing import Final

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 300.0
"""Seconds between two tries of one command."""
FIRST_QUIET: Final = 0.25
LONGEST_QUIET: Final = 30.0
"""Seconds for which a gateway that could not take anything is left alone."""
AHEAD: Final = 0.2
"""Seconds for which commands are taken in hand in advance, so that they need not be committed one by one."""


def pause(attempts: int, chance: float) -> float:
    """Seconds until a command is tried again after so many attempts: doubled each time, and spread by chance (0–1)."""
    longest: float = min(FIRST_PAUSE * 2.0 ** min(attempts - 1, 30), LONGEST_PAUSE)
    return longest * (0.5 + chance / 2)


def quiet(failures: int) -> float:
    """Seconds for which a gateway is left alone after so many failures in a row."""
    return min(FIRST_QUIET * 2.0 ** min(failures - 1, 30), LONGEST_QUIET)


class Pacer:
    """Gives each sending its moment."""

    def __init__(self, rate: float | None) -> None:
        self._gap = 0.0 if rate is None else 1.0 / rate
        self._next = 0.0

    def room(self, now: float) -> int:
        """How many may be taken in hand now; all of them leave within AHEAD."""
        if not self._gap:
            return 1_000_000
        ahead = now + AHEAD - max(now, self._next)
        return 0 if ahead < 0 else int(ahead / self._gap) + 1

    def moment(self, now: float) -> float:
        """The moment of the next sending, which is taken by asking."""
        moment = max(now, self._next)
        self._next = moment + self._gap
        return moment

    def ready(self, now: float) -> float:
        """Seconds until `room` is more than nothing."""
        return max(0.0, self._next - AHEAD - now)


class Trouble:
    """How long a gateway has not been able to take anything, and until when it is left alone; true while it is so."""

    def __init__(self) -> None:
        self._failures = 0
        self.quiet_until = 0.0
        self.since: float | None = None

    def __bool__(self) -> bool:
        return self._failures > 0

    def again(self, now: float) -> None:
        """It could not take a command."""
        self._failures += 1
        self.since = self.since or now
        self.quiet_until = now + quiet(self._failures)

    def over(self) -> None:
        """It has taken one."""
        self._failures, self.since = 0, None

    def leave_alone_no_longer(self) -> None:
        """It may be tried at once; whether the trouble is over is not known."""
        self._failures = 0

    def lasts(self, now: float) -> float:
        """Seconds for which it has lasted; 0 in the moment when one command tries whether it is over."""
        return 0.0 if self.since is None or now >= self.quiet_until else now - self.since

    def room(self, now: float, at_once: int) -> int:
        """How many may be on their way: one goes ahead, and when it gets through, the others follow."""
        if not self._failures:
            return at_once
        return 0 if now < self.quiet_until else 1

"""Moments of sessions that have somebody on the line; a session without is woken from the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from engine.events import TimerFired
from engine.host.turn import Held


class Alarms:
    """Used on the event loop. `kept` says whether a session is still here; `rings` is told that its moment has come."""

    def __init__(self, kept: Callable[[Held], bool], rings: Callable[[Held, TimerFired], object]) -> None:
        self._kept = kept
        self._rings = rings
        self._loop = asyncio.get_running_loop()

    def set(self, held: Held) -> None:
        """Wake this session at its moment, if it has one."""
        if held.session is None or held.session.wake_at is None or not held.live_legs:
            return
        wake_at = held.session.wake_at
        seconds = max(0.0, (wake_at - datetime.now(UTC)).total_seconds())
        self._loop.call_later(seconds, self._wake, held, wake_at)

    def _wake(self, held: Held, wake_at: datetime) -> None:
        """The moment has come, unless the session has gone on meanwhile; never early by the clock on the wall."""
        if not self._kept(held) or held.session is None or held.session.wake_at != wake_at:
            return
        now = datetime.now(UTC)
        if now < wake_at:
            self.set(held)
        else:
            self._rings(held, TimerFired(at=now))

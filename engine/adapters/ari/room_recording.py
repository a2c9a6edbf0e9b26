"""Records rooms: the bridge itself, so that a recording has all who talk, and leaves alone what flows record of calls.

A recording is named after the first leg whose flow wishes it, and kept with that session. Asterisk goes on with it when
an engine dies, and ends it when nobody is left in the bridge, be it for the moment in which the next engine brings
the only member in again: then a second recording follows.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import structlog

from engine.adapters.ari import recordings
from engine.adapters.ari.client import Then
from engine.adapters.ari.errors import AriError, AriGone, AriUnreachable
from engine.adapters.ari.messages import RecordingFailed, RecordingFinished
from engine.adapters.ari.recorder import NO_FOLDER
from engine.adapters.ari.translate import Request
from engine.adapters.recordings import Keeper, NotKept
from engine.events import AnyEvent, CallRecorded, RecordingLost

_log = structlog.get_logger()


class Exchange(Protocol):
    """What this needs of the adapter that it belongs to."""

    def send(self, request: Request, then: Then | None = None) -> None:
        """Send to Asterisk, if we still may."""

    def report(self, leg: str, event: AnyEvent) -> None:
        """Tell the host."""


class RoomRecorder:
    """All rooms that are being recorded."""

    def __init__(self, exchange: Exchange, keeper: Keeper | None, folder: Path | None) -> None:
        self._exchange = exchange
        self._keeper = keeper
        self._folder = folder
        self._live: set[str] = set()
        self._instead: dict[str, str] = {}
        """New recordings in place of those that had ended."""
        self._keeping: set[asyncio.Task[None]] = set()
        self._kept_now: set[str] = set()

    def go_on(self, bridge: str, name: str, new: str) -> None:
        """An engine before this one began it; where it has ended since, a new one begins."""

        def then(error: AriError | None, _: str) -> None:
            if error is not None and not isinstance(error, AriUnreachable):
                self._live.discard(name)
                self._instead[name] = new
                self.begin(bridge, new)

        self._live.add(name)
        self._exchange.send(recordings.running(name), then)

    def begin(self, bridge: str, name: str) -> None:
        """Record a bridge."""
        if self._keeper is None or self._folder is None:
            self._lost(name, NO_FOLDER)
            return

        def then(error: AriError | None, _: str) -> None:
            if error is not None and not isinstance(error, AriUnreachable):
                self._live.discard(name)
                self._lost(name, f"the room cannot be recorded: {error}")

        self._live.add(name)
        self._exchange.send(recordings.record_bridge(bridge, name), then)

    def stop(self, name: str) -> None:
        """It is enough; what was said is kept."""
        name = self._instead.pop(name, name)

        def then(error: AriError | None, _: str) -> None:
            if isinstance(error, AriGone) and name in self._live:
                self._is_over(name, "")

        if name in self._live:
            self._exchange.send(recordings.stop(name), then)

    def finished(self, event: RecordingFinished) -> bool:
        """Asterisk has written it to its end; whether it is one of these."""
        return self._is_over(event.recording.name, "")

    def failed(self, event: RecordingFailed) -> bool:
        """Asterisk could not record; whether it was one of these."""
        return self._is_over(event.recording.name, event.recording.cause or "Asterisk could not record")

    def forget(self) -> None:
        """The connection broke: what still runs is asked for again."""
        self._live.clear()
        self._instead.clear()

    @property
    def legs(self) -> set[str]:
        """After whom the recordings are named that are being made or kept."""
        return {leg for name in self._live | self._kept_now if (leg := recordings.leg_of(name)) is not None}

    async def settle(self) -> None:
        """Wait until what has ended is kept."""
        if self._keeping:
            await asyncio.wait(self._keeping, timeout=10)

    def _is_over(self, name: str, lost: str) -> bool:
        if not recordings.is_room(name):
            return False
        if name not in self._kept_now:  # also one that an engine before this one began
            self._live.discard(name)
            self._kept_now.add(name)
            task = asyncio.create_task(self._keep(name, lost))
            self._keeping.add(task)
            task.add_done_callback(self._keeping.discard)
        return True

    async def _keep(self, name: str, lost: str) -> None:
        leg = recordings.leg_of(name)
        assert leg is not None
        try:
            if lost or self._keeper is None or self._folder is None:
                raise NotKept(lost or NO_FOLDER)
            kept = await self._keeper.keep(leg, "room", [self._folder / f"{name}.{recordings.FORMAT}"])
        except NotKept as error:
            self._lost(name, str(error))
            return
        finally:
            self._kept_now.discard(name)
        self._exchange.report(
            leg, CallRecorded(at=datetime.now(UTC), leg=leg, asset=kept.asset, seconds=kept.seconds)
        )

    def _lost(self, name: str, reason: str) -> None:
        leg = recordings.leg_of(name) or name
        _log.error("a room's recording is lost", leg=leg, reason=reason)
        self._exchange.report(leg, RecordingLost(at=datetime.now(UTC), leg=leg, reason=reason))

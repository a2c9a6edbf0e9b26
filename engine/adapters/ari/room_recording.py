"""Records rooms: the bridge itself, so that a recording has all who talk, and leaves alone what flows record of calls.

A recording is named after the first leg whose flow wishes it, and kept with that session. Asterisk goes on with it when
an engine dies, and ends it when nobody is left in the bridge, be it for the moment in which the next engine brings
the only member in again: then a second recording follows.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from engine.adapters.ari import recordings
from engine.adapters.ari.errors import AriError, AriGone, AriUnreachable
from engine.adapters.ari.exchange import Exchange
from engine.adapters.ari.shelf import NO_FOLDER, Shelf
from engine.adapters.recordings import NotKept
from engine.events import CallRecorded, RecordingLost

_log = structlog.get_logger()


class RoomRecorder:
    """All rooms that are being recorded."""

    def __init__(self, exchange: Exchange, shelf: Shelf) -> None:
        self._exchange = exchange
        self._shelf = shelf
        self._live: set[str] = set()
        self._instead: dict[str, str] = {}
        """New recordings in place of those that had ended."""

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
        if not self._shelf.is_there:
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
                self.ended(name, "")

        if name in self._live:
            self._exchange.send(recordings.stop(name), then)

    def ended(self, name: str, fault: str) -> bool:
        """Asterisk has written it to its end, or could not record; whether it is one of these."""
        leg = recordings.leg_of(name)
        if leg is None or not recordings.is_room(name):
            return False
        if name not in self._shelf:  # also one that an engine before this one began
            self._live.discard(name)
            self._shelf.begin(name, leg, self._keep(name, leg, fault))
        return True

    def forget(self) -> None:
        """The connection broke: what still runs is asked for again."""
        self._live.clear()
        self._instead.clear()

    @property
    def legs(self) -> set[str]:
        """After whom the recordings are named that are being made."""
        return {leg for name in self._live if (leg := recordings.leg_of(name)) is not None}

    async def _keep(self, name: str, leg: str, fault: str) -> None:
        try:
            if fault:
                raise NotKept(fault)
            kept = await self._shelf.keep(leg, "room", [name])
        except NotKept as error:
            self._lost(name, str(error))
            return
        self._exchange.report(leg, CallRecorded(at=datetime.now(UTC), leg=leg, asset=kept.asset, seconds=kept.seconds))

    def _lost(self, name: str, reason: str) -> None:
        leg = recordings.leg_of(name) or name
        _log.error("a room's recording is lost", leg=leg, reason=reason)
        self._exchange.report(leg, RecordingLost(at=datetime.now(UTC), leg=leg, reason=reason))

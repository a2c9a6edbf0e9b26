"""Records what parties say, one after the other, and has it kept.

Asterisk writes the file where both of us see it, and says when it is done; whoever keeps it answers with an asset.
Every beginning has exactly one end that is told, also where Asterisk says nothing: no sound from the party means that
neither silence nor length is counted, so we count the length as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from engine.adapters.ari import bridges, recordings
from engine.adapters.ari.client import Then
from engine.adapters.ari.errors import AriError, AriGone, AriUnreachable
from engine.adapters.ari.exchange import Exchange
from engine.adapters.ari.shelf import NO_FOLDER, Shelf
from engine.adapters.leg import RecordingEnded, RecordingFailed
from engine.adapters.recordings import NotKept
from engine.commands import Record

_log = structlog.get_logger()
GRACE = 3.0
"""Seconds after the longest time, beep included, at which we end a recording ourselves; and for which we wait then."""
IN_BRIDGE = "while in bridge"
"""What Asterisk says of a channel that it cannot record where it is."""
Told = Callable[[RecordingEnded | RecordingFailed], None]


class _Recording:
    def __init__(self, leg: str, number: int, command: Record, told: Told) -> None:
        self.leg = leg
        self.command = command
        self.lifted = False
        self.number = number
        self.told = told
        self.guard: asyncio.TimerHandle | None = None


class Recorder:
    """All that is being recorded of what parties say."""

    def __init__(self, exchange: Exchange, shelf: Shelf) -> None:
        self._exchange = exchange
        self._shelf = shelf
        self._live: dict[str, _Recording] = {}

    def begin(self, leg: str, number: int, command: Record, told: Told, *, found: bool) -> None:
        """Record a party. `found`: it was there before us, so an earlier engine may have left a recording running."""
        loop = asyncio.get_running_loop()
        if not self._shelf.is_there:
            loop.call_soon(told, RecordingFailed(number, NO_FOLDER))
            return
        if found:
            for other in range(recordings.NAMES):
                self._exchange.send(recordings.discard(recordings.speech_name(leg, other)))
        name = recordings.speech_name(leg, number)
        recording = self._live[name] = _Recording(leg, number, command, told)
        recording.guard = loop.call_later(command.max_seconds + GRACE, self._late, name, recording)
        self._exchange.send(recordings.record_speech(leg, name, command), self._on_begin(name, recording))

    def stop(self, leg: str, number: int) -> None:
        """It is enough; what was said is kept."""
        self._exchange.send(recordings.stop(recordings.speech_name(leg, number)))

    def drop(self, leg: str, number: int) -> None:
        """Nobody wants it any more."""
        name = recordings.speech_name(leg, number)
        self._end(name)
        self._exchange.send(recordings.discard(name))

    def ended(self, name: str, fault: str) -> bool:
        """Asterisk has written it to its end, or could not record; whether it is one of these."""
        there = self._live.get(name)
        if there is None:
            return False
        if IN_BRIDGE in fault and not there.lifted:
            self._lift(name, there)
            return True
        self._end(name)
        if fault:
            self._lost(there, fault)
        else:
            self._shelf.begin(name, there.leg, self._keep(name, there))
        return True

    def forget(self, alive: Callable[[str], bool]) -> None:
        """The connection broke. Whoever is still there is asked again; what others said last is lost."""
        for name, recording in list(self._live.items()):
            self._end(name)
            if not alive(recording.leg):
                self._lost(recording, "the connection to Asterisk broke")

    @property
    def legs(self) -> set[str]:
        """Whose recordings are being made."""
        return {recording.leg for recording in self._live.values()}

    async def _keep(self, name: str, recording: _Recording) -> None:
        try:
            kept = await self._shelf.keep(recording.leg, "speech", [name])
        except NotKept as error:
            self._lost(recording, str(error))
            return
        recording.told(RecordingEnded(recording.number, kept.asset, kept.seconds))

    def _lost(self, recording: _Recording, reason: str) -> None:
        _log.error("a recording is lost", leg=recording.leg, reason=reason)
        recording.told(RecordingFailed(recording.number, reason))

    def _end(self, name: str) -> _Recording | None:
        recording = self._live.pop(name, None)
        if recording is not None and recording.guard is not None:
            recording.guard.cancel()
        return recording

    def _lift(self, name: str, recording: _Recording) -> None:
        """A call of ours stays in the bridge in which Asterisk dialled it: it goes out by way of another one."""
        recording.lifted = True
        bridge = f"lift-{recording.leg}"
        for request in (
            bridges.make(bridge), bridges.add(bridge, recording.leg), bridges.remove(bridge, recording.leg),
            bridges.destroy(bridge),
        ):  # fmt: skip
            self._exchange.send(request)
        again = recordings.record_speech(recording.leg, name, recording.command)
        self._exchange.send(again, self._on_begin(name, recording))

    def _late(self, name: str, recording: _Recording) -> None:
        """Neither silence nor length was counted, for nothing is heard of the party: then this is its end."""
        if self._live.get(name) is not recording:
            return

        def then(error: AriError | None, _: str) -> None:
            if isinstance(error, AriGone) and self._end(name) is not None:
                self._lost(recording, "Asterisk lost the recording")

        self._exchange.send(recordings.stop(name), then)
        recording.guard = asyncio.get_running_loop().call_later(GRACE, self._given_up, name, recording)

    def _given_up(self, name: str, recording: _Recording) -> None:
        if self._live.get(name) is recording and self._end(name) is not None:
            self._exchange.send(recordings.discard(name))
            self._lost(recording, "Asterisk does not end the recording")

    def _on_begin(self, name: str, recording: _Recording) -> Then:
        def then(error: AriError | None, _: str) -> None:
            if error is None or isinstance(error, AriUnreachable) or self._live.get(name) is not recording:
                return
            self._end(name)
            reason = "the party has gone" if isinstance(error, AriGone) else f"Asterisk could not record: {error}"
            self._lost(recording, reason)

        return then

"""Whatever is recorded of parties, played under their talk, understood of their words, and faxed.

Each of these knows its own by name: a channel beside a leg, a playback, a recording are asked for by us under names
that say what they are for. So what comes is offered to one after the other until one of them takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from engine.adapters.ari.background import Background
from engine.adapters.ari.call_recording import CallRecorder
from engine.adapters.ari.early import EarlyRecorder
from engine.adapters.ari.ears import Ears
from engine.adapters.ari.exchange import Exchange
from engine.adapters.ari.fax_in import FaxReceiver
from engine.adapters.ari.fax_listener import FaxListener
from engine.adapters.ari.fax_tone import FaxTones
from engine.adapters.ari.messages import RecordingFailed, RecordingFinished
from engine.adapters.ari.recorder import Recorder
from engine.adapters.ari.room_recording import RoomRecorder
from engine.adapters.ari.shelf import Shelf
from engine.adapters.faxes import FaxKeeper
from engine.adapters.recognition import Recognizers
from engine.adapters.recordings import Keeper
from engine.commands import PlayBackground, RecordCall

_log = structlog.get_logger()


class Media:
    """All that there is on one connection; `folder` is where Asterisk writes, and we read."""

    def __init__(
        self,
        exchange: Exchange,
        folder: Path | None,
        *,
        keeper: Keeper | None,
        fax_keeper: FaxKeeper | None,
        recognizers: Recognizers,
    ) -> None:
        self._shelf = Shelf(keeper, folder)
        self.recorder = Recorder(exchange, self._shelf)
        self.calls = CallRecorder(exchange, self._shelf)
        self.rooms = RoomRecorder(exchange, self._shelf)
        self.early = EarlyRecorder(exchange, self._shelf)
        self.background = Background(exchange)
        self._recognizers = recognizers
        self.ears = Ears(exchange, recognizers)
        self.faxes = FaxReceiver(exchange, fax_keeper, folder)
        self.fax_listener = FaxListener(exchange, folder)
        self.fax_tones = FaxTones(exchange)

    def perform(self, command: RecordCall | PlayBackground) -> None:
        """Begin what goes on beside everything else that a leg does."""
        if isinstance(command, RecordCall):
            self.calls.perform(command)
        else:
            self.background.perform(command)

    def attends(self, leg: str) -> bool:
        """Whether the party's call is being recorded, or a sound goes on under its conversation."""
        return self.calls.records(leg) or self.background.sounds(leg)

    # what comes from Asterisk

    def listens(self, channel: str) -> bool:
        """A channel has come into our application; whether it is there to listen, or to whisper, for one of these."""
        return (
            self.ears.listens(channel)
            or self.early.listens(channel)
            or self.fax_listener.listens(channel)
            or self.background.listens(channel)
            or self.calls.listens(channel)
        )

    def recording_over(self, event: RecordingFinished | RecordingFailed) -> None:
        """Asterisk has written a recording to its end, or could not record."""
        name, fault = event.recording.name, ""
        if isinstance(event, RecordingFailed):
            fault = f"Asterisk could not record: {event.recording.cause or 'no reason given'}"
        _ = (
            self.fax_listener.ended(name)
            or self.recorder.ended(name, fault)
            or self.calls.ended(name, fault)
            or self.rooms.ended(name, fault)
            or self.early.ended(name)
        )

    # the ends of things

    def gone(self, leg: str) -> None:
        """The party has hung up, or is lost."""
        self.calls.gone(leg)
        self.background.gone(leg)
        self.ears.gone(leg)
        self.fax_tones.done(leg)

    def forget(self, alive: Callable[[str], bool]) -> None:
        """The connection broke: what still runs is found again, or asked for anew, of those who are `alive`."""
        self.recorder.forget(alive)
        self.calls.forget()
        self.rooms.forget()
        self.background.forget()
        self.ears.forget()
        self.faxes.forget()
        self.fax_listener.forget()
        self.fax_tones.forget()

    def found(self, channels: Sequence[str], bridges: Sequence[str]) -> None:
        """After a connect: what is there already, of an engine before this one."""
        self.calls.found(channels)
        self.background.found(channels)
        self.ears.found([*channels, *bridges])

    async def adopt(self, live: set[str], rooms: set[str]) -> None:
        """What parties said and faxed, who went while no engine was there, is kept.

        `rooms`: the legs after whom recordings are named that may still run in rooms.
        """
        recorders = (self.recorder, self.calls, self.rooms, self.early)
        busy = {leg for recorder in recorders for leg in recorder.legs}
        if kept := await self._shelf.adopt(live | rooms | busy):
            _log.info("recordings of ended calls are kept", count=kept)
        if kept := await self.faxes.adopt(live):
            _log.info("faxes of ended calls are kept", count=kept)

    async def close(self) -> None:
        """Wait until what has ended is kept."""
        await self._shelf.settle()
        await self._recognizers.close()
        await self.faxes.settle()

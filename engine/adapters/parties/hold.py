"""What somebody hears who waits: a recording again and again, or the music of the house."""

from __future__ import annotations

import asyncio

from engine.adapters.parties.asides import Asides
from engine.adapters.parties.board import Switchboard
from engine.commands import Audio, PlayPrompt
from engine.events import PlaybackFinished


class Hold:
    """Music for one party; begun and ended any number of times."""

    def __init__(self, board: Switchboard, asides: Asides, leg: str, recording: str = "") -> None:
        self._board = board
        self._asides = asides
        self._leg = leg
        self._recording = recording
        self._playing: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Let the music play."""
        if not self._recording:
            self._board.music(self._leg, True)
        elif self._playing is None:
            self._playing = asyncio.create_task(self._play())

    def end(self) -> None:
        """Silence."""
        if self._playing is not None:
            self._playing.cancel()
            self._playing = None
            self._board.drop_aside(self._leg)
        self._board.music(self._leg, False)

    async def _play(self) -> None:
        sound = PlayPrompt(leg=self._leg, prompt=(Audio(asset=self._recording),))
        while isinstance(await self._asides.ask(sound), PlaybackFinished):
            continue
        self._board.music(self._leg, True)  # the recording cannot be played

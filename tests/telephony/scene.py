"""A stage for the adapter alone: real Asterisk, real adapter, a listener and clips of pure tones in place of speech."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from engine.adapters.ari import AriTelephony
from engine.adapters.party_news import RoomNews
from engine.adapters.prompts import PromptFailed
from engine.adapters.recordings import Keeper
from engine.commands import Audio, LegCommand, Part, Say
from tests.adapters.listener import Told
from tests.telephony import hearing
from tests.telephony.caller import Caller
from tests.telephony.local_asterisk import LocalAsterisk

LONG, SHORT, OTHER = (Audio(asset="long"),), (Audio(asset="short"),), (Audio(asset="other"),)
SPOKEN = "spoken"
TONES = {"long": (440.0, 20.0), "short": (700.0, 0.6), "other": (1200.0, 0.6), SPOKEN: (1550.0, 0.4)}


def _names(parts: Sequence[Part]) -> list[str]:
    return [part.asset if isinstance(part, Audio) else SPOKEN for part in parts if isinstance(part, (Audio, Say))]


class Tones:
    """Implements `Prompts`: each `Audio` part is a tone; `slow` ones take half a second to make; words are a tone, too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.held: list[str] = []
        for name, (hertz, seconds) in TONES.items():
            hearing.write_recording(folder / f"{name}.wav", hearing.tone(hertz, seconds))

    def at_hand(self, parts: Sequence[Part]) -> list[str] | None:
        names = _names(parts)
        if not all(name in TONES for name in names):
            return None
        return self._hold(names)

    async def media(self, parts: Sequence[Part]) -> list[str]:
        names = _names(parts)
        if "missing" in names:
            raise PromptFailed("there is no recording 'missing'")
        await asyncio.sleep(0.5)
        return self._hold([name.removeprefix("slow-") for name in names])

    def release(self, clips: Sequence[str]) -> None:
        for clip in clips:
            self.held.remove(clip)

    def clip(self, name: str) -> hearing.Samples:
        return hearing.recording(self.folder / f"{name}.wav")

    def _hold(self, names: list[str]) -> list[str]:
        clips = [str(self.folder / name) for name in names]
        self.held += clips
        return clips


class Scene:
    """What a test works with."""

    def __init__(self, asterisk: LocalAsterisk, folder: Path, keeper: Keeper | None = None) -> None:
        self.asterisk = asterisk
        self.told = Told()
        self.tones = Tones(folder)
        self.telephony = AriTelephony(asterisk.ari, self.told, self.tones, keeper=keeper)
        self._commands = 0

    def perform(self, command: LegCommand) -> None:
        self._commands += 1
        self.telephony.perform(command, f"session-1-{self._commands}", "main")

    @asynccontextmanager
    async def caller(self, number: str = "7001", *, dial: bool = True) -> AsyncIterator[tuple[Caller, str]]:
        """A caller who has dialled, and the leg by which the adapter knows them."""
        already = len(self.told.offers)
        async with Caller(self.asterisk.sip_port, number="13800000000") as caller:
            if dial:
                await caller.dial(number)
            yield caller, (await self.told.offer(already)).leg


@asynccontextmanager
async def scene(
    asterisk: LocalAsterisk, folder: Path, keeper: Keeper | None = None, *, rooms: Sequence[RoomNews] = ()
) -> AsyncIterator[Scene]:
    """The adapter, connected; at the end nothing may be held any more. `rooms`: as an earlier engine knew them."""
    stage = Scene(asterisk, folder, keeper)
    stage.telephony.parties.know(rooms)
    running = asyncio.create_task(stage.telephony.run())
    try:
        await stage.told.stock_taken()
        yield stage
    finally:
        await stage.telephony.close()
        await asyncio.wait_for(running, 10)
    assert not stage.tones.held, "clips are given back"

"""Speech for live calls: never waits on the event loop, makes nothing twice, refuses what it cannot do in time.

A prompt whose clips are all there costs some look-ups. What is missing is made by one or two threads, each with an
espeak-ng of its own; whoever asks for the same text meanwhile waits for the same clip.
"""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from engine.adapters.prompts import PromptFailed
from engine.adapters.speech.clips import Clips
from engine.adapters.speech.config import SpeechConfig
from engine.adapters.speech.errors import SpeechBusy
from engine.adapters.speech.espeak import find
from engine.adapters.speech.installed import installed
from engine.adapters.speech.order import Order, Quieter, Recorded, Silence, Spoken, key_clip, orders, quieter
from engine.adapters.speech.voices import voice_for
from engine.adapters.speech.workshop import KEYS, Workshop
from engine.commands import Audio, Part, Say


class Speech:
    """Implements `Prompts`; used from one event loop."""

    def __init__(self, config: SpeechConfig) -> None:
        self._config = config
        self._clips = Clips(config.folder, config.dynamic_bytes)
        self._idle: queue.SimpleQueue[Workshop] = queue.SimpleQueue()
        self._workshops = [Workshop(config) for _ in range(config.children)]
        for workshop in self._workshops:
            self._idle.put(workshop)
        self._threads = ThreadPoolExecutor(config.children, thread_name_prefix="speech")
        self._making: dict[str, asyncio.Task[str]] = {}

    def check(self) -> None:
        """Raises SpeechUnavailable, with what to do, if there is no speech program. Clips that are there still play."""
        find(self._config.program)
        installed(self._config.program)

    def at_hand(self, parts: Sequence[Part]) -> list[str] | None:
        """The clips if all are there, held until `release`; else None, also for what `media` would refuse."""
        try:
            found = [self._find(order) for order in orders(parts, self._config)]
        except PromptFailed:
            return None
        clips = [clip for clip in found if clip is not None]
        if len(clips) < len(found):
            return None
        self._clips.hold(clips)
        return clips

    async def media(self, parts: Sequence[Part]) -> list[str]:
        """The clips, made if need be, held until `release`; raises PromptFailed."""
        clips: list[str] = []
        try:
            for pending in [self._found_or_made(order) for order in orders(parts, self._config)]:
                clip = pending if isinstance(pending, str) else await asyncio.shield(pending)
                self._clips.hold([clip])
                clips.append(clip)
        except BaseException:
            self._clips.release(clips)
            raise
        return clips

    async def quieter(self, part: Audio, volume: int) -> str:
        """A recording at a volume in percent, made if need be, held until `release`; raises PromptFailed."""
        folder = self._config.recordings
        order = await asyncio.to_thread(quieter, part.asset, part.language, volume, folder)
        pending = self._found_or_made(order)
        clip = pending if isinstance(pending, str) else await asyncio.shield(pending)
        self._clips.hold([clip])
        return clip

    def release(self, clips: Sequence[str]) -> None:
        """These clips are not needed any longer."""
        self._clips.release(clips)

    async def prepare(self, texts: Iterable[Say]) -> None:
        """Make clips ahead, to be kept; raises PromptFailed at the first that cannot be made."""
        for text in texts:
            self.release(await self.media((msgspec.structs.replace(text, constant=True),)))

    async def prepare_keys(self, language: str) -> None:
        """Make the digits, * and # of a language ahead."""
        voice = voice_for(language)
        for key in KEYS:
            pending = self._found_or_made(key_clip(key, voice, self._config))
            if not isinstance(pending, str):
                await asyncio.shield(pending)

    def close(self) -> None:
        """End the speech programs; whoever waits is told. Blocks until the texts at hand are spoken: use a thread."""
        self._threads.shutdown(cancel_futures=True)
        for workshop in self._workshops:
            workshop.close()

    def _find(self, order: Order) -> str | None:
        return order.path if isinstance(order, Recorded) else self._clips.find(order.name)

    def _found_or_made(self, order: Order) -> str | asyncio.Task[str]:
        clip = self._find(order)
        if clip is not None:
            return clip
        assert not isinstance(order, Recorded)
        task = self._making.get(order.name)
        if task is None:
            if len(self._making) >= self._config.longest_queue:
                raise SpeechBusy(f"{len(self._making)} texts wait to be spoken already")
            task = self._making[order.name] = asyncio.create_task(self._make(order))
            task.add_done_callback(lambda done: self._made(order.name, done))
        return task

    async def _make(self, order: Spoken | Silence | Quieter) -> str:
        constant = isinstance(order, Silence) or (isinstance(order, Spoken) and order.constant)
        path = self._clips.path(order.name, constant=constant)
        await asyncio.get_running_loop().run_in_executor(self._threads, self._make_in_thread, order, path)
        return str(path)[:-4] if constant else self._clips.added(path)

    def _make_in_thread(self, order: Spoken | Silence | Quieter, path: Path) -> None:
        workshop = self._idle.get()
        try:
            workshop.make(order, path)
        finally:
            self._idle.put(workshop)

    def _made(self, name: str, task: asyncio.Task[str]) -> None:
        self._making.pop(name, None)
        if not task.cancelled():
            task.exception()  # whoever waits has it; if nobody does, it is no news

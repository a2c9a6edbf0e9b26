"""The live view's publisher for a process that has no event loop of its own: in a thread, and never in anyone's way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from engine.host.publish import Publisher
from engine.host.turn import Held
from engine.session import Step


class LiveView:
    """Says what a worker's sessions do to the pages that look."""

    def __init__(self, redis_address: str) -> None:
        self._address = redis_address
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._publisher: Publisher
        self._thread = threading.Thread(target=self._run, name="live view", daemon=True)
        self._thread.start()
        self._ready.wait()

    def said(self, moved: Sequence[tuple[Held, tuple[Step, ...]]]) -> None:
        """Say what became of these sessions, if anybody looks."""
        if self._publisher.watched:
            self._loop.call_soon_threadsafe(self._say, moved)

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()

    def _say(self, moved: Sequence[tuple[Held, tuple[Step, ...]]]) -> None:
        for held, steps in moved:
            self._publisher.saw(held, steps)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._task = self._loop.create_task(self._publish())
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            return
        finally:
            self._loop.close()

    async def _publish(self) -> None:
        self._publisher = Publisher(self._address)
        self._ready.set()
        try:
            await self._publisher.run()
        finally:
            await self._publisher.close()

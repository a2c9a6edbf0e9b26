"""Where what was recorded is put: the files that Asterisk wrote, handed to whoever keeps them.

Keeping takes a moment, and goes on when the leg has gone or the connection broke; so who is at it is known by leg, and
waited for at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path

from engine.adapters.ari import recordings
from engine.adapters.recordings import Keeper, Kept, NotKept, RecordingKind

NO_FOLDER = "recordings need a folder that this engine and Asterisk share (CALLWEAVE_ASTERISK_RECORDINGS)"


class Keepings:
    """What is being kept just now: each by a name of its own, and by its leg."""

    def __init__(self, patience: float = 10.0) -> None:
        self._patience = patience
        self._tasks: dict[asyncio.Task[None], tuple[str, str]] = {}

    def begin(self, name: str, leg: str, work: Coroutine[None, None, None]) -> None:
        """Have it done beside everything else."""
        task = asyncio.create_task(work)
        self._tasks[task] = name, leg
        task.add_done_callback(self._tasks.pop)

    def __contains__(self, name: str) -> bool:
        return any(name == other for other, _ in self._tasks.values())

    @property
    def legs(self) -> set[str]:
        """Whose recordings are being kept."""
        return {leg for _, leg in self._tasks.values()}

    async def settle(self) -> None:
        """Wait until all is kept, but not for ever."""
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=self._patience)


class Shelf(Keepings):
    """Recordings: Asterisk's folder, and who keeps what lies there."""

    def __init__(self, keeper: Keeper | None, folder: Path | None) -> None:
        super().__init__()
        self._keeper = keeper
        self._folder = folder

    @property
    def is_there(self) -> bool:
        """Whether anything can be kept."""
        return self._keeper is not None and self._folder is not None

    async def keep(self, leg: str, kind: RecordingKind, names: Sequence[str]) -> Kept:
        """Keep the recordings of these names as one; raises NotKept."""
        if self._keeper is None or self._folder is None:
            raise NotKept(NO_FOLDER)
        return await self._keeper.keep(leg, kind, [self._folder / f"{name}.{recordings.FORMAT}" for name in names])

    async def adopt(self, busy: set[str]) -> int:
        """Keep what lies there from before, but of these legs, which are still at it; how many it was."""
        if self._keeper is None or self._folder is None:
            return 0
        return await asyncio.to_thread(self._keeper.adopt, self._folder, busy | self.legs)

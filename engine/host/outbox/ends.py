"""What has ended at one gateway, on its way into the database: all that has come together each time, in one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from engine.host.metrics import OUTBOX_ENDED, OUTBOX_SECONDS
from engine.host.outbox import answers
from engine.host.outbox.answers import Ended
from engine.store import Store, now_micros


class Ends:
    """Under one lease. `tried` does work in a thread until the database takes it; `written` is called after a commit.

    `unwritten` counts those that have ended, until that is committed: were we killed, they would be unknown.
    """

    def __init__(
        self, store: Store, name: str, *, epoch: int, tried: Callable[..., Awaitable[Any]],
        answered: Callable[[str], None], written: Callable[[], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._name = name
        self._epoch = epoch
        self._tried = tried
        self._answered = answered
        self._written = written
        self._ended: list[Ended] = []
        self._something_ended = asyncio.Event()
        self._is_all = False
        self.unwritten = 0

    def add(self, ended: Ended) -> None:
        """This one has ended."""
        self._ended.append(ended)
        self.unwritten += 1
        self._something_ended.set()

    def close(self) -> None:
        """No more will end: `run` writes what is left, and returns."""
        self._is_all = True
        self._something_ended.set()

    async def run(self) -> None:
        """Write what ends, until `close`."""
        while self._ended or not self._is_all:
            await self._something_ended.wait()
            self._something_ended.clear()
            batch, self._ended = self._ended, []
            if batch:
                await self.write(batch)
                self.unwritten -= len(batch)
            self._written()

    async def write(self, batch: list[Ended]) -> None:
        """Write these."""
        if await self._tried(answers.write, self._store, batch, epoch=self._epoch):
            self._answered(self._store.name)
        self.count(batch)

    def count(self, batch: Sequence[Ended]) -> None:
        """Count what has come to its end, and is committed."""
        for ended in batch:
            if ended.ending.state == "due":
                continue
            OUTBOX_ENDED.labels(self._name, ended.ending.state).inc()
            if ended.ending.state == "done":
                OUTBOX_SECONDS.labels(self._name).observe(max(0, now_micros() - ended.row.due_at) / 1_000_000)

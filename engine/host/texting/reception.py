"""Where the gateways of a process report: what comes together is kept together, each told when it is.

Who reports waits for a commit, and hundreds may wait for one. While a commit is on its way, the next ones gather.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from engine.adapters.message_news import News, Report
from engine.host.texting.keeping import Keeping
from engine.store import Store

TOGETHER = 500
Waiting = tuple[News, "asyncio.Future[None]"]


class Reception:
    """For the gateways of one event loop. `answered` is called with an organisation's name when news was kept."""

    def __init__(
        self, keeping: Keeping, in_thread: Callable[..., Awaitable[Any]], answered: Callable[[str], None]
    ) -> None:
        self._keeping = keeping
        self._in_thread = in_thread
        self._answered = answered
        self._waiting: dict[tuple[str, str], list[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def of(self, store: Store, gateway: str) -> Report:
        """Where a gateway reports."""
        return partial(self._report, store, gateway)

    async def _report(self, store: Store, gateway: str, news: News) -> None:
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        key = store.name, gateway
        if key in self._waiting:
            self._waiting[key].append((news, kept))
        else:
            self._waiting[key] = [(news, kept)]
            task = asyncio.create_task(self._keep_all(store, gateway))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await kept

    async def _keep_all(self, store: Store, gateway: str) -> None:
        key = store.name, gateway
        while batch := self._waiting[key][:TOGETHER]:
            self._waiting[key] = self._waiting[key][TOGETHER:]
            try:
                outcomes = await self._in_thread(self._keeping.keep, store, gateway, [news for news, _ in batch])
            except Exception as error:  # noqa: BLE001 (each who reported is told, and says it again later)
                outcomes = [error] * len(batch)
            for (_, kept), wrong in zip(batch, outcomes, strict=True):
                if kept.done():
                    continue
                if wrong is None:
                    kept.set_result(None)
                else:
                    kept.set_exception(wrong)
            self._answered(store.name)
        del self._waiting[key]

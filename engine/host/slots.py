"""The slots on trunks that calls of ours hold, given back in the background: who places calls does not wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from typing import Any

import sqlalchemy as sa
import structlog

from engine.adapters.ways import Ways

log = structlog.get_logger()

AGAIN_SECONDS = 1.0


class Background:
    """Work that nobody waits for."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin it; it is kept until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Slots:
    """Gives slots back, whatever becomes of the database meanwhile."""

    def __init__(self, ways: Ways, background: Background) -> None:
        self._ways = ways
        self._background = background

    def free(self, leg: str, then: Callable[[], object] = lambda: None) -> None:
        """Give a leg's slot back; `then` lets those know who wait for one."""
        self._background.begin(self._free(leg, then))

    def compare(self, there: Collection[str]) -> None:
        """Slots of calls that are no more are free."""
        self._background.begin(self._compare(there))

    async def _free(self, leg: str, then: Callable[[], object]) -> None:
        while True:
            try:
                await self._ways.free(leg)
            except sa.exc.SQLAlchemyError as error:
                log.warning("a slot could not be given back; trying again", leg=leg, reason=str(error))
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            then()
            return

    async def _compare(self, there: Collection[str]) -> None:
        try:
            await self._ways.reconcile(there)
        except sa.exc.SQLAlchemyError as error:
            log.error("slots were not compared with the calls that there are", reason=str(error))

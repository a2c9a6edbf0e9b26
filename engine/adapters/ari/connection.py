"""The one connection to Asterisk, made again whenever it breaks.

Between two attempts we wait, longer each time, and by chance, so that many engines do not come back at once.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from typing import Protocol

import structlog

from engine.adapters.ari.client import AriClient
from engine.adapters.ari.config import AriConfig
from engine.adapters.ari.errors import AriError, AriForbidden, AriUnreachable
from engine.adapters.ari.messages import AriEvent

_log = structlog.get_logger()
_SHORTEST, _LONGEST = 0.1, 5.0


class Connected(Protocol):
    """Whoever needs the connection."""

    async def began(self, client: AriClient) -> None:
        """There is one."""

    def broke(self) -> None:
        """It is no more, or was not made."""

    def asterisk_is_gone(self) -> None:
        """Nothing listens there any more, or has answered for too long."""


class Connection:
    """Keeps a connection until it is closed."""

    def __init__(self, config: AriConfig, connected: Connected, on_event: Callable[[AriEvent], None]) -> None:
        self.client: AriClient | None = None
        self._config = config
        self._connected = connected
        self._on_event = on_event
        self._closing = asyncio.Event()

    async def run(self) -> None:
        """Connect, and reconnect with back-off, until `end` or `close`."""
        wait = _SHORTEST
        alone_since = time.monotonic()
        while not self._closing.is_set():
            client = self.client = AriClient(self._config, self._on_event)
            try:
                await client.connect()
                begun = time.monotonic()
                _log.info("connected to Asterisk", url=self._config.url)
                await self._converse(client)
                if time.monotonic() - begun > _LONGEST:
                    wait = _SHORTEST
            except AriForbidden as error:
                _log.error("Asterisk refuses us", reason=str(error))
                wait = _LONGEST
            except AriError as error:
                _log.warning("no connection to Asterisk", reason=str(error))
                patient = time.monotonic() - alone_since <= self._config.patience
                if isinstance(error, AriUnreachable) and (error.refused or not patient):
                    self._connected.asterisk_is_gone()
            else:
                alone_since = time.monotonic()
            finally:
                self._connected.broke()
                await client.close()
            await self._pause(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, _LONGEST)

    def end(self) -> None:
        """Have `run` come to its end."""
        self._closing.set()

    async def close(self) -> None:
        """Break it off, for good."""
        self.end()
        if self.client is not None:
            await self.client.close()

    async def _converse(self, client: AriClient) -> None:
        """From the beginning to the end of one connection."""
        listening = asyncio.create_task(client.listen())
        beginning = asyncio.create_task(self._connected.began(client))
        closing = asyncio.create_task(self._closing.wait())
        tasks = (listening, beginning, closing)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if beginning.done() and not listening.done() and not closing.done():
                beginning.result()
                await asyncio.wait((listening, closing), return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return

"""A bind that is kept: connected, bound, and again, later and later, whenever it is cut."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Callable
from typing import Final

import structlog

from engine.adapters.gateway import NotNow, Unsure
from engine.adapters.guard import Allowed, chosen
from engine.adapters.smpp import bodies, pdu, statuses
from engine.adapters.smpp.config import SmsSmppConfig
from engine.adapters.smpp.link import Link, Taking
from engine.adapters.smpp.pdu import Pdu

log = structlog.get_logger()

CONNECT_SECONDS: Final = 10.0
FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 30.0
STEADY_SECONDS: Final = 10.0
"""A bind that has stood so long is no failure when it is cut."""


class _NotBound(Exception):
    """It could not be bound, for this reason."""


class Bind:
    """One connection to the centre; `link` is there while it is bound."""

    def __init__(
        self, config: SmsSmppConfig, allowed: Allowed, command: int, *, name: str, taking: Taking,
        changed: Callable[[], None], unheard: Callable[[Pdu], None],
    ) -> None:  # fmt: skip
        self._config = config
        self._allowed = allowed
        self._command = command
        self._name = name
        self._taking = taking
        self._changed = changed
        self._unheard = unheard
        self._log = log.bind(bind=name)
        self.link: Link | None = None
        self.reason = "not connected yet"
        """Why there is no link."""

    @property
    def sends(self) -> bool:
        """Whether texts may leave by it."""
        return self._command != pdu.BIND_RECEIVER

    @property
    def room(self) -> int:
        """How many parts may be asked for now."""
        return 0 if self.link is None else self._config.window - self.link.waiting

    async def keep(self) -> None:
        """Bind, and again whenever it is cut, until this is cancelled; then say goodbye."""
        failures = 0
        while True:
            try:
                link = await self._bound()
            except _NotBound as error:
                failures += 1
                if failures == 1 or str(error) != self.reason:
                    self._log.warning("not bound", reason=str(error))
                self.reason = str(error)
            else:
                since = time.monotonic()
                await self._used(link)
                failures = 0 if time.monotonic() - since > STEADY_SECONDS else failures + 1
            self._changed()
            await asyncio.sleep(self._pause(failures))

    async def _used(self, link: Link) -> None:
        self._log.info("bound")
        self.link = link
        self._changed()
        try:
            self.reason = await link.watch()
            self._log.warning("the link is cut", reason=self.reason)
        except asyncio.CancelledError:
            await link.close()
            raise
        finally:
            self.link = None

    async def _bound(self) -> Link:
        link = await self._connected()
        config = self._config
        body = bodies.bind(config.system_id, config.secrets["password"], config.system_type, config.address_range)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                answer = await link.ask(self._command, body)
        except (NotNow, Unsure, TimeoutError) as error:
            link.cut("not bound")
            raise _NotBound(f"the bind was not answered: {error or 'too late'}") from None
        except asyncio.CancelledError:
            link.cut("closed")
            raise
        if answer.status != statuses.OK:
            link.cut("not bound")
            raise _NotBound(f"the bind was refused: {statuses.name(answer.status)}")
        return link

    async def _connected(self) -> Link:
        config, loop = self._config, asyncio.get_running_loop()

        def make() -> Link:
            return Link(
                name=self._name, timeout=config.timeout, enquire=config.enquire_link, taking=self._taking,
                freed=self._changed, unheard=self._unheard,
            )  # fmt: skip

        secured = ssl.create_default_context(cadata=config.ca or None) if config.tls else None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                found = await loop.getaddrinfo(config.host, config.port, type=1)
                addresses = chosen(self._allowed, config.host, [str(entry[4][0]) for entry in found], config.port)
                if not addresses:
                    raise _NotBound("this address is inside the house, and not allowed (CALLWEAVE_ALLOW_HOSTS)")
                _, link = await loop.create_connection(
                    make, addresses[0], config.port, ssl=secured, server_hostname=config.host if secured else None
                )
        except TimeoutError:
            raise _NotBound(f"no connection within {CONNECT_SECONDS:g} s") from None
        except (OSError, ssl.SSLError) as error:
            raise _NotBound(f"no connection: {error.strerror or error}") from None
        return link

    def _pause(self, failures: int) -> float:
        longest: float = min(FIRST_PAUSE * 2.0 ** min(failures, 20), LONGEST_PAUSE)
        return longest * (0.5 + random.random() / 2)

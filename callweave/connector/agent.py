"""The agent: sources in threads, records that leave, a line on which it is asked; until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import signal

import aiohttp
import structlog
import uvloop
from yarl import URL

from callweave.connector.config import Configured
from callweave.connector.line import Line
from callweave.connector.sending import Sending
from callweave.connector.working import Sources
from engine.sources import wire
from engine.sources.place import Place

log = structlog.get_logger()

CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 10.0


def run(configured: Configured) -> None:
    """Work until told to stop; raises InUse."""
    place = Place(configured.folder)
    try:
        uvloop.run(_serve(configured, place))
    finally:
        place.close()


async def _serve(configured: Configured, place: Place) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    address = URL(configured.platform.url)
    async with _session(configured) as session:
        sending = Sending(place, session, _joined(address, wire.RECORDS))
        sources = Sources(configured, place, lambda: _wake(loop, sending))
        line = Line(place, sources, session, _joined(address, wire.LINE), why=lambda: sending.error)
        log.info("connector begins", sources=", ".join(sources.working), folder=str(place.folder))
        sources.start()
        tasks = [asyncio.create_task(line.run()), asyncio.create_task(_after(line, sending))]
        ending = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([*tasks, ending], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await asyncio.to_thread(sources.close, CLOSE_SECONDS)
            for task in [*tasks, ending]:
                task.cancel()
            await asyncio.gather(*tasks, ending, return_exceptions=True)
    log.info("connector ends")


async def _after(line: Line, sending: Sending) -> None:
    """Records leave once the platform knows what lies behind this connector."""
    await line.connected.wait()
    await sending.run()


def _session(configured: Configured) -> aiohttp.ClientSession:
    platform = configured.platform
    tls = platform.trusted() if platform.url.startswith("https") else True
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=tls, limit=4),
        headers={"Authorization": f"Bearer {platform.key}"},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        trust_env=True,  # a hospital's way out may be a proxy
    )


def _joined(address: URL, path: str) -> str:
    return str(address.with_path(address.path.rstrip("/") + path))


def _wake(loop: asyncio.AbstractEventLoop, sending: Sending) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(sending.wake)

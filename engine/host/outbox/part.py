"""The engine process's part in the outbox: its drivers, from its start to its end, active or standing by."""

from __future__ import annotations

import asyncio

from engine.host.outbox.drivers import Drivers
from engine.host.serving import Serving


async def drive_gateways(serving: Serving) -> None:
    """Let what is in the outbox leave, as far as no other process does it."""
    loop = asyncio.get_running_loop()
    drivers = Drivers(
        serving.settings, serving.stores, answered=lambda tenant: _tell(loop, serving.news)
    )  # fmt: skip
    serving.wake_gateways = drivers.wake
    drivers.start()
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.to_thread(drivers.close)


def _tell(loop: asyncio.AbstractEventLoop, news: asyncio.Event) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(news.set)

"""The engine process's part in campaigns: their drivers, from its start to its end, active or standing by."""

from __future__ import annotations

import asyncio

from engine.host.campaigns.drivers import Drivers
from engine.host.campaigns.telling import Telling
from engine.host.serving import Serving


async def drive_campaigns(serving: Serving) -> None:
    """Start what campaigns mean to start, as far as no other process does it."""
    publisher = serving.publisher
    drivers = Drivers(serving.settings, serving.stores, Telling(publisher.watches, publisher.campaign_is))
    drivers.start()
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.to_thread(drivers.close)

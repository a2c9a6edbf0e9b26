"""What the parts of an engine process share, and the parts that are small: each is one task, standing by or active.

A part is a coroutine that is given this object and runs until it is cancelled. `process.py` lists which run from the
start, and which only while the engine holds its Asterisk's lease.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from importlib import import_module
from typing import Any

import sqlalchemy as sa
import structlog

from engine.adapters.prompts import PromptFailed
from engine.adapters.speech import Speech, SpeechConfig
from engine.flow import FlowErrors
from engine.host.garbage import spare_what_stays
from engine.host.live import LiveHost
from engine.host.programs import Programs, VersionUnknown
from engine.host.publish import Publisher
from engine.host.settings import Settings
from engine.store import Stores, TenantUnknown, now_micros, questions, triggers

log = structlog.get_logger()

INBOX_SECONDS = 0.25
WARM_SECONDS = 15.0
WARM = ("zh-CN", "en")
"""The languages whose digits are made at start; those of any other are made when they are first spoken."""

LARGE = ("aiohttp", "networkx", "numpy", "soundfile", "soxr")
"""Libraries that calls may need in their course: loaded when the flows are compiled, before a call asks for them."""


class Serving:
    """One engine process, standing by or active."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stores = Stores(settings)
        self.programs = Programs(settings.time_zone)
        self.publisher = Publisher(settings.redis_address)
        self.speech = Speech(SpeechConfig(folder=settings.folder_prompts, recordings=settings.folder_assets))
        self.wake_gateways: Callable[[str], None] = lambda tenant: None
        """Told of a tenant when something for its gateways is committed in this process."""
        self.news = asyncio.Event()
        """Set when a gateway has answered somebody: the inbox is looked at at once."""
        self.host: LiveHost
        """There once the engine is active."""

    async def close(self) -> None:
        """Let everything go; the host's rows are committed before."""
        await asyncio.to_thread(self.speech.close)
        await self.publisher.close()
        self.stores.close()


Part = Callable[[Serving], Coroutine[Any, Any, None]]


async def tell_pages(serving: Serving) -> None:
    """Say to the pages that look what sessions do."""
    await serving.publisher.run()


async def keep_warm(serving: Serving) -> None:
    """Have at hand what the next call needs: the digits of the languages spoken here, the flows that numbers start."""
    try:
        await asyncio.to_thread(serving.speech.check)  # which voices there are is not asked on the loop, in a call
    except PromptFailed as error:
        log.warning("prompts cannot be spoken as drawn", reason=str(error))
    for language in WARM:
        try:
            await serving.speech.prepare_keys(language)
        except PromptFailed as error:
            log.warning("digits cannot be spoken", language=language, reason=str(error))
    known: set[tuple[str, bytes, int]] = set()
    while True:
        there = await asyncio.to_thread(_compile_programs, serving)
        if not there <= known:
            spare_what_stays()
        known |= there
        await asyncio.sleep(WARM_SECONDS)


def _compile_programs(serving: Serving) -> set[tuple[str, bytes, int]]:
    """In a thread: the published versions that calls start, compiled and their tenants' databases opened."""
    there: set[tuple[str, bytes, int]] = set()
    try:
        for tenant in triggers.tenants_called(serving.stores):
            store = serving.stores.tenant(tenant)
            with store.read() as connection:
                versions = triggers.versions_called(connection)
            for flow_id, version in versions:
                there.add((tenant, flow_id, version))
                try:
                    serving.programs.get(store, flow_id, version)
                except (VersionUnknown, FlowErrors) as error:
                    log.debug("flow cannot be walked here", flow=flow_id.hex(), version=version, reason=str(error))
    except (TenantUnknown, sa.exc.SQLAlchemyError) as error:
        log.warning("flows were not compiled ahead", reason=str(error))
    for library in LARGE:
        import_module(library)
    return there


async def telephones(serving: Serving) -> None:
    """Keep the connection to the telephones."""
    await serving.host.telephony.run()


async def take_inbox(serving: Serving) -> None:
    """Four times a second: what has come for our sessions. Those that nobody owns are served by the workers."""
    reachable = True
    while True:
        try:
            for tenant in await asyncio.to_thread(_with_news, serving.stores):
                serving.host.apply_inbox(tenant, await asyncio.to_thread(serving.host.take_inbox, tenant))
            reachable = True
        except (TenantUnknown, sa.exc.SQLAlchemyError) as error:
            if reachable:
                log.error("inbox cannot be read", reason=str(error))
            reachable = False
        try:
            await asyncio.wait_for(serving.news.wait(), INBOX_SECONDS)
        except TimeoutError:
            continue
        serving.news.clear()


def _with_news(stores: Stores) -> list[str]:
    """The tenants that have an open inbox row: a look that locks nothing."""
    at = now_micros()
    return [tenant for tenant in stores.names_lately() if stores.glance(tenant, questions.INBOX_OPEN, at)[0]]

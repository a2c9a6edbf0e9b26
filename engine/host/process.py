"""`callweave engine`: the process that owns the live calls of one Asterisk.

It stands by until it holds the lease, takes on the sessions that are left, connects the telephones, and serves them
until it is told to stop or may no longer act. A stop leaves the calls up: the next engine goes on with them.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from urllib.parse import urlsplit

import structlog
import uvloop

from engine.adapters.ari import AriConfig, AriTelephony
from engine.adapters.prompts import PromptFailed, Prompts
from engine.adapters.speech import Speech, SpeechConfig
from engine.adapters.telephony import Telephony
from engine.host.lease import Keeper
from engine.host.live import LiveHost
from engine.host.programs import Programs
from engine.host.publish import Publisher
from engine.host.settings import Settings
from engine.store import Stores, now_micros
from engine.store import inbox as inbox_rows

log = structlog.get_logger()

INBOX_SECONDS = 0.25
WARM = ("zh-CN", "en")
"""The languages whose digits are made at start; those of any other are made when they are first spoken."""
FENCED = 3
"""Exit status of an engine that may no longer act; the supervisor starts it again, and it stands by."""


def main(settings: Settings) -> int:
    """Serve until SIGTERM (0), or until the lease is lost (3)."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stores = Stores(settings)
    reasons: list[str] = []

    def lost() -> None:
        reasons.append("the lease is lost")
        stop.set()

    keeper = Keeper(stores.control, lease_name(settings), lost)
    if not keeper.take(stop):
        return 0
    try:
        uvloop.run(_serve(settings, stores, keeper, stop, reasons))
    finally:
        keeper.release()
        stores.close()
    if reasons:
        log.error("engine stops", reason=reasons[0])
        return FENCED
    return 0


def lease_name(settings: Settings) -> str:
    """One lease for one Asterisk, named by its address; the owner of its callers' sessions, whichever engine serves."""
    if settings.telephony == "simulated":
        return "simulated"
    parts = urlsplit(_ari_address(settings))
    return f"asterisk {parts.hostname}:{parts.port}"


def _ari_address(settings: Settings) -> str:
    address = settings.ari_address
    if address is None:
        raise SystemExit("there is no Asterisk yet: start `callweave asterisk up`, or set CALLWEAVE_ARI_URL")
    return address


def _telephony(settings: Settings, host: LiveHost, prompts: Prompts) -> Telephony:
    if settings.telephony == "simulated":
        from engine.adapters.simulated import SimulatedTelephony  # a stand-in is not loaded where it is not asked for

        return SimulatedTelephony(host, redis_address=settings.redis_address)
    return AriTelephony(AriConfig.read(_ari_address(settings)), host, prompts)


async def _serve(
    settings: Settings, stores: Stores, keeper: Keeper, stop: threading.Event, reasons: list[str]
) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def halt(reason: str) -> None:
        reasons.append(reason)
        stop.set()

    publisher = Publisher(settings.redis_address)
    programs = Programs(settings.time_zone)
    host = LiveHost(
        stores=stores, programs=programs, owner=lease_name(settings), epoch=keeper.epoch, may_act=keeper.may_act,
        stop=halt, watcher=publisher.saw,
    )  # fmt: skip
    speech = Speech(SpeechConfig(folder=settings.folder_prompts, recordings=settings.folder_assets))
    host.telephony = _telephony(settings, host, speech)
    taken = host.recover()
    log.info("engine serves", owner=lease_name(settings), epoch=keeper.epoch, sessions_taken_on=taken)
    threading.Thread(target=lambda: (stop.wait(), loop.call_soon_threadsafe(stopping.set)), daemon=True).start()
    async with asyncio.TaskGroup() as group:
        serving = [
            group.create_task(host.telephony.run()),
            group.create_task(_inbox(stores, host)),
            group.create_task(publisher.run()),
            group.create_task(_warm(speech)),
        ]
        await stopping.wait()
        await host.telephony.close()
        for task in serving:
            task.cancel()
    await host.close()
    await asyncio.to_thread(speech.close)
    await publisher.close()


async def _warm(speech: Speech) -> None:
    """Make the digits of the languages that are spoken here, so that no caller waits for them."""
    for language in WARM:
        try:
            await speech.prepare_keys(language)
        except PromptFailed as error:
            log.warning("digits cannot be spoken", language=language, reason=str(error))


async def _inbox(stores: Stores, host: LiveHost) -> None:
    """Four times a second: what has come for our sessions. Those that nobody owns are served by the workers."""
    while True:
        for tenant in await asyncio.to_thread(_with_news, stores):
            host.apply_inbox(tenant, await asyncio.to_thread(host.take_inbox, tenant))
        await asyncio.sleep(INBOX_SECONDS)


def _with_news(stores: Stores) -> list[str]:
    """The tenants that have an open inbox row: a look that locks nothing."""
    names = []
    for tenant in stores.tenant_names():
        with stores.tenant(tenant).read() as connection:
            if inbox_rows.anything_open(connection, at=now_micros()):
                names.append(tenant)
    return names

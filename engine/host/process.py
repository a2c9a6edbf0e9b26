"""`callweave engine`: the process that owns the live calls of one Asterisk, or stands by to take them on.

Standing by, it has everything loaded: databases, compiled flows, voices. It takes the lease when its holder has ended
or is silent, takes on the sessions that are left, connects the telephones, and serves them until it is told to stop or
may no longer act. A stop leaves the calls up for the next engine; told to stop with none there to follow, it first lets
the calls come to their end (drains). SIGTERM drains, a second one or SIGINT stops at once.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from urllib.parse import urlsplit

import setproctitle
import sqlalchemy as sa
import structlog
import uvloop

from engine.adapters.ari import AriConfig, AriTelephony
from engine.adapters.prompts import Prompts
from engine.adapters.recognition import Recognizers
from engine.adapters.telephony import Telephony
from engine.host import calling, metrics, rooms
from engine.host.calling import keep_trunks, let_go_unseen, place_calls, send_faxes
from engine.host.campaigns.part import drive_campaigns
from engine.host.fax_keeping import FaxKeeping
from engine.host.garbage import spare_what_stays
from engine.host.keeping import Keeping
from engine.host.lease import Keeper, is_held
from engine.host.live import LiveHost
from engine.host.outbox.part import drive_gateways
from engine.host.rooms import keep_rooms
from engine.host.serving import Part, Serving, keep_warm, take_inbox, telephones, tell_pages
from engine.host.settings import Settings
from engine.host.sources.running import run_sources

log = structlog.get_logger()

STANDING_BY: tuple[Part, ...] = (tell_pages, keep_warm, drive_gateways, drive_campaigns, run_sources)
"""What every engine does, from its start to its end."""
ACTIVE: tuple[Part, ...] = (telephones, take_inbox, place_calls, send_faxes, keep_trunks, keep_rooms, let_go_unseen)
"""What the engine does that holds the lease on its Asterisk."""

FENCED = 3
"""Exit status of an engine that may no longer act; the supervisor starts it again, and it stands by."""
AWAY_SECONDS = 300.0
"""How long an engine serves its calls while its databases do not answer; Asterisk would say if another took them."""
LOOK_SECONDS = 0.1
AGAIN_SECONDS = 0.5


def main(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT (0), or until it may no longer act (3)."""
    spare_what_stays()
    return uvloop.run(Engine(settings).run())


def lease_name(settings: Settings) -> str:
    """One lease for one Asterisk, named by its address; the owner of its callers' sessions, whichever engine serves."""
    if settings.telephony == "simulated":
        return "simulated"
    parts = urlsplit(_ari_address(settings))
    return f"asterisk {parts.hostname}:{parts.port}"


def standby_name(settings: Settings) -> str:
    """The lease of the engine that follows next; it only says that there is one."""
    return f"{lease_name(settings)} standby"


class Engine:
    """One engine process, from its start to its end."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._serving = Serving(settings)
        self._keeper = Keeper(self._serving.stores.control, lease_name(settings), self._lost, away_seconds=AWAY_SECONDS)
        self._stopping = asyncio.Event()
        self._at_once = asyncio.Event()
        self._no_lease_wanted = threading.Event()
        self._reason = ""
        self._loop: asyncio.AbstractEventLoop

    async def run(self) -> int:
        """Stand by, serve, end; gives the exit status."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_signal_handler(signal.SIGTERM, self._told_to_stop)
        self._loop.add_signal_handler(signal.SIGINT, self._stop_at_once)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._kept(part)) for part in STANDING_BY]
                if await self._active():
                    tasks += [group.create_task(self._kept(part)) for part in ACTIVE]
                    await self._stopping.wait()
                    await self._drain()
                    if self._serving.host.calls_out is not None:
                        await self._serving.host.calls_out.settle()
                    await self._serving.host.telephony.close()
                    await self._serving.host.close()
                    await asyncio.to_thread(self._keeper.release)
                for task in tasks:
                    task.cancel()
        finally:
            await asyncio.to_thread(self._keeper.release)
            await self._serving.close()
        if self._reason:
            log.error("engine stops", reason=self._reason)
            return FENCED
        return 0

    async def _kept(self, part: Part) -> None:
        """A part for which a database that is away is no reason to end: it is begun again."""
        while True:
            try:
                return await part(self._serving)
            except sa.exc.SQLAlchemyError as error:
                log.error("a part of the engine is begun again", part=part.__name__, reason=str(error))
                await asyncio.sleep(AGAIN_SECONDS)

    async def _active(self) -> bool:
        """Wait for the lease, and take on what is there; False if told to stop before."""
        following = Keeper(self._serving.stores.control, standby_name(self._settings), lambda: None)
        stood_by = asyncio.create_task(self._follow(following))
        taken = await asyncio.to_thread(self._keeper.take, self._no_lease_wanted)
        stood_by.cancel()
        if not taken:
            await asyncio.to_thread(following.release)
            return False
        setproctitle.setproctitle("callweave engine")
        owner, epoch, serving = lease_name(self._settings), self._keeper.epoch, self._serving
        host = LiveHost(
            stores=serving.stores, programs=serving.programs, owner=owner, epoch=epoch, may_act=self._keeper.may_act,
            stop=self._halt, watcher=serving.publisher.saw,
        )  # fmt: skip
        keeping = Keeping(serving.stores, self._settings.folder_assets, host.roster.party)
        fax_keeping = FaxKeeping(serving.stores, self._settings.folder_assets, host.roster.party)
        host.telephony = _telephony(self._settings, host, serving.speech, keeping, fax_keeping)
        host.handed_over = lambda tenant: serving.wake_gateways(tenant)
        serving.host = host
        taken_on = host.recover()
        calling.set_up(self._serving, host, owner=owner, epoch=epoch)
        rooms.set_up(self._serving, host, owner=owner)
        metrics.ENGINE_ACTIVE.labels(owner).set(1)
        metrics.TAKEN_ON.inc(taken_on)
        log.info("engine serves", owner=owner, epoch=epoch, sessions_taken_on=taken_on)
        await asyncio.to_thread(following.release)
        return True

    async def _follow(self, following: Keeper) -> None:
        """Say in the control database that an engine stands by, so that the active one may go without waiting."""
        await asyncio.sleep(LOOK_SECONDS)  # an engine that finds no other is active by then
        setproctitle.setproctitle("callweave engine standby")
        while not await asyncio.to_thread(following.attempt):
            await asyncio.sleep(1)

    async def _drain(self) -> None:
        """With nobody to follow, let the calls come to their end, as far as there is time; new ones are sent back."""
        if self._reason or self._at_once.is_set() or await self._is_followed():
            return
        host = self._serving.host
        host.drain()
        if host.calls:
            log.info("engine drains", calls=host.calls, seconds=self._settings.drain_seconds)
        until = self._loop.time() + self._settings.drain_seconds
        while host.calls and self._loop.time() < until and not self._at_once.is_set() and not self._reason:
            await asyncio.sleep(LOOK_SECONDS)
        if host.calls:
            log.warning("engine leaves calls", calls=host.calls)

    async def _is_followed(self) -> bool:
        return await asyncio.to_thread(is_held, self._serving.stores.control, standby_name(self._settings))

    # signals and ends

    def _told_to_stop(self) -> None:
        if self._stopping.is_set():
            self._at_once.set()
        self._stopping.set()
        self._no_lease_wanted.set()

    def _stop_at_once(self) -> None:
        self._at_once.set()
        self._told_to_stop()

    def _halt(self, reason: str) -> None:
        self._reason = self._reason or reason
        self._told_to_stop()

    def _lost(self) -> None:
        self._loop.call_soon_threadsafe(self._halt, "the lease is lost")


def _ari_address(settings: Settings) -> str:
    address = settings.ari_address
    if address is None:
        raise SystemExit("there is no Asterisk yet: start `callweave asterisk up`, or set CALLWEAVE_ARI_URL")
    return address


def _telephony(
    settings: Settings, host: LiveHost, prompts: Prompts, keeping: Keeping, fax_keeping: FaxKeeping
) -> Telephony:
    if settings.telephony == "simulated":
        from engine.adapters.simulated import SimulatedTelephony  # a stand-in is not loaded where it is not asked for

        return SimulatedTelephony(host, redis_address=settings.redis_address)
    config = AriConfig.read(_ari_address(settings), recordings=settings.folder_recordings)
    recognizers = Recognizers(settings.recognizer_url)
    return AriTelephony(config, host, prompts, keeper=keeping, fax_keeper=fax_keeping, recognizers=recognizers)

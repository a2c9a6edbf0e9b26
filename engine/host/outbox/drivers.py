"""All drivers of one process: which gateway has work, whose lease is free, who is woken.

It has a thread and a loop of its own, so that it serves beside an engine that is active or stands by, and a busy
gateway does not make a caller wait. It looks at every organisation four times a second; what is committed in the same
process wakes it at once.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog
import uvloop

from engine.host.outbox.driver import DRAIN_SECONDS, Driver
from engine.host.outbox.leases import Leases
from engine.host.outbox.opening import LISTENING, Opening
from engine.host.outbox.registry import DRIVEN
from engine.host.programs import Programs
from engine.host.settings import Settings
from engine.host.texting.keeping import Keeping
from engine.host.texting.reception import Reception
from engine.store import Stores, TenantUnknown, now_micros, questions

log = structlog.get_logger()

LOOK_SECONDS = 0.25
RENEW_SECONDS = 1.0
THREADS = 4
_WITH_WORK = questions.with_work(DRIVEN, LISTENING)


class Drivers:
    """Drives the gateways of all organisations, as far as nobody else does.

    `answered` is called with an organisation's name, in the thread of the drivers, when sessions have got answers.
    """

    def __init__(self, settings: Settings, stores: Stores, answered: Callable[[str], None] | None = None) -> None:
        self._stores = stores
        self._opening = Opening(settings)
        self._answered = answered or (lambda tenant: None)
        keeping = Keeping(Programs(settings.time_zone), settings.country, settings.folder_assets)
        self._reception = Reception(keeping, self._in_thread, self._answered)
        self._leases = Leases(stores.control)
        self._loop = uvloop.new_event_loop()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="outbox")
        self._look = asyncio.Event()
        self._stopping = False
        self._drivers: dict[tuple[str, str], tuple[Driver, asyncio.Task[None]]] = {}
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self, tenant: str) -> None:
        """Something of this organisation has just become due; may be called from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, tenant)

    def close(self) -> None:
        """Begin nothing more, wait for what is on its way, give the leases back."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop)
            self._thread.join(2 * DRAIN_SECONDS)
        self._threads.shutdown(wait=False)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    def _wake(self, tenant: str) -> None:
        for (name, _), (driver, _) in self._drivers.items():
            if name == tenant:
                driver.wake()
        self._look.set()

    def _stop(self) -> None:
        self._stopping = True
        self._look.set()

    async def _serve(self) -> None:
        renewing = asyncio.create_task(self._renew())
        while not self._stopping:
            self._look.clear()
            try:
                for tenant, name in await self._in_thread(self._with_work):
                    await self._begin_or_wake(tenant, name)
                self._leave(set(await self._in_thread(self._stores.names_lately)))
            except (sa.exc.SQLAlchemyError, TenantUnknown) as error:
                log.error("the outbox is looked at again", reason=str(error))
            try:
                await asyncio.wait_for(self._look.wait(), LOOK_SECONDS)
            except TimeoutError:
                continue
        for driver, _ in self._drivers.values():
            driver.stop()
        if self._drivers:
            await asyncio.wait([task for _, task in self._drivers.values()], timeout=1.5 * DRAIN_SECONDS)
        renewing.cancel()

    def _with_work(self) -> list[tuple[str, str]]:
        """In a thread: the gateways that have something to do, or are to be open, and that nobody has in hand here."""
        found: list[tuple[str, str]] = []
        for tenant in self._stores.names_lately():
            in_hand = [self._in_hand(tenant, name) for name in DRIVEN]
            if all(in_hand):
                continue
            try:
                seen = self._stores.glance(tenant, _WITH_WORK, now_micros())
                count = len(DRIVEN)
                for name, busy, has_work, listens in zip(
                    DRIVEN, in_hand, seen[:count], seen[count : 2 * count], strict=True
                ):
                    if not busy and (has_work or (listens and (tenant, name) not in self._drivers)):
                        found.append((tenant, name))
                if seen[2 * count]:
                    found += self._further(tenant)
            except (sa.exc.SQLAlchemyError, TenantUnknown) as error:
                log.error("an outbox cannot be looked at", tenant=tenant, reason=str(error))
        return found

    def _further(self, tenant: str) -> list[tuple[str, str]]:
        """The same of further gateways for texts."""
        with self._stores.tenant(tenant).read() as connection:
            at = now_micros()
            return [
                key
                for name, kind in questions.further(connection).items()
                for key in [(tenant, name)]
                if not self._in_hand(tenant, name)
                and (questions.has_work(connection, name, at=at) or (kind in LISTENING and key not in self._drivers))
            ]

    def _in_hand(self, tenant: str, name: str) -> bool:
        """Whether its driver finds work itself; one that only listens is woken."""
        driving = self._drivers.get((tenant, name))
        return driving is not None and not driving[0].idle

    async def _begin_or_wake(self, tenant: str, name: str) -> None:
        """Drive a gateway, if nobody else does."""
        if (driving := self._drivers.get((tenant, name))) is not None:
            driving[0].wake()
            return
        lease = f"gateway {tenant}/{name}"
        epoch = await self._in_thread(self._leases.attempt, lease)
        if epoch is None:
            return
        store = self._stores.tenant(tenant)
        driver = Driver(
            store=store, name=name, epoch=epoch, may_act=partial(self._leases.may_act, lease),
            holds=partial(self._leases.holds, lease), opening=self._opening, in_thread=self._in_thread,
            answered=self._answered, report=self._reception.of(store, name),
        )  # fmt: skip
        task = asyncio.create_task(self._drive(driver, tenant, name, lease))
        self._drivers[tenant, name] = driver, task

    def _leave(self, active: set[str]) -> None:
        """Begin nothing more for tenants that are suspended; what is on its way comes to its end."""
        for (tenant, _), (driver, _) in self._drivers.items():
            if tenant not in active:
                driver.stop()

    async def _drive(self, driver: Driver, tenant: str, name: str, lease: str) -> None:
        log.info("gateway is driven", tenant=tenant, gateway=name)
        try:
            await driver.run()
        except Exception:
            log.exception("driver ends", tenant=tenant, gateway=name)
        finally:
            self._drivers.pop((tenant, name), None)
            await self._in_thread(self._leases.release, lease)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if not self._drivers:
                continue
            try:
                await self._in_thread(self._leases.renew)
            except sa.exc.SQLAlchemyError as error:
                log.error("leases were not renewed", reason=str(error))

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return await self._loop.run_in_executor(self._threads, partial(work, *arguments, **named))

"""The drivers of one process: which organisation has campaigns, whose lease is free.

A thread of its own, so that it serves beside an engine that is active or stands by. Organisations without campaigns
cost one glance each time; the lease of one that has some goes to whichever process asks first, and over to another when
that dies (`outbox/leases.py`).
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import sqlalchemy as sa
import structlog
from redis import Redis

from engine.host import sleeping
from engine.host.campaigns.driver import Driver
from engine.host.campaigns.telling import Telling
from engine.host.outbox.leases import Leases
from engine.host.settings import Settings
from engine.store import Stores, TenantUnknown, campaigns

log = structlog.get_logger()

LOOK_SECONDS = 0.2
RENEW_SECONDS = 1.0
IDLE_SECONDS = 5.0
"""After so long without an open campaign the lease is given back."""
THREADS = 2
_HAS_WORK = campaigns.HAS_WORK


class Drivers:
    """Drives the campaigns of all organisations, as far as nobody else does."""

    def __init__(self, settings: Settings, stores: Stores, telling: Telling) -> None:
        self._stores = stores
        self._telling = telling
        self._redis = Redis.from_url(settings.redis_address, socket_connect_timeout=0.5, socket_timeout=2.0)
        self._leases = Leases(stores.control)
        self._drivers: dict[str, Driver] = {}
        self._idle_since: dict[str, float] = {}
        self._looking: dict[str, Future[None]] = {}
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="campaigns")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="campaigns", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Begin nothing more, finish the looks that are being made, give the leases back."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown()
        for tenant in list(self._drivers):
            self._let_go(tenant)
        self._redis.close()

    def _run(self) -> None:
        renew_at = 0.0
        while not self._stopping.wait(LOOK_SECONDS):
            if time.monotonic() >= renew_at and self._drivers:
                renew_at = time.monotonic() + RENEW_SECONDS
                self._renew()
            try:
                names = self._stores.names_lately()
                for tenant in names:
                    self._serve(tenant)
                for tenant in self._drivers.keys() - set(names):
                    self._leave(tenant)
            except (sa.exc.SQLAlchemyError, TenantUnknown) as error:
                log.error("campaigns are looked at again", reason=str(error))

    def _serve(self, tenant: str) -> None:
        """Look into an organisation, if it has campaigns and is ours."""
        if (looking := self._looking.get(tenant)) is not None and not looking.done():
            return
        try:
            has_work = bool(self._stores.glance(tenant, _HAS_WORK)[0])
            if not has_work:
                self._rest(tenant)
                return
            self._idle_since.pop(tenant, None)
            driver = self._drivers.get(tenant) or self._take(tenant)
        except (sa.exc.SQLAlchemyError, TenantUnknown) as error:
            log.error("campaigns cannot be looked at", tenant=tenant, reason=str(error))
            return
        if driver is not None:
            self._looking[tenant] = self._pool.submit(self._look, tenant, driver)

    def _take(self, tenant: str) -> Driver | None:
        lease = _lease(tenant)
        if self._leases.attempt(lease) is None:
            return None
        from engine.host import turn_jobs  # with the library of jobs, which an engine without campaigns does not need
        from engine.host.campaigns import audience_job

        driver = Driver(
            self._stores.tenant(tenant), may_act=partial(self._leases.may_act, lease), pause=sleeping.pause,
            hint_turns=partial(turn_jobs.hint, self._redis, [tenant]),
            hint_build=partial(audience_job.hint, self._redis, tenant),
        )  # fmt: skip
        self._drivers[tenant] = driver
        log.info("campaigns are driven", tenant=tenant)
        return driver

    def _look(self, tenant: str, driver: Driver) -> None:
        """In a thread: one look."""
        if not self._leases.may_act(_lease(tenant)):
            if not self._leases.holds(_lease(tenant)):
                self._drivers.pop(tenant, None)
            return
        try:
            self._telling.saw(self._stores.tenant(tenant), driver.look())
        except (sa.exc.SQLAlchemyError, TenantUnknown) as error:
            log.error("campaigns are looked at again", tenant=tenant, reason=str(error))
        except Exception:
            log.exception("a look at campaigns failed", tenant=tenant)

    def _rest(self, tenant: str) -> None:
        if tenant in self._drivers:
            since = self._idle_since.setdefault(tenant, time.monotonic())
            if time.monotonic() - since > IDLE_SECONDS:
                self._let_go(tenant)

    def _leave(self, tenant: str) -> None:
        """It is suspended: nothing more is begun, once the look that is being made is over."""
        if (looking := self._looking.get(tenant)) is None or looking.done():
            self._let_go(tenant)

    def _let_go(self, tenant: str) -> None:
        self._drivers.pop(tenant, None)
        self._idle_since.pop(tenant, None)
        try:
            self._leases.release(_lease(tenant))
        except sa.exc.SQLAlchemyError as error:
            log.error("lease was not given back", lease=_lease(tenant), reason=str(error))

    def _renew(self) -> None:
        try:
            self._leases.renew()
        except sa.exc.SQLAlchemyError as error:
            log.error("leases were not renewed", reason=str(error))


def _lease(tenant: str) -> str:
    return f"campaigns {tenant}"


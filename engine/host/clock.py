"""`callweave clock`: sees what is due in every tenant, and tells the workers; it serves nothing itself.

What is due stands in the databases, so this process keeps nothing, any number of them do no harm, and one that comes
back finds what came meanwhile. It goes by the clock on the wall, asked anew at every look: where that jumps, the next
look sees what has come by then, and a moment that was served cannot come again, for its session has gone on.
"""

from __future__ import annotations

import resource
import signal
import threading
import time

import sqlalchemy as sa
import structlog
from redis import Redis

from engine.host import retention, turn_jobs
from engine.host.function_jobs import Hints
from engine.host.rounds import Rounds
from engine.host.settings import Settings
from engine.store import Stores, TenantUnknown, now_micros
from engine.store.lookout import Lookout

log = structlog.get_logger()

EVERY = 0.25
"""Seconds from one look at a tenant to the next."""
SWEEP_EVERY = 3600.0
"""Seconds after which old sessions are swept again; for the first time a minute after the start."""
TENANTS_EVERY = 2.0
"""Seconds after which new tenants are seen."""


class Clock:
    """Looks at all tenants in turn."""

    def __init__(self, settings: Settings, stores: Stores) -> None:
        self._stores = stores
        self._lookout = Lookout(stores)
        self._redis = Redis.from_url(settings.redis_address, socket_connect_timeout=0.5, socket_timeout=2.0)
        self._hints = Hints(settings)
        self._tenants: list[str] = []
        self._tenants_until = 0.0
        self._failing: set[str] = set()
        self._sweep_at = time.monotonic() + 60.0

    def run(self, stop: threading.Event) -> None:
        """Look every 250 ms until `stop`."""
        began = time.monotonic()
        while not stop.wait(max(0.0, began + EVERY - time.monotonic())):
            began = time.monotonic()
            self.look()
        self._lookout.close()

    def look(self) -> list[str]:
        """One look at every tenant: the workers are told of those whose sessions have something due."""
        due = [tenant for tenant in self._names() if self._due(tenant)]
        if due:
            turn_jobs.hint(self._redis, due)
        if time.monotonic() >= self._sweep_at:
            self._sweep_at = time.monotonic() + SWEEP_EVERY
            retention.hint(self._redis, self._names())
        return due

    def _names(self) -> list[str]:
        if time.monotonic() >= self._tenants_until:
            try:
                self._tenants = self._stores.active_names()
            except sa.exc.SQLAlchemyError as error:
                log.error("tenants are not known", reason=str(error))
            self._tenants_until = time.monotonic() + TENANTS_EVERY
        return self._tenants

    def _due(self, tenant: str) -> bool:
        """Whether sessions of a tenant have something due; a tenant whose database is broken stops no other."""
        try:
            found = self._lookout.look(tenant, at=now_micros())
            if found.jobs:
                self._hints.give(self._stores.tenant(tenant))
        except (sa.exc.SQLAlchemyError, TenantUnknown) as error:
            self._lookout.forget(tenant)
            if tenant not in self._failing:
                log.error("tenant cannot be looked at", tenant=tenant, reason=str(error))
                self._failing.add(tenant)
            return False
        self._failing.discard(tenant)
        return found.turns


def main(settings: Settings) -> None:
    """Look until SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # three files for each tenant on SQLite
    stores = Stores(settings)
    Rounds(settings, stores).start(stop)
    try:
        Clock(settings, stores).run(stop)
    finally:
        stores.close()

"""The engine process's part in sources: those that the platform runs itself, each by one process, under its lease."""

from __future__ import annotations

import asyncio
import threading
import time

import sqlalchemy as sa
import structlog

from engine.host.outbox.leases import Leases
from engine.host.serving import Serving
from engine.host.settings import Settings
from engine.host.sources.feeding import Feeding
from engine.store import Stores, TenantUnknown, questions, sources
from engine.store.sealing import CannotOpen

log = structlog.get_logger()

LOOK_SECONDS = 2.0
RENEW_SECONDS = 1.0
CLOSE_SECONDS = 8.0


async def run_sources(serving: Serving) -> None:
    """Run the sources of all organisations, as far as no other process does."""
    runner = Runner(serving.settings, serving.stores)
    runner.start()
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.to_thread(runner.close)


class Runner:
    """Runs sources in threads, as long as their leases are ours."""

    def __init__(self, settings: Settings, stores: Stores) -> None:
        self._settings = settings
        self._stores = stores
        self._leases = Leases(stores.control)
        self._stop = threading.Event()
        self._running: dict[tuple[str, str], Feeding] = {}
        self._thread = threading.Thread(target=self._run, name="sources", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End all of them, and give the leases back."""
        self._stop.set()
        self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        looked = 0.0
        try:
            while not self._stop.wait(RENEW_SECONDS):
                try:
                    self._leases.renew()
                    self._let_go()
                    if time.monotonic() - looked > LOOK_SECONDS:
                        looked = time.monotonic()
                        self._look()
                except (sa.exc.SQLAlchemyError, TenantUnknown, CannotOpen) as error:
                    log.error("sources are looked at again", reason=str(error))
        finally:
            self._end(list(self._running))

    def _let_go(self) -> None:
        """End those whose lease is another's now."""
        self._end([key for key in self._running if not self._leases.may_act(_lease(*key))])

    def _look(self) -> None:
        names = self._stores.names_lately()
        self._end([key for key in self._running if key[0] not in names])  # suspended, or no more
        for tenant in names:
            known = {name: each.revision for (owner, name), each in self._running.items() if owner == tenant}
            if not known and not self._stores.glance(tenant, questions.OWN_SOURCES)[0]:
                continue
            store = self._stores.tenant(tenant)
            with store.read() as connection:
                there = {b.name: b.revision for b in sources.brief(connection) if b.connector_id is None}
            self._end([(tenant, name) for name, revision in known.items() if there.get(name) != revision])
            for name in there:
                key = (tenant, name)
                if key in self._running or self._leases.attempt(_lease(*key)) is None:
                    continue
                with store.read() as connection:
                    row = sources.get(connection, name)
                if row is None or row.connector_id is not None:
                    self._leases.release(_lease(*key))
                    continue
                self._running[key] = feeding = Feeding(store, row, self._settings)
                feeding.start()

    def _end(self, keys: list[tuple[str, str]]) -> None:
        ended = [(key, self._running.pop(key)) for key in keys]
        for _, feeding in ended:
            feeding.stop()
        for key, feeding in ended:
            feeding.join(CLOSE_SECONDS / 2)
            try:
                self._leases.release(_lease(*key))
            except sa.exc.SQLAlchemyError as error:  # it runs out
                log.warning("a source's lease was not given back", reason=str(error))


def _lease(tenant: str, name: str) -> str:
    return f"source {tenant}/{name}"

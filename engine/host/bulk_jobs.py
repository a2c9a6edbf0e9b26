"""The job that brings one event to many sessions: a batch at a time, and the workers are told after each."""

from __future__ import annotations

import structlog
from redis import Redis

from engine.host import jobs, sleeping, turn_jobs
from engine.host.at_hand import at_hand
from engine.store import Store, Stores, TenantUnknown, bulk_events, id_bytes, now_micros

log = structlog.get_logger()

JOB = "engine.host.bulk_jobs.carry_on"


def carry_on(tenant: str, row: str) -> None:
    """Bring one to its end, from where it was left. May run twice."""
    parts = at_hand()
    identity = id_bytes(row)
    try:
        store = parts.stores.tenant(tenant)
    except TenantUnknown as error:
        log.warning("an event for many sessions is not brought", tenant=tenant, reason=str(error))
        return
    with structlog.contextvars.bound_contextvars(tenant=tenant, bulk=row):
        while identity is not None and bring(store, identity):
            turn_jobs.hint(parts.redis, [tenant])
            sleeping.pause(store)
        log.info("an event for many sessions is in the inbox")
    turn_jobs.hint(parts.redis, [tenant])


def bring(store: Store, identity: bytes) -> bool:
    """One batch; whether there is more."""
    with store.begin() as connection:
        return bulk_events.carry_on(connection, identity, at=now_micros())


def hint(connection: Redis, tenant: str, identity: bytes) -> None:
    """Ask for it; without Redis the clock finds it later."""
    jobs.ask_for(connection, JOB, tenant, "bulk", identity, what="an event for many sessions")


def hint_unfinished(connection: Redis, stores: Stores, tenant: str) -> None:
    """Ask again for those that were left, for a hint may have been lost."""
    with stores.tenant(tenant).read() as reading:
        left = bulk_events.unfinished(reading)
    for identity in left:
        hint(connection, tenant, identity)

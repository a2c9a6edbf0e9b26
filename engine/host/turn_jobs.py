"""The job that serves a tenant's sleeping sessions, and the hint that asks for it.

The hint says no more than the tenant's name: what is due stands in its database (DECISIONS 5). It is put on a queue of
its own, where a tenant stands once however often it is named, so that the queue is never longer than the list of
tenants; a worker that takes it drains the tenant, a batch at a time, for as long as that is fair to the others.
"""

from __future__ import annotations

import time

import redis
import sqlalchemy as sa
import structlog
from redis import Redis

from engine.host import jobs, planned, sleeping
from engine.host.at_hand import at_hand
from engine.store import Store, Stores, TenantUnknown, now_micros, plans

log = structlog.get_logger()

JOB = "engine.host.turn_jobs.serve"
QUEUE = "turns"
FAIR_SECONDS = 2.0
"""So long one tenant is served before the others have their turn."""


def serve(tenant: str) -> None:
    """Serve what is due in a tenant; what is left after a while is hinted at again, behind the other tenants."""
    with structlog.contextvars.bound_contextvars(tenant=tenant):
        _serve(tenant)


def _serve(tenant: str) -> None:
    parts = at_hand()
    if parts.stores.suspended(tenant):
        return  # the clock finds what is due when it is resumed
    try:
        store = parts.stores.tenant(tenant)
    except TenantUnknown as error:
        log.warning("no sessions are served", tenant=tenant, reason=str(error))
        return
    until = time.monotonic() + FAIR_SECONDS
    while True:
        try:
            planned_ones = _serve_plans(parts.stores, store)
            served = sleeping.serve_batch(store, parts.programs)
        except sa.exc.OperationalError as error:  # locked for too long, restarted, full: the clock finds it due again
            log.warning("turns are tried again", reason=str(error.orig))
            return
        if not served.any and not planned_ones:
            return
        if parts.live_view is not None:
            parts.live_view.said(served.moved)
        if time.monotonic() > until:
            hint(parts.redis, [tenant])
            return
        sleeping.pause(store)


def _serve_plans(stores: Stores, store: Store) -> bool:
    """Starts whose moment has come; whether there were any. A look that locks nothing says so first."""
    if not stores.glance(store.name, plans.DUE, now_micros())[0]:
        return False
    done = planned.serve(store)
    if done.plans:
        sleeping.pause(store)
    return done.plans > 0


def hint(connection: Redis, tenants: list[str]) -> None:
    """Ask the workers to look into these tenants. Where Redis is away, the clock finds what is due once it is back."""
    try:
        jobs.enqueue_each(connection, JOB, {tenant: (tenant,) for tenant in tenants}, on=QUEUE)
    except redis.RedisError as error:
        log.warning("workers are not told what is due", tenants=len(tenants), reason=str(error))

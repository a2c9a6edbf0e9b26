"""`/healthz` and `/readyz`: alive, and ready to work; the second says which part is not."""

from __future__ import annotations

import redis
import sqlalchemy as sa
from flask import Blueprint, Response

from designer.access.rights import DOOR, needs
from designer.api.replies import reply
from designer.parts import Parts, parts
from engine.store import TenantUnknown, lease, now_micros
from engine.store.migrate import MAIN

health = Blueprint("health", __name__)


@health.get("/healthz")
@needs(DOOR)
def healthz() -> Response:
    """This process serves."""
    return reply({"status": "alive"})


@health.get("/readyz")
@needs(DOOR)
def readyz() -> Response:
    """Whether the database, Redis and an engine are there: 200 or 503."""
    states = {"database": _database(parts()), "redis": _redis(parts()), "engine": _engine(parts())}
    ready = all(state == "ready" for state in states.values())
    return reply({"status": "ready" if ready else "not ready", "parts": states}, 200 if ready else 503)


def _database(of: Parts) -> str:
    try:
        for store in (of.stores.control, of.stores.tenant(MAIN)):
            with store.read() as connection:
                connection.execute(sa.select(1))
    except (sa.exc.SQLAlchemyError, TenantUnknown) as error:
        return f"not ready: {type(error).__name__}"
    return "ready"


def _redis(of: Parts) -> str:
    try:
        of.redis.ping()
    except redis.RedisError as error:
        return f"not ready: {type(error).__name__}"
    return "ready"


def _engine(of: Parts) -> str:
    try:
        with of.stores.control.read() as connection:
            held = lease.held(connection, at=now_micros())
    except (sa.exc.SQLAlchemyError, TenantUnknown) as error:
        return f"not ready: {type(error).__name__}"
    return "ready" if held else "not ready: no engine holds the lease"

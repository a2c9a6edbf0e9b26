"""What a request needs of its application: settings, stores, Redis."""

from __future__ import annotations

import contextlib
from typing import cast

import redis
from flask import current_app

from designer.simulator import InMemory, Simulations
from engine.host.programs import Programs
from engine.host.settings import Settings
from engine.store import Stores

INBOX_HINT = "callweave:inbox"
"""Channel on which the name of a tenant with a new inbox row is said; a hint only (DECISIONS 2, 5)."""


class Parts:
    """The parts of one copy of Callweave, made once for each process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stores = Stores(settings)
        self.simulations: Simulations = InMemory()
        self.programs = Programs(settings.time_zone)
        self.redis: redis.Redis = redis.Redis.from_url(
            settings.redis_address, socket_connect_timeout=0.5, socket_timeout=2.0
        )

    def hint(self, tenant: str) -> None:
        """Say that a tenant's inbox has something new; whoever does not hear it looks 250 ms later."""
        with contextlib.suppress(redis.RedisError):
            self.redis.publish(INBOX_HINT, tenant)


def parts() -> Parts:
    """The parts of the application that serves this request."""
    return cast(Parts, current_app.extensions["callweave"])

"""What a request needs of its application: settings, stores, Redis."""

from __future__ import annotations

from typing import cast

import redis
from flask import current_app

from designer.access.witness import WitnessedStores
from designer.inbound import Declared
from designer.live.hub import Hub
from designer.simulator import InMemory, Simulations
from designer.webhooks import Webhooks
from engine.host import turn_jobs
from engine.host.event_rate import EventRate
from engine.host.programs import Programs
from engine.host.settings import Settings
from engine.host.texting.keeping import Keeping


class Parts:
    """The parts of one copy of Callweave, made once for each process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stores = WitnessedStores(settings)
        self.simulations: Simulations = InMemory()
        self.event_rate = EventRate()
        self.programs = Programs(settings.time_zone)
        self.keeping = Keeping(self.programs, settings.country, settings.folder_assets)
        self.declared = Declared()
        self.webhooks = Webhooks()
        self.redis: redis.Redis = redis.Redis.from_url(
            settings.redis_address, socket_connect_timeout=0.5, socket_timeout=2.0
        )
        self.lines = Hub(self.redis)

    def hint(self, tenant: str) -> None:
        """Ask the workers to look into a tenant's inbox; where Redis is away, the clock sees it 250 ms later."""
        turn_jobs.hint(self.redis, [tenant])


def parts() -> Parts:
    """The parts of the application that serves this request."""
    return cast(Parts, current_app.extensions["callweave"])

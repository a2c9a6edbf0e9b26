"""What campaigns come to, said to the pages that look: twice a second, and only of those that somebody watches."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from engine.host.calendars import TenantCalendars
from engine.host.campaigns import progress
from engine.store import Store, campaigns, id_text, now_micros
from engine.store.campaigns import Campaign

EVERY = 0.5
ALSO_AFTER = 3.0
"""Seconds for which a campaign that is not open any more is told of: that it has ended."""


class Telling:
    """Used by the drivers' threads, one look at an organisation at a time."""

    def __init__(
        self, watches: Callable[[str, str], bool], said: Callable[[str, str, dict[str, Any]], None]
    ) -> None:
        self._watches = watches
        self._said = said
        self._next: dict[str, float] = {}
        self._lately: dict[tuple[str, bytes], float] = {}

    def saw(self, store: Store, there: Sequence[Campaign]) -> None:
        """These campaigns of an organisation are open."""
        now = time.monotonic()
        for campaign in there:
            self._lately[store.name, campaign.id] = now + ALSO_AFTER
        if now < self._next.get(store.name, 0.0):
            return
        self._next[store.name] = now + EVERY
        for (tenant, identity), until in list(self._lately.items()):
            if tenant == store.name:
                if self._watches(tenant, id_text(identity)):
                    self._say(store, identity)
                if until < now:
                    del self._lately[tenant, identity]

    def _say(self, store: Store, identity: bytes) -> None:
        with store.read() as connection:
            try:
                campaign = campaigns.get(connection, identity)
            except campaigns.CampaignUnknown:
                return
            found = progress.of(connection, campaign, TenantCalendars(store), zone=store.time_zone, at=now_micros())
        self._said(store.name, id_text(identity), msgspec.to_builtins(found))

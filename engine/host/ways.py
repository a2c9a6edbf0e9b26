"""The ways out of this platform: its trunks, as the control database has them, with their limits.

What a tenant's trunks are is looked at once a second. Whether there is room on one is always asked of the database, but
one that was full a moment ago is left alone until it can have room again, for hundreds of calls may be waiting for it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Collection, Sequence

import structlog

from engine.adapters.ways import BROWSER_NUMBER, Later, NoWay, Way
from engine.store import Stores, now_micros, trunks
from engine.store.times import SECOND
from engine.store.trunks import OwnNumber
from engine.trunks import callerid, policy, routes
from engine.trunks.config import LOCAL
from engine.trunks.policy import Number, Refused
from engine.trunks.routes import Trunk

log = structlog.get_logger()

KNOWN_SECONDS = 1.0
FULL_SECONDS = 0.25
"""How long a trunk whose slots are all taken is left alone; sooner if one of ours is given back."""
SETTLED = 5 * SECOND
"""Microseconds after which a slot's leg must be among Asterisk's channels."""
_BROWSER = re.compile(BROWSER_NUMBER)


class TrunkWays:
    """Implements `Ways` by the control database, for the calls of one Asterisk (`owner`)."""

    def __init__(self, stores: Stores, *, owner: str, country: str) -> None:
        self._stores = stores
        self._owner = owner
        self._country = country
        self._known: dict[str, tuple[float, list[Trunk], list[OwnNumber]]] = {}
        self._full_until: dict[bytes, float] = {}
        self._slots: dict[str, bytes] = {}

    async def find(
        self, tenant: str, to: str, *, leg: str, caller_id: str = "", trunk: str = "", tried: Sequence[str] = ()
    ) -> Way | NoWay | Later:
        """A slot on the first trunk that fits and has room; `local` where it is named, or there is no other.

        The telephone of a browser is no trunk's: no number leads there but its own.
        """
        if _BROWSER.fullmatch(to):
            browser = Way(leg=leg, trunk="browser", endpoint=f"PJSIP/{to}")
            return NoWay(reason="no other trunk") if "browser" in tried else browser
        mine, own = await self._of(tenant)
        try:
            number = policy.read(to, self._country)
            if trunk == LOCAL or (not mine and trunk == ""):
                if LOCAL in tried:
                    raise Refused("no other trunk")
                return Way(leg=leg, trunk=LOCAL, endpoint=f"PJSIP/{number.dialled}@local", caller_id=caller_id)
            candidates = routes.ways(mine, number, country=self._country, wanted=trunk, tried=tried)
        except Refused as error:
            return NoWay(reason=str(error))
        waits = []
        for candidate in candidates:
            wait = self._full_until.get(candidate.id, 0.0) - time.monotonic()
            if wait <= 0:
                self._slots[leg] = candidate.id  # before it is taken: nobody is to give it back as left over
                taken = await asyncio.to_thread(self._take, candidate.id, leg)
                if taken is None:
                    seen = caller_id or self._seen(candidate, number, own)
                    return Way(
                        leg=leg, trunk=candidate.name, endpoint=candidate.dial(number), caller_id=seen,
                        record_early=candidate.config.record_early,
                    )  # fmt: skip
                self._slots.pop(leg, None)
                wait = taken.seconds or FULL_SECONDS
                self._full_until[candidate.id] = time.monotonic() + wait
            waits.append(wait)
        return Later(seconds=min(waits))

    async def free(self, leg: str) -> None:
        """Give the leg's slot back, and let those that wait for it know."""
        identity = self._slots.pop(leg, None)
        if await asyncio.to_thread(self._free, leg) and identity is not None:
            self._full_until.pop(identity, None)

    async def reconcile(self, there: Collection[str]) -> None:
        """Give back what is kept for legs that this Asterisk does not have, and for Asterisks that nobody serves."""
        freed = await asyncio.to_thread(self._reconcile, set(there) | self._slots.keys())
        if freed:
            log.info("slots of calls that are no more are free", count=freed)

    async def _of(self, tenant: str) -> tuple[list[Trunk], list[OwnNumber]]:
        until, mine, own = self._known.get(tenant, (0.0, [], []))
        if until < time.monotonic():
            mine, own = await asyncio.to_thread(self._read, tenant)
            self._known[tenant] = (time.monotonic() + KNOWN_SECONDS, mine, own)
        return mine, own

    def _read(self, tenant: str) -> tuple[list[Trunk], list[OwnNumber]]:
        with self._stores.control.read() as connection:
            return [row.trunk for row in trunks.of_tenant(connection, tenant)], trunks.numbers(connection, tenant)

    def _take(self, identity: bytes, leg: str) -> trunks.Wait | None:
        with self._stores.control.begin() as connection:
            return trunks.take(connection, identity, leg=leg, owner=self._owner, at=now_micros())

    def _free(self, leg: str) -> bool:
        with self._stores.control.begin() as connection:
            return trunks.free(connection, leg)

    def _reconcile(self, there: set[str]) -> int:
        at = now_micros()
        with self._stores.control.begin() as connection:
            gone = [leg for leg in trunks.legs_of(connection, self._owner) if leg not in there]
            trunks.free_all(connection, gone)
            return len(gone) + trunks.free_orphans(connection, at=at)

    def _seen(self, trunk: Trunk, callee: Number, own: Sequence[OwnNumber]) -> str:
        numbers = [number.number for number in own if number.shown and number.trunk in (None, trunk.name)]
        return callerid.choose([policy.read(number, self._country) for number in numbers], callee)

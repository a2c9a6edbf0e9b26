"""Who owns sessions and does not serve them: an engine that lost sight of some of its own, or one that is no more.

An engine's own: a transaction of the one before it that was committed after its sessions were counted, a tenant whose
database was away just then. Whoever owns a session and does not have it in memory, twice in succession, lets it go.

An engine that is no more: an Asterisk that was taken out of service, or has another address now. Nobody takes its
lease. The clock lets its sessions go when the lease's row has stood unchanged for twice as long as an engine may
outlast its database; like all who judge a lease it goes by its own monotonic clock, and begins anew after each look
that failed or was late (docs/decisions/0014).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from engine.adapters.telephony import Missed
from engine.host.attempts import UNKNOWN
from engine.host.fax_rows import FaxRows
from engine.store import Store, Stores, TenantUnknown, left_behind, now_micros, rooms
from engine.store.lease import Lease

if TYPE_CHECKING:
    from engine.host.live import LiveHost

log = structlog.get_logger()

LOOK_SECONDS = 5.0
SILENT_SECONDS = 600.0
LATE_SECONDS = 60.0
"""Whoever looks again so late was halted, and knows nothing of what others did meanwhile."""
BATCH = 100


class Unseen:
    """The sessions of one owner that its engine does not have."""

    def __init__(self, host: LiveHost, stores: Stores) -> None:
        self._host = host
        self._stores = stores
        self._owner, self._epoch = host.ownership
        self._before: dict[str, set[bytes]] = {}

    async def run(self) -> None:
        """Look every few seconds, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """One look at every tenant: what was missing the last time, and still is, is let go."""
        before, self._before = self._before, {}
        try:
            for tenant in await asyncio.to_thread(self._stores.names_lately):
                there = await asyncio.to_thread(self._owned, tenant)
                missing = self._before[tenant] = {one for one in there if self._host.roster.find(tenant, one) is None}
                if twice := missing & before.get(tenant, set()):
                    log.error("sessions of ours are not served", tenant=tenant, sessions=[one.hex() for one in twice])
                    self._host.after_all(tenant, partial(self._let_go, twice))
        except (TenantUnknown, sa.exc.SQLAlchemyError) as error:
            self._before = {}
            log.warning("sessions cannot be compared with those that are served", reason=str(error))

    def _owned(self, tenant: str) -> list[bytes]:
        with self._stores.tenant(tenant).read() as connection:
            return left_behind.owned(connection, self._owner)

    def _let_go(self, identities: Iterable[bytes], connection: sa.Connection) -> None:
        left_behind.let_go(connection, self._owner, list(identities), epoch=self._epoch, at=now_micros())


class Owners:
    """How long the lease of each owner has stood as it is."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[str, tuple[Lease | None, float]] = {}
        self._looked = clock()

    def see(self, there: Iterable[Lease]) -> None:
        """What the control database says now."""
        now, known = self._clock(), {lease.name: lease for lease in there}
        if now - self._looked > LATE_SECONDS:
            self._since.clear()
        self._looked = now
        for name in self._since.keys() | known.keys():
            lease = known.get(name)
            if name not in self._since or self._since[name][0] != lease:
                self._since[name] = lease, now

    def see_nothing(self) -> None:
        """The control database does not answer: nor could anybody renew a lease."""
        self._since.clear()

    def silent(self, name: str) -> bool:
        """Whether nobody serves this owner's sessions any more."""
        _, since = self._since.setdefault(name, (None, self._clock()))
        return self._clock() - since >= SILENT_SECONDS

    def epoch(self, name: str) -> int | None:
        """The epoch of the last who held it; None if there is no such lease."""
        lease, _ = self._since[name]
        return None if lease is None else lease.epoch

    def let_go(self, stores: Stores, store: Store) -> None:
        """Let the sessions of silent owners go on without them, in one tenant's database."""
        with store.read() as connection:
            silent = [owner for owner in left_behind.owners(connection) if self.silent(owner)]
        for owner in silent:
            _let_go_all(store, owner, self.epoch(owner))
            faxes = FaxRows(stores, owner=owner, epoch=0)
            for job in faxes.left():
                faxes.end(job, Missed(cause=UNKNOWN))
            with store.begin() as connection:
                rooms.clear(connection, owner, but=())


def _let_go_all(store: Store, owner: str, epoch: int | None) -> None:
    with store.read() as connection:
        owned = left_behind.owned(connection, owner)
    for first in range(0, len(owned), BATCH):
        some = owned[first : first + BATCH]
        with store.begin() as connection:
            count = left_behind.let_go(connection, owner, some, epoch=epoch, at=now_micros())
        log.warning("sessions of an engine that is no more go on", tenant=store.name, owner=owner, sessions=count)

"""Looking whether tenants have something due, four times a second each: a thousand tenants must cost next to nothing.

One statement of four look-ups, each answered by a partial index of what is open. For SQLite each tenant's connection
is kept, beside the stores and their limit, for opening a file costs thirty times the look; a row that is claimed or put
off is passed over by its moment.
"""

from __future__ import annotations

import sqlite3

import msgspec
import sqlalchemy as sa

from engine.store.compiled import Compiled, given
from engine.store.databases import Store, Stores
from engine.store.job_rows import JOBS
from engine.store.outbox import OPEN
from engine.store.tenant import inbox, outbox, plan, session


class Due(msgspec.Struct, frozen=True):
    """What a tenant has: events and moments of sessions without owner, and plans; commands for workers."""

    turns: bool
    jobs: bool

    def __bool__(self) -> bool:
        return self.turns or self.jobs


_AT = given("at")
_OWNER = sa.select(session.c.owner).where(session.c.id == inbox.c.session_id).scalar_subquery()
_FREE = sa.or_(inbox.c.claimed_until.is_(None), inbox.c.claimed_until < _AT)
_EVENT = sa.select(inbox.c.id).where(inbox.c.done_at.is_(None), _FREE, _OWNER.is_(None))
_MOMENT = sa.select(session.c.id).where(session.c.wake_at <= _AT, session.c.owner.is_(None))
_PLAN = sa.select(plan.c.trigger_id).where(plan.c.due_at <= _AT)


def _command(state: str, gateway: str) -> sa.Exists:
    """A row of a job; each alone, so that each is one step in an index."""
    mine = outbox.c.gateway == sa.literal(gateway, literal_execute=True)
    there = outbox.c.state == sa.literal(state, literal_execute=True)
    return sa.exists(sa.select(outbox.c.id).where(mine, there, outbox.c.due_at <= _AT))


_COMMANDS = sa.or_(*(_command(state, gateway) for state in OPEN for gateway in JOBS))
_LOOK = Compiled(sa.select(sa.or_(sa.exists(_EVENT), sa.exists(_MOMENT), sa.exists(_PLAN)), _COMMANDS), "at")


class Lookout:
    """Looks into tenants, one after the other. For one thread."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._kept: dict[str, tuple[sqlite3.Connection, str, int]] = {}

    def look(self, tenant: str, *, at: int) -> Due:
        """What a tenant has at this moment; raises TenantUnknown and the database's errors."""
        kept = self._kept.get(tenant)
        if kept is not None:
            driver, sql, places = kept
            try:
                turns, jobs = driver.execute(sql, (at,) * places).fetchall()[0]
            except sqlite3.Error as error:
                raise sa.exc.DatabaseError(sql, None, error) from error
            return Due(bool(turns), bool(jobs))
        store = self._stores.tenant(tenant)
        with store.read() as connection:
            ((turns, jobs),) = _LOOK.all(connection, at)
        if store.engine.dialect.name == "sqlite":
            self._keep(tenant, store)
        return Due(bool(turns), bool(jobs))

    def forget(self, tenant: str) -> None:
        """Let go of a tenant that is no more, or whose database has failed."""
        kept = self._kept.pop(tenant, None)
        if kept is not None:
            kept[0].close()

    def close(self) -> None:
        """Let go of all."""
        for tenant in list(self._kept):
            self.forget(tenant)

    def _keep(self, tenant: str, store: Store) -> None:
        with store.read() as connection:
            sql, values = _LOOK.sql(connection, 0)
        held = store.engine.raw_connection()
        driver = held.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        held.detach()
        self._kept[tenant] = (driver, sql, len(values))

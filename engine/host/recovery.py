"""What an engine finds when it begins: the sessions that the one before it left, put under its own epoch.

Looking costs a reading transaction for each tenant; only where something was left is anything written. The tenants are
looked at side by side, for a platform has many and callers are waiting.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import sqlalchemy as sa
import structlog

from engine.flow import FlowErrors
from engine.host.programs import Programs, VersionUnknown
from engine.host.turn import Held
from engine.session import SessionParked
from engine.store import Stores, TenantUnknown, left_behind, now_micros, sessions
from engine.store.sessions import Loaded

log = structlog.get_logger()

SIDE_BY_SIDE = 4
PATIENCE, AGAIN = 8.0, 0.2
"""Seconds for which a tenant's database is asked again that does not answer; and between two askings."""


def left(stores: Stores, programs: Programs, owner: str, epoch: int) -> list[Held]:
    """Every session of this owner, now under this epoch: a commit under an older one finds no row."""
    of = partial(_of_tenant, stores, programs, owner, epoch)
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="recover") as readers:
        found = readers.map(lambda tenant: list(of(tenant)), stores.tenant_names())
        return [held for of_tenant in found for held in of_tenant]


def _of_tenant(stores: Stores, programs: Programs, owner: str, epoch: int, tenant: str) -> Iterator[Held]:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            loaded = _taken(stores, owner, epoch, tenant)
            break
        except (TenantUnknown, sa.exc.SQLAlchemyError) as error:
            if isinstance(error, TenantUnknown) or time.monotonic() > until:
                log.error("a tenant's sessions cannot be taken on", tenant=tenant, reason=str(error))
                return
            time.sleep(AGAIN)  # its callers are on the line: a database that is just restarting is waited for
    store = stores.tenant(tenant)
    parked = []
    for one in loaded:
        try:
            yield Held.loaded(tenant, one, programs.get(store, one.row.flow_id, one.row.version))
        except (VersionUnknown, FlowErrors, SessionParked) as error:
            log.error("session is parked", session=one.row.id.hex(), reason=str(error))
            parked.append(one.row.id)
    if parked:  # nobody can speak to these callers: each is lost to its session, and is offered as one who calls anew
        with store.begin() as connection:
            left_behind.let_go(connection, owner, parked, epoch=epoch, at=now_micros())


def _taken(stores: Stores, owner: str, epoch: int, tenant: str) -> list[Loaded]:
    store = stores.tenant(tenant)
    with store.read() as connection:
        if not sessions.anything_owned(connection, owner):
            return []
    with store.begin() as connection:
        sessions.raise_epoch(connection, owner, epoch)
        return sessions.owned(connection, owner)

"""Sealing anew with the newest key what is sealed with an older one, in small transactions, while all else goes on.

A row that its owner writes meanwhile is left to the next round: what is replaced is exactly what was read. Nobody has
to be stopped, for every process knows all keys, the new one within a second (`sealing.Keys`).
"""

from __future__ import annotations

import time
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.secret import WITH_SECRETS
from engine.store.control import trunk, user_account
from engine.store.databases import Store, Stores
from engine.store.sealing import CannotOpen, Seal, seal_of
from engine.store.tenant import gateway, inbox, outbox, session, source, source_request

BATCH = 200
PAUSE_SECONDS = 0.005
"""After each batch that wrote, for the others that write (DECISIONS 7)."""


class Counts(msgspec.Struct):
    """What was met: sealed with the newest key, sealed anew, and what no key opens."""

    current: int = 0
    anew: int = 0
    lost: int = 0


class Place(msgspec.Struct, frozen=True):
    """A column that may be sealed; `marked` are those whose sealed values begin with WITH_SECRETS."""

    table: sa.Table
    column: sa.Column[Any]
    marked: bool = False
    only: sa.ColumnElement[bool] | None = None


OF_TENANT = (
    Place(gateway, gateway.c.config),
    Place(source, source.c.document),
    Place(outbox, outbox.c.body, only=outbox.c.sealed),
    Place(source_request, source_request.c.parameters, marked=True),
    Place(session, session.c.state, marked=True),
    Place(inbox, inbox.c.event, marked=True),
)
OF_CONTROL = (Place(trunk, trunk.c.secret), Place(user_account, user_account.c.second_factor))


def reseal(stores: Stores, tenant: str, counts: Counts) -> None:
    """All that is sealed of a tenant; raises TenantUnknown and database errors."""
    store = stores.tenant(tenant)
    with store.read() as connection:
        seal = seal_of(connection)
    for place in OF_TENANT:
        _place(store, place, seal, counts)
    for place in OF_CONTROL:
        _place(stores.control, msgspec.structs.replace(place, only=place.table.c.tenant == tenant), seal, counts)


def _place(store: Store, place: Place, seal: Seal, counts: Counts) -> None:
    (key,) = place.table.primary_key.columns
    wanted = sa.select(key, place.column).where(place.column.is_not(None)).order_by(key).limit(BATCH)
    if place.only is not None:
        wanted = wanted.where(place.only)
    after: Any = None
    while True:
        with store.read() as connection:
            rows = connection.execute(wanted if after is None else wanted.where(key > after)).all()
        if not rows:
            return
        after = rows[-1][0]
        _batch(store, place, key, [(row[0], bytes(row[1])) for row in rows], seal, counts)


def _batch(
    store: Store, place: Place, key: sa.Column[Any], rows: list[tuple[Any, bytes]], seal: Seal, counts: Counts
) -> None:
    changes = []
    for identity, stored in rows:
        mark = WITH_SECRETS if place.marked else b""
        if not stored.startswith(mark):
            continue
        sealed = stored[len(mark) :]
        if seal.is_current(sealed):
            counts.current += 1
            continue
        try:
            changes.append((identity, stored, mark + seal.close(seal.open(sealed))))
        except CannotOpen:
            counts.lost += 1
    if not changes:
        return
    with store.begin() as connection:
        for identity, before, after in changes:
            unchanged = sa.and_(key == identity, place.column == before)
            counts.anew += connection.execute(
                place.table.update().where(unchanged).values({place.column.name: after})
            ).rowcount
    time.sleep(PAUSE_SECONDS)

"""Trunks in the control database, and the calls on them: limits that hold over all engines (DECISIONS 5, 29).

A trunk's row is locked while a slot of it is taken, so calls at once are counted exactly; `next_at` spaces new calls
evenly by the rate, so that in any ten seconds at most ten times the rate and one more begin. A slot is kept by the
Asterisk that has the call: when an engine dies its calls go on, and so do their slots.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.control import lease, own_number, slot, trunk
from engine.store.ids import new_id
from engine.store.inserting import insert_new
from engine.store.times import SECOND
from engine.trunks.config import TrunkConfig
from engine.trunks.routes import Trunk

ORPHANED_AFTER = 600 * SECOND
"""Microseconds after which the calls of an Asterisk that no engine serves any more count as ended."""


class TrunkRow(msgspec.Struct, frozen=True, kw_only=True):
    """A trunk, with what was last seen of it; `secret` is sealed by its tenant's seal."""

    trunk: Trunk
    secret: bytes | None
    changed_at: int
    registered: str | None
    reachable: str | None
    seen_at: int | None


class OwnNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A number of an organisation, in E.164 or as its trunk knows it; `shown`: callees may see it."""

    number: str
    trunk: str | None = None
    shown: bool = True


class Wait(msgspec.Struct, frozen=True):
    """No room on this trunk for so many seconds, or nobody knows for how long (0)."""

    seconds: float


def of_tenant(connection: sa.Connection, tenant: str) -> list[TrunkRow]:
    """A tenant's trunks in their order."""
    rows = connection.execute(sa.select(trunk).where(trunk.c.tenant == tenant).order_by(trunk.c.position, trunk.c.name))
    return [_row(found) for found in rows]


def every(connection: sa.Connection) -> list[TrunkRow]:
    """All trunks of the platform."""
    return [_row(found) for found in connection.execute(sa.select(trunk).order_by(trunk.c.tenant, trunk.c.name))]


def get(connection: sa.Connection, tenant: str, name: str) -> TrunkRow | None:
    """The trunk of this name."""
    named = sa.and_(trunk.c.tenant == tenant, trunk.c.name == name)
    found = connection.execute(sa.select(trunk).where(named)).one_or_none()
    return None if found is None else _row(found)


def put(
    connection: sa.Connection, wanted: Trunk, *, secret: bytes | None, keep_secret: bool, at: int
) -> None:
    """Make a trunk, or change the one of this name; `keep_secret` leaves its password as it is."""
    values: dict[str, Any] = {
        "position": wanted.position, "config": wanted.config.model_dump(by_alias=True), "at_once": wanted.at_once,
        "per_second": wanted.per_second, "enabled": wanted.enabled, "changed_at": at,
    }  # fmt: skip
    if not keep_secret:
        values["secret"] = secret
    fresh = {"id": new_id(), "tenant": wanted.tenant, "name": wanted.name, "next_at": 0, "secret": secret, **values}
    if not insert_new(connection, trunk, fresh):
        named = sa.and_(trunk.c.tenant == wanted.tenant, trunk.c.name == wanted.name)
        connection.execute(trunk.update().where(named).values(**values, registered=None, reachable=None, seen_at=None))


def remove(connection: sa.Connection, tenant: str, name: str) -> bool:
    """Remove a trunk; calls that are on it go on. Whether it was there."""
    named = sa.and_(trunk.c.tenant == tenant, trunk.c.name == name)
    known = connection.execute(sa.select(trunk.c.id).where(named)).scalar_one_or_none()
    if known is None:
        return False
    connection.execute(slot.delete().where(slot.c.trunk_id == known))
    connection.execute(trunk.delete().where(trunk.c.id == known))
    return True


def seen(connection: sa.Connection, identity: bytes, *, registered: str | None, reachable: str | None, at: int) -> None:
    """Note how a trunk is."""
    changed = trunk.update().where(trunk.c.id == identity)
    connection.execute(changed.values(registered=registered, reachable=reachable, seen_at=at))


# --- slots


def take(connection: sa.Connection, identity: bytes, *, leg: str, owner: str, at: int) -> Wait | None:
    """Take a slot for a leg, None; or how long there is none."""
    limits = connection.execute(
        sa.select(trunk.c.at_once, trunk.c.per_second, trunk.c.next_at)
        .where(trunk.c.id == identity, trunk.c.enabled)
        .with_for_update()
    ).one_or_none()
    if limits is None:
        return Wait(0.0)
    if connection.execute(sa.select(slot.c.leg).where(slot.c.leg == leg)).first() is not None:
        return None
    if limits.next_at > at:
        return Wait((limits.next_at - at) / SECOND)
    if limits.at_once is not None:
        used = connection.execute(sa.select(sa.func.count()).where(slot.c.trunk_id == identity)).scalar_one()
        if used >= limits.at_once:
            return Wait(0.0)
    connection.execute(slot.insert().values(leg=leg, trunk_id=identity, owner=owner, taken_at=at))
    if limits.per_second:
        following = at + int(SECOND / limits.per_second)
        connection.execute(trunk.update().where(trunk.c.id == identity).values(next_at=following))
    return None


def free(connection: sa.Connection, leg: str) -> bool:
    """Give a leg's slot back; whether it had one."""
    return bool(connection.execute(slot.delete().where(slot.c.leg == leg)).rowcount)


def legs_of(connection: sa.Connection, owner: str) -> list[str]:
    """The legs for which an Asterisk keeps slots."""
    return list(connection.scalars(sa.select(slot.c.leg).where(slot.c.owner == owner)))


def free_all(connection: sa.Connection, legs: Collection[str]) -> None:
    """Give these legs' slots back."""
    connection.execute(slot.delete().where(slot.c.leg.in_(list(legs))))


def free_orphans(connection: sa.Connection, *, at: int) -> int:
    """Slots of Asterisks whose lease nobody has held for ten minutes; how many there were."""
    alive = sa.select(lease.c.name).where(lease.c.expires_at > at - ORPHANED_AFTER)
    orphaned = sa.and_(slot.c.taken_at < at - ORPHANED_AFTER, slot.c.owner.not_in(alive))
    return connection.execute(slot.delete().where(orphaned)).rowcount


def in_use(connection: sa.Connection, tenant: str) -> dict[bytes, int]:
    """How many calls there are on each of a tenant's trunks."""
    counted = (
        sa.select(slot.c.trunk_id, sa.func.count())
        .join_from(slot, trunk, trunk.c.id == slot.c.trunk_id)
        .where(trunk.c.tenant == tenant)
        .group_by(slot.c.trunk_id)
    )
    return {row[0]: row[1] for row in connection.execute(counted)}


# --- own numbers


def numbers(connection: sa.Connection, tenant: str) -> list[OwnNumber]:
    """A tenant's own numbers."""
    rows = connection.execute(sa.select(own_number).where(own_number.c.tenant == tenant).order_by(own_number.c.number))
    return [OwnNumber(number=row.number, trunk=row.trunk, shown=row.shown) for row in rows]


def put_number(connection: sa.Connection, tenant: str, number: OwnNumber, *, at: int) -> bool:
    """Add or change a number; False if another tenant has it."""
    values: dict[str, Any] = {"trunk": number.trunk, "shown": number.shown, "changed_at": at}
    if insert_new(connection, own_number, {"number": number.number, "tenant": tenant, **values}):
        return True
    mine = sa.and_(own_number.c.number == number.number, own_number.c.tenant == tenant)
    return bool(connection.execute(own_number.update().where(mine).values(**values)).rowcount)


def is_anothers(connection: sa.Connection, tenant: str, spellings: Sequence[str]) -> bool:
    """Whether another tenant has this number in one of its spellings."""
    theirs = sa.and_(own_number.c.number.in_(spellings), own_number.c.tenant != tenant)
    return connection.execute(sa.select(own_number.c.number).where(theirs)).first() is not None


def remove_number(connection: sa.Connection, tenant: str, number: str) -> bool:
    """Remove a number; whether it was there."""
    mine = sa.and_(own_number.c.number == number, own_number.c.tenant == tenant)
    return bool(connection.execute(own_number.delete().where(mine)).rowcount)


def _row(found: sa.Row[Any]) -> TrunkRow:
    return TrunkRow(
        trunk=Trunk(
            id=found.id, tenant=found.tenant, name=found.name, position=found.position,
            config=TrunkConfig.model_validate(found.config), at_once=found.at_once, per_second=found.per_second,
            enabled=found.enabled,
        ),
        secret=found.secret, changed_at=found.changed_at, registered=found.registered, reachable=found.reachable,
        seen_at=found.seen_at,
    )  # fmt: skip

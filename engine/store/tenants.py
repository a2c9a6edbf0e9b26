"""What is set for a tenant: how long what is over is kept, and whether it is suspended.

A tenant without numbers of its own has the platform's.
"""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.store.control import tenant


class Keeping(msgspec.Struct, frozen=True, kw_only=True):
    """Days that ended sessions, recordings and faxes are kept: 0 for ever, None as the platform's settings say."""

    keep_days: int | None = None
    recordings_days: int | None = None
    faxes_days: int | None = None


class TenantRow(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant as it stands."""

    name: str
    database_url: str | None
    created_at: int
    suspended_at: int | None


def every(connection: sa.Connection) -> list[TenantRow]:
    """All tenants, by name."""
    columns = [tenant.c[field] for field in TenantRow.__struct_fields__]
    return [TenantRow(**row._mapping) for row in connection.execute(sa.select(*columns).order_by(tenant.c.name))]


def suspend(connection: sa.Connection, name: str, *, at: int) -> None:
    """Nothing is done for it any more; one that is suspended already stays so since then."""
    active = sa.and_(tenant.c.name == name, tenant.c.suspended_at.is_(None))
    connection.execute(tenant.update().where(active).values(suspended_at=at))


def resume(connection: sa.Connection, name: str) -> None:
    """It is served again."""
    connection.execute(tenant.update().where(tenant.c.name == name).values(suspended_at=None))


def keeping(connection: sa.Connection, name: str) -> Keeping:
    """A tenant's own numbers."""
    columns = sa.select(*(tenant.c[field] for field in Keeping.__struct_fields__))
    row = connection.execute(columns.where(tenant.c.name == name)).one_or_none()
    return Keeping() if row is None else Keeping(**row._mapping)


def set_keeping(connection: sa.Connection, name: str, wanted: Keeping) -> bool:
    """Set them; False if there is no such tenant."""
    statement = tenant.update().where(tenant.c.name == name).values(msgspec.structs.asdict(wanted))
    return bool(connection.execute(statement).rowcount)

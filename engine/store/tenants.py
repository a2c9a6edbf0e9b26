"""What is set for a tenant: how long what is over is kept. A tenant without numbers of its own has the platform's."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.store.control import tenant


class Keeping(msgspec.Struct, frozen=True, kw_only=True):
    """Days that ended sessions, recordings and faxes are kept: 0 for ever, None as the platform's settings say."""

    keep_days: int | None = None
    recordings_days: int | None = None
    faxes_days: int | None = None


def keeping(connection: sa.Connection, name: str) -> Keeping:
    """A tenant's own numbers."""
    columns = sa.select(*(tenant.c[field] for field in Keeping.__struct_fields__))
    row = connection.execute(columns.where(tenant.c.name == name)).one_or_none()
    return Keeping() if row is None else Keeping(**row._mapping)


def set_keeping(connection: sa.Connection, name: str, wanted: Keeping) -> bool:
    """Set them; False if there is no such tenant."""
    statement = tenant.update().where(tenant.c.name == name).values(msgspec.structs.asdict(wanted))
    return bool(connection.execute(statement).rowcount)

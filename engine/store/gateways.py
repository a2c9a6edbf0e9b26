"""How an organisation's gateways are set up: a name, a kind, and a config that is sealed, for it holds passwords."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.inserting import insert_new
from engine.store.sealing import seal_of
from engine.store.tenant import gateway


class GatewayRow(msgspec.Struct, frozen=True, kw_only=True):
    """One gateway; `config` is what somebody filled in, as it was checked."""

    name: str
    kind: str
    config: dict[str, Any]
    revision: int
    created_at: int
    updated_at: int


NONE = 0
"""The revision of a gateway that is not set up."""


def get(connection: sa.Connection, name: str) -> GatewayRow | None:
    """The gateway of this name; raises CannotOpen where its config was sealed with another key."""
    row = connection.execute(sa.select(gateway).where(gateway.c.name == name)).one_or_none()
    return None if row is None else _row(connection, row)


def every(connection: sa.Connection) -> list[GatewayRow]:
    """All gateways that are set up, by name."""
    return [_row(connection, row) for row in connection.execute(sa.select(gateway).order_by(gateway.c.name))]


def revision(connection: sa.Connection, name: str) -> int:
    """A number that is another after each change; NONE if there is no such gateway."""
    found: int | None = connection.scalar(sa.select(gateway.c.revision).where(gateway.c.name == name))
    return NONE if found is None else found


def put(connection: sa.Connection, name: str, *, kind: str, config: dict[str, Any], at: int) -> GatewayRow:
    """Set a gateway up, or another way than before. Its revision is never one that it had before."""
    sealed = seal_of(connection).close(msgspec.msgpack.encode(config))
    values = {"kind": kind, "config": sealed, "revision": at, "updated_at": at}
    if not insert_new(connection, gateway, {"name": name, "created_at": at, **values}):
        newer = {**values, "revision": sa.case((gateway.c.revision >= at, gateway.c.revision + 1), else_=at)}
        connection.execute(gateway.update().where(gateway.c.name == name).values(newer))
    made = get(connection, name)
    assert made is not None
    return made


def remove(connection: sa.Connection, name: str) -> bool:
    """The gateway is not set up any more; what is meant for it is refused from now on."""
    return bool(connection.execute(gateway.delete().where(gateway.c.name == name)).rowcount)


def _row(connection: sa.Connection, row: sa.Row[Any]) -> GatewayRow:
    config = msgspec.msgpack.decode(seal_of(connection).open(row.config))
    return GatewayRow(**{**row._mapping, "config": config})

"""How an organisation's sources are set up, and how they are doing."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.inserting import insert_new
from engine.store.sealing import CannotOpen, seal_of
from engine.store.tenant.sources import source


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One source. `document` is what somebody wrote; behind a connector, what that one declared.

    `status` is plain data of `sources.status.SourceStatus`, as it was at `seen_at`.
    """

    name: str
    kind: str
    document: dict[str, Any]
    revision: int
    connector_id: bytes | None
    created_at: int
    updated_at: int
    status: dict[str, Any] | None
    seen_at: int | None


class Brief(msgspec.Struct, frozen=True):
    """What those who look often need to know."""

    name: str
    revision: int
    connector_id: bytes | None


def get(connection: sa.Connection, name: str) -> SourceRow | None:
    """The source of this name; CannotOpen."""
    row = connection.execute(sa.select(source).where(source.c.name == name)).one_or_none()
    return None if row is None else _row(connection, row)


def every(connection: sa.Connection) -> list[SourceRow]:
    """All sources, by name; CannotOpen."""
    return [_row(connection, row) for row in connection.execute(sa.select(source).order_by(source.c.name))]


def brief(connection: sa.Connection, name: str | None = None) -> list[Brief]:
    """All sources, or the one of a name, without what is sealed."""
    statement = sa.select(source.c.name, source.c.revision, source.c.connector_id)
    if name is not None:
        statement = statement.where(source.c.name == name)
    return [Brief(*row) for row in connection.execute(statement.order_by(source.c.name))]


def of_connector(connection: sa.Connection, connector_id: bytes) -> list[str]:
    """The sources that lie behind a connector."""
    return list(connection.scalars(sa.select(source.c.name).where(source.c.connector_id == connector_id)))


def put(
    connection: sa.Connection, name: str, *, kind: str, document: dict[str, Any], at: int,
    connector_id: bytes | None = None,
) -> bool:  # fmt: skip
    """Set a source up, or another way; False if it lies behind another connector, or in the platform, and stays so."""
    sealed = seal_of(connection).close(msgspec.msgpack.encode(document))
    values = {"kind": kind, "document": sealed, "revision": at, "updated_at": at, "connector_id": connector_id}
    if insert_new(connection, source, {"name": name, "created_at": at, **values}):
        return True
    known = connection.execute(sa.select(source.c.connector_id).where(source.c.name == name)).one()
    if known.connector_id != connector_id:
        return False
    newer = {**values, "revision": sa.case((source.c.revision >= at, source.c.revision + 1), else_=at)}
    connection.execute(source.update().where(source.c.name == name).values(newer))
    return True


def declare(
    connection: sa.Connection, name: str, *, kind: str, document: dict[str, Any], at: int, connector_id: bytes
) -> bool:
    """A connector says which source lies behind it; False if there is one of that name elsewhere."""
    try:
        known = get(connection, name)
    except CannotOpen:
        known = None
    if known is not None and known.connector_id == connector_id and known.document == document:
        return True
    return put(connection, name, kind=kind, document=document, at=at, connector_id=connector_id)


def set_status(connection: sa.Connection, name: str, status: dict[str, Any], *, at: int) -> None:
    """How a source is doing."""
    connection.execute(source.update().where(source.c.name == name).values(status=status, seen_at=at))


def remove(connection: sa.Connection, name: str) -> bool:
    """The source is no more."""
    return bool(connection.execute(source.delete().where(source.c.name == name)).rowcount)


def _row(connection: sa.Connection, row: sa.Row[Any]) -> SourceRow:
    document = msgspec.msgpack.decode(seal_of(connection).open(row.document))
    return SourceRow(**{**row._mapping, "document": document})

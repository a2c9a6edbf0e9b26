"""Who alone may edit, publish or follow a flow. Where nothing is said, everybody whose role allows it."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
import sqlalchemy as sa

from engine.store.inserting import put_row
from engine.store.tenant import flow_permission, session
from engine.store.trials import trial_id

Deed = Literal["edit", "publish", "follow"]
DEEDS: tuple[Deed, ...] = get_args(Deed)


class Circle(msgspec.Struct, frozen=True, kw_only=True):
    """Those who may: everybody of these roles, and these users and keys, by their ids as text."""

    roles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


class Permissions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For each deed, who alone may do it; None: everybody whose role allows it."""

    edit: Circle | None = None
    publish: Circle | None = None
    follow: Circle | None = None

    def of(self, deed: Deed) -> Circle | None:
        """Who alone may do this."""
        found: Circle | None = getattr(self, deed)
        return found


def get(connection: sa.Connection, flow_id: bytes) -> Permissions:
    """The permissions of a flow; those of the drawn one for the calls of its draft."""
    value = connection.scalar(sa.select(flow_permission.c.allowed).where(flow_permission.c.flow_id == flow_id))
    return every(connection).get(flow_id, Permissions()) if value is None else msgspec.convert(value, Permissions)


def every(connection: sa.Connection) -> dict[bytes, Permissions]:
    """Those of every flow that has any, and of the calls of its draft."""
    found: dict[bytes, Permissions] = {}
    for row in connection.execute(sa.select(flow_permission.c.flow_id, flow_permission.c.allowed)):
        found[row.flow_id] = found[trial_id(row.flow_id)] = msgspec.convert(row.allowed, Permissions)
    return found


def put(connection: sa.Connection, flow_id: bytes, wanted: Permissions, *, at: int) -> None:
    """Set them; without any, the flow is everybody's again."""
    if wanted == Permissions():
        connection.execute(flow_permission.delete().where(flow_permission.c.flow_id == flow_id))
        return
    put_row(
        connection, flow_permission,
        {"flow_id": flow_id, "allowed": msgspec.to_builtins(wanted), "changed_at": at},
    )  # fmt: skip


def flow_of_session(connection: sa.Connection, session_id: bytes) -> bytes | None:
    """The flow that a session walks; None if it has not begun."""
    found: bytes | None = connection.scalar(sa.select(session.c.flow_id).where(session.c.id == session_id))
    return found

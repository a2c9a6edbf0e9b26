"""Links by which somebody without an account may look at one flow; as with keys, only a hash of each is kept."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.control import flow_link
from engine.store.ids import new_id
from engine.store.keys import digest


class FlowLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link without its secret."""

    id: bytes
    tenant: str
    flow_id: bytes
    name: str
    made_by: str
    created_at: int
    expires_at: int
    revoked_at: int | None
    used_at: int | None


_COLUMNS = [flow_link.c[name] for name in FlowLink.__struct_fields__]


def new_secret() -> str:
    """A new link's secret; it is shown once and kept nowhere."""
    return "cwl_" + secrets.token_urlsafe(32)


def add(
    connection: sa.Connection, secret: str, *, tenant: str, flow_id: bytes, name: str, made_by: str, at: int,
    expires_at: int,
) -> FlowLink:  # fmt: skip
    """Keep a link."""
    made = FlowLink(
        id=new_id(), tenant=tenant, flow_id=flow_id, name=name, made_by=made_by, created_at=at, expires_at=expires_at,
        revoked_at=None, used_at=None,
    )  # fmt: skip
    connection.execute(flow_link.insert().values(**msgspec.structs.asdict(made), hash=digest(secret)))
    return made


def find(connection: sa.Connection, secret: str, *, at: int) -> FlowLink | None:
    """The link of this secret, if it is valid now."""
    wanted = digest(secret)
    statement = sa.select(*_COLUMNS, flow_link.c.hash).where(
        flow_link.c.hash == wanted, flow_link.c.revoked_at.is_(None), flow_link.c.expires_at > at
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None or not hmac.compare_digest(row.hash, wanted) else _link(row)


def of_flow(connection: sa.Connection, tenant: str, flow_id: bytes) -> list[FlowLink]:
    """A flow's links that were not revoked, the newest first."""
    statement = sa.select(*_COLUMNS).where(
        flow_link.c.tenant == tenant, flow_link.c.flow_id == flow_id, flow_link.c.revoked_at.is_(None)
    )
    return [_link(row) for row in connection.execute(statement.order_by(flow_link.c.id.desc()))]


def revoke(connection: sa.Connection, tenant: str, flow_id: bytes, identity: bytes, *, at: int) -> bool:
    """End a link; False if this flow has none of this id that was not ended before."""
    mine = sa.and_(
        flow_link.c.id == identity, flow_link.c.tenant == tenant, flow_link.c.flow_id == flow_id,
        flow_link.c.revoked_at.is_(None),
    )  # fmt: skip
    return connection.execute(flow_link.update().where(mine).values(revoked_at=at)).rowcount == 1


def used(connection: sa.Connection, identity: bytes, *, at: int) -> None:
    """A link has been used now."""
    connection.execute(flow_link.update().where(flow_link.c.id == identity).values(used_at=at))


def _link(row: sa.Row[*tuple[Any, ...]]) -> FlowLink:
    return FlowLink(**{name: row._mapping[name] for name in FlowLink.__struct_fields__})

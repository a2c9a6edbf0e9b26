"""API keys: who may come in, as which role, to which tenant.

A key is 256 random bits, so its SHA-256 can be neither guessed nor reversed, and a slow hash would only slow us down.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.control import api_key
from engine.store.ids import new_id

ADMINISTRATOR = "administrator"
CONNECTOR = "connector"
"""The role of a connector's key, which opens its own line and nothing else."""


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key without its secret."""

    id: bytes
    tenant: str
    name: str
    role: str
    bootstrap: bool
    created_at: int
    expires_at: int | None
    scopes: list[str] | None = None
    """The rights that it is narrowed to; None: all of its role."""
    made_by: str | None = None
    used_at: int | None = None
    revoked_at: int | None = None


def new_secret() -> str:
    """A new key's text; it is shown once and kept nowhere."""
    return "cw_" + secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def add(
    connection: sa.Connection,
    secret: str,
    *,
    tenant: str,
    name: str,
    role: str,
    at: int,
    expires_at: int | None = None,
    bootstrap: bool = False,
    scopes: Sequence[str] | None = None,
    made_by: str | None = None,
) -> bytes:
    """Keep a key; gives its id."""
    identity = new_id()
    connection.execute(
        api_key.insert().values(
            id=identity, tenant=tenant, name=name, role=role, hash=digest(secret), bootstrap=bootstrap, created_at=at,
            expires_at=expires_at, scopes=None if scopes is None else sorted(scopes), made_by=made_by,
        )
    )  # fmt: skip
    return identity


def page(connection: sa.Connection, tenant: str, *, before: bytes | None, limit: int) -> list[ApiKey]:
    """A tenant's keys but for connectors', the newest first; also those that have ended."""
    statement = sa.select(api_key).where(api_key.c.tenant == tenant, api_key.c.role != CONNECTOR)
    if before is not None:
        statement = statement.where(api_key.c.id < before)
    return [_key(row) for row in connection.execute(statement.order_by(api_key.c.id.desc()).limit(limit))]


def get(connection: sa.Connection, tenant: str, identity: bytes) -> ApiKey | None:
    """A key of a tenant, valid or not; none of a connector."""
    row = connection.execute(
        sa.select(api_key).where(
            api_key.c.id == identity, api_key.c.tenant == tenant, api_key.c.role != CONNECTOR
        )
    ).one_or_none()
    return None if row is None else _key(row)


def end_at(connection: sa.Connection, identity: bytes, *, at: int) -> None:
    """Let a key end at a moment, unless it ends before."""
    connection.execute(
        api_key.update()
        .where(api_key.c.id == identity, sa.or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > at))
        .values(expires_at=at)
    )


def used(connection: sa.Connection, identity: bytes, *, at: int) -> None:
    """A key has been used now."""
    connection.execute(api_key.update().where(api_key.c.id == identity).values(used_at=at))


def find(connection: sa.Connection, secret: str, *, at: int) -> ApiKey | None:
    """The key of this text, if it is valid now."""
    wanted = digest(secret)
    row = connection.execute(
        sa.select(api_key).where(
            api_key.c.hash == wanted,
            api_key.c.revoked_at.is_(None),
            sa.or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > at),
        )
    ).one_or_none()
    return None if row is None or not hmac.compare_digest(row.hash, wanted) else _key(row)


def by_id(connection: sa.Connection, identity: bytes, *, at: int) -> ApiKey | None:
    """The key of this id, if it is valid now."""
    row = connection.execute(
        sa.select(api_key).where(
            api_key.c.id == identity,
            api_key.c.revoked_at.is_(None),
            sa.or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > at),
        )
    ).one_or_none()
    return None if row is None else _key(row)


def revoke(connection: sa.Connection, identity: bytes, *, at: int) -> bool:
    """End a key; not the bootstrap key, which only the settings can change."""
    statement = (
        api_key.update()
        .where(api_key.c.id == identity, api_key.c.revoked_at.is_(None), ~api_key.c.bootstrap)
        .values(revoked_at=at)
    )
    return connection.execute(statement).rowcount == 1


def set_bootstrap(connection: sa.Connection, secret: str | None, *, tenant: str, at: int) -> None:
    """Make the settings' key the only bootstrap key; without one there is none."""
    kept = connection.execute(sa.select(api_key.c.id, api_key.c.hash).where(api_key.c.bootstrap)).all()
    if secret is not None and [row.hash for row in kept] == [digest(secret)]:
        return
    connection.execute(api_key.delete().where(api_key.c.bootstrap))
    if secret is not None:
        connection.execute(api_key.delete().where(api_key.c.hash == digest(secret)))
        add(connection, secret, tenant=tenant, name="bootstrap", role=ADMINISTRATOR, at=at, bootstrap=True)


def _key(row: sa.Row[Any]) -> ApiKey:
    values = row._mapping
    return ApiKey(**{field: values[field] for field in ApiKey.__struct_fields__})

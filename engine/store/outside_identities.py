"""Users as OpenID providers know them: by issuer and subject, which never change, and not by an e-mail address."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.control import external_identity
from engine.store.inserting import insert_new


def user_of(connection: sa.Connection, tenant: str, issuer: str, subject: str) -> bytes | None:
    """The tenant's user whom a provider knows by this subject."""
    known = sa.and_(
        external_identity.c.issuer == issuer, external_identity.c.subject == subject,
        external_identity.c.tenant == tenant,
    )  # fmt: skip
    return connection.scalar(sa.select(external_identity.c.user_id).where(known))


def keep(connection: sa.Connection, tenant: str, issuer: str, subject: str, user: bytes, *, at: int) -> None:
    """This provider knows this user by this subject from now on."""
    values = {"issuer": issuer, "subject": subject, "tenant": tenant, "user_id": user, "created_at": at}
    insert_new(connection, external_identity, values)


def issuers_of(connection: sa.Connection, user: bytes) -> list[str]:
    """The providers by which a user can come in."""
    found = sa.select(external_identity.c.issuer).where(external_identity.c.user_id == user).distinct()
    return sorted(connection.scalars(found))


def remove(connection: sa.Connection, user: bytes, issuer: str) -> bool:
    """This provider knows this user no longer; whether it has."""
    gone = sa.and_(external_identity.c.user_id == user, external_identity.c.issuer == issuer)
    return bool(connection.execute(external_identity.delete().where(gone)).rowcount)

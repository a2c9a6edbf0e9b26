"""Users: the people who sign in. A user belongs to one tenant; the same login may stand in several, as different users.

Logins are compared as `login_key` writes them, so that `Li@Ward.example` and `li@ward.example` are one.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.control import recovery_code, user_account, user_session
from engine.store.ids import new_id
from engine.store.inserting import insert_new
from engine.store.keys import ADMINISTRATOR
from engine.store.user_sessions import OPEN, lasting

ROLES = (ADMINISTRATOR, "designer", "operator", "auditor")
"""What a user may be."""


class User(msgspec.Struct, frozen=True, kw_only=True):
    """One user; `password` is its hash, `second_factor` is sealed. Without a password he has not come in yet."""

    id: bytes
    tenant: str
    login: str
    name: str
    role: str
    language: str | None
    password: str | None
    password_at: int | None
    second_factor: bytes | None
    second_factor_step: int | None
    disabled_at: int | None
    created_at: int
    signed_in_at: int | None


_columns = [user_account.c[name] for name in User.__struct_fields__]


def login_key(login: str) -> str:
    """By what a login is found: its letters without regard to case and to how they are composed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", login).casefold()).strip()


def add(
    connection: sa.Connection, *, tenant: str, login: str, name: str, role: str, language: str | None, at: int
) -> bytes | None:
    """A new user, without a password; None if the tenant has one of this login."""
    identity = new_id()
    values = {
        "id": identity, "tenant": tenant, "login": login.strip(), "login_key": login_key(login), "name": name,
        "role": role, "language": language, "created_at": at,
    }  # fmt: skip
    return identity if insert_new(connection, user_account, values) else None


def get(connection: sa.Connection, tenant: str, identity: bytes) -> User | None:
    """A tenant's user."""
    mine = sa.and_(user_account.c.id == identity, user_account.c.tenant == tenant)
    row = connection.execute(sa.select(*_columns).where(mine)).one_or_none()
    return None if row is None else _user(row)


def by_id(connection: sa.Connection, identity: bytes) -> User | None:
    """A user, in whatever tenant."""
    row = connection.execute(sa.select(*_columns).where(user_account.c.id == identity)).one_or_none()
    return None if row is None else _user(row)


def by_login(connection: sa.Connection, login: str, tenant: str | None = None) -> list[User]:
    """Everybody of this login, in whatever tenant unless one is named."""
    wanted = user_account.c.login_key == login_key(login)
    if tenant is not None:
        wanted = sa.and_(wanted, user_account.c.tenant == tenant)
    return [_user(row) for row in connection.execute(sa.select(*_columns).where(wanted).order_by(user_account.c.id))]


def have_begun(connection: sa.Connection) -> bool:
    """Whether any user has ever come in."""
    came = sa.or_(user_account.c.password.is_not(None), user_account.c.signed_in_at.is_not(None))
    return connection.execute(sa.select(user_account.c.id).where(came).limit(1)).first() is not None


def every(connection: sa.Connection, tenant: str) -> list[User]:
    """All users of a tenant, the oldest first."""
    statement = sa.select(*_columns).where(user_account.c.tenant == tenant).order_by(user_account.c.id)
    return [_user(row) for row in connection.execute(statement)]


def change(connection: sa.Connection, identity: bytes, **values: Any) -> None:
    """Give a user these values; what he may come in by is changed by `set_password` and `set_second_factor`."""
    connection.execute(user_account.update().where(user_account.c.id == identity).values(values))


def remove(connection: sa.Connection, identity: bytes) -> None:
    """The user is no more, nor are his sessions, links and codes."""
    connection.execute(user_account.delete().where(user_account.c.id == identity))


def set_password(connection: sa.Connection, identity: bytes, password: str, *, at: int) -> None:
    """Keep the hash of a new password."""
    change(connection, identity, password=password, password_at=at)


def set_second_factor(connection: sa.Connection, identity: bytes, sealed: bytes | None, *, step: int | None) -> None:
    """Keep a second factor, or none; its recovery codes of before are not valid any more."""
    change(connection, identity, second_factor=sealed, second_factor_step=step)
    connection.execute(recovery_code.delete().where(recovery_code.c.user_id == identity))


def use_step(connection: sa.Connection, identity: bytes, step: int) -> bool:
    """Use the code of this time step; False if it, or a later one, was used before."""
    fresh = sa.or_(user_account.c.second_factor_step.is_(None), user_account.c.second_factor_step < step)
    statement = user_account.update().where(user_account.c.id == identity, fresh).values(second_factor_step=step)
    return bool(connection.execute(statement).rowcount)


def other_administrators(connection: sa.Connection, tenant: str, identity: bytes) -> int:
    """How many others can sign in as the tenant's administrators; who has never come in does not count."""
    came = sa.or_(user_account.c.password.is_not(None), user_account.c.signed_in_at.is_not(None))
    able = sa.and_(
        user_account.c.tenant == tenant, user_account.c.id != identity, user_account.c.role == ADMINISTRATOR,
        user_account.c.disabled_at.is_(None), came,
    )  # fmt: skip
    return int(connection.scalar(sa.select(sa.func.count()).select_from(user_account).where(able)) or 0)


def sessions_open(connection: sa.Connection, tenant: str, at: int) -> dict[bytes, int]:
    """How many browsers each user of a tenant is signed in with."""
    mine = sa.and_(
        user_session.c.tenant == tenant, user_session.c.stage == OPEN, user_session.c.user_id.is_not(None),
        lasting(at),
    )  # fmt: skip
    counted = sa.select(user_session.c.user_id, sa.func.count()).where(mine).group_by(user_session.c.user_id)
    return {row[0]: row[1] for row in connection.execute(counted)}


def _user(row: sa.Row[Any]) -> User:
    return User(**row._mapping)

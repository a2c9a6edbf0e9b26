"""Cookie sessions: a browser holds 256 random bits, the database their SHA-256, so that a copy of it opens none.

A session has an end that nothing moves, and may end earlier when it is not used. Before somebody is let in whole (he
still owes a code, or is away at an OpenID provider), his session is at another stage than `open` and opens nothing.
"""

from __future__ import annotations

import secrets

import msgspec
import sqlalchemy as sa

from engine.store.control import user_session
from engine.store.ids import new_id
from engine.store.keys import digest
from engine.store.times import SECOND

OPEN = "open"
NOTED_EVERY = 60 * SECOND
"""A session's use is written down so often at most."""
_KEPT = 24 * 3600 * SECOND
_AT_ONCE_MOST = 100
"""So many sessions one user may have; the oldest goes when another begins."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One session; `way` says how it was opened: password, key, or the name of an OpenID provider."""

    id: bytes
    tenant: str
    user_id: bytes | None
    key_id: bytes | None
    stage: str
    data: bytes | None
    way: str
    address: str
    software: str
    created_at: int
    seen_at: int
    idle: int | None
    ends_at: int


_columns = [user_session.c[name] for name in Session.__struct_fields__]


def begin(
    connection: sa.Connection,
    *,
    tenant: str,
    way: str,
    at: int,
    ends_at: int,
    user: bytes | None = None,
    key: bytes | None = None,
    stage: str = OPEN,
    idle: int | None = None,
    data: bytes | None = None,
    address: str = "",
    software: str = "",
) -> str:
    """A new session; gives what its browser holds, which is kept nowhere. What has ended a day ago goes."""
    connection.execute(user_session.delete().where(user_session.c.ends_at < at - _KEPT))
    if user is not None and stage == OPEN:
        ours = sa.and_(user_session.c.user_id == user, user_session.c.stage == OPEN)
        rest = sa.select(user_session.c.id).where(ours).order_by(user_session.c.id.desc()).offset(_AT_ONCE_MOST - 1)
        connection.execute(user_session.delete().where(user_session.c.id.in_(rest.scalar_subquery())))
    token = secrets.token_urlsafe(32)
    connection.execute(
        user_session.insert().values(
            id=new_id(), hash=digest(token), tenant=tenant, user_id=user, key_id=key, stage=stage, data=data, way=way,
            address=address[:64], software=software[:200], created_at=at, seen_at=at, idle=idle, ends_at=ends_at,
        )
    )  # fmt: skip
    return token


def find(connection: sa.Connection, token: str, *, at: int) -> Session | None:
    """The session that a browser holds, if it has not ended."""
    row = connection.execute(
        sa.select(*_columns).where(user_session.c.hash == digest(token), lasting(at))
    ).one_or_none()
    return None if row is None else Session(**row._mapping)


def note_use(connection: sa.Connection, identity: bytes, *, at: int) -> None:
    """It was used now."""
    connection.execute(user_session.update().where(user_session.c.id == identity).values(seen_at=at))


def put_data(connection: sa.Connection, identity: bytes, data: bytes | None) -> None:
    """Keep something with a session until it is needed."""
    connection.execute(user_session.update().where(user_session.c.id == identity).values(data=data))


def end(connection: sa.Connection, identity: bytes, *, user: bytes | None = None) -> bool:
    """End a session, of this user's if one is named; whether there was one."""
    wanted = user_session.c.id == identity
    if user is not None:
        wanted = sa.and_(wanted, user_session.c.user_id == user)
    return bool(connection.execute(user_session.delete().where(wanted)).rowcount)


def end_all(connection: sa.Connection, user: bytes, *, but: bytes | None = None) -> int:
    """End all sessions of a user, but for one; how many there were."""
    wanted = user_session.c.user_id == user
    if but is not None:
        wanted = sa.and_(wanted, user_session.c.id != but)
    return connection.execute(user_session.delete().where(wanted)).rowcount


def of_user(connection: sa.Connection, user: bytes, *, at: int) -> list[Session]:
    """The browsers that a user is signed in with, the latest first."""
    mine = sa.and_(user_session.c.user_id == user, user_session.c.stage == OPEN, lasting(at))
    statement = sa.select(*_columns).where(mine).order_by(user_session.c.seen_at.desc(), user_session.c.id)
    return [Session(**row._mapping) for row in connection.execute(statement)]


def lasting(at: int) -> sa.ColumnElement[bool]:
    """Whether a session has not ended."""
    used = sa.or_(user_session.c.idle.is_(None), user_session.c.seen_at + user_session.c.idle > at)
    return sa.and_(user_session.c.ends_at > at, used)

"""Who asks: a bearer key (integrators), or a cookie session (browser) of a user, or of the holder of a key.

The tenant comes from the key or the user and from nowhere else. A cookie travels by itself, so a request that changes
something must also carry the session's token in `X-CSRF-Token`, which only our own page can read.
"""

from __future__ import annotations

import hmac

import msgspec
import sqlalchemy as sa
import structlog
from flask import g, request

from designer.access import user_sessions
from designer.access.suspension import not_while_suspended, refuse_suspended
from designer.access.witness import record, unseen
from designer.parts import parts
from designer.problems import Problem
from engine.store import id_text, keys, now_micros, users
from engine.store.databases import Store
from engine.store.times import SECOND

log = structlog.get_logger()

MINUTE = 60 * SECOND
CSRF_HEADER = "X-CSRF-Token"
SAFE = {"GET", "HEAD", "OPTIONS"}
UNAUTHORIZED = {"WWW-Authenticate": "Bearer"}


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """The one who asks: a key, or a user (`user` is his id then, and `key` the same, so that it always names one)."""

    key: bytes
    tenant: str
    role: str
    name: str
    user: bytes | None = None
    session: bytes | None = None
    scopes: frozenset[str] | None = None
    """The rights that a key is narrowed to; None if it is not."""


def open_key_session(secret: str) -> str | None:
    """Open a cookie session for the holder of a key; gives the CSRF token, None if the key is not known."""
    key = _by_secret(secret)
    if key is None or key.role == keys.CONNECTOR:
        return None
    refuse_suspended(key.tenant)
    with parts().stores.control.begin() as connection:
        way = user_sessions.Way(tenant=key.tenant, way="key", key=key.key, remember=True)
        record(connection, key, "sign_in.signed_in", kind="api_keys", identity=id_text(key.key), detail={"way": "key"})
        return user_sessions.open_session(connection, way)


def require_identity() -> None:
    """Find out who asks, or refuse: 401 without a valid key, 403 without the CSRF token."""
    who = _bearer()
    if who is None:
        who = of_session()
        if who is None:
            raise Problem(401, "Sign in, or send a key as a bearer token.", headers=UNAUTHORIZED)
        if request.method not in SAFE:
            sent = request.headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(sent.encode(), user_sessions.csrf().encode()):
                raise Problem(403, "The header {name} is missing or wrong.", {"name": CSRF_HEADER})
    if who.role == keys.CONNECTOR:
        raise Problem(403, "A connector's key opens its own line and nothing else.")
    refuse_suspended(who.tenant)
    g.who = who
    structlog.contextvars.bind_contextvars(tenant=who.tenant)


def require_connector() -> None:
    """Let a connector in, by its key: 401 without one, 403 with a key of another role."""
    who = _bearer()
    if who is None:
        raise Problem(401, "Send a connector's key as a bearer token.", headers=UNAUTHORIZED)
    if who.role != keys.CONNECTOR:
        raise Problem(403, "This needs a connector's key.")
    not_while_suspended(who.tenant)
    g.who = who
    structlog.contextvars.bind_contextvars(tenant=who.tenant)


def require_own_origin() -> None:
    """Refuse a request that a page of somebody else's has sent."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.rstrip("/") != request.host_url.rstrip("/"):
        raise Problem(403, "This request comes from another site.")


def who() -> Who:
    """The one who asks; `require_identity` has let him in."""
    asking: Who = g.who
    return asking


def store() -> Store:
    """The database of the tenant who asks."""
    return parts().stores.tenant(who().tenant)


def of_session() -> Who | None:
    """The one whose cookie session this is; a revoked key or a disabled user ends it."""
    with parts().stores.control.read() as connection:
        found = user_sessions.current(connection)
        if found is None:
            return None
        if found.user_id is None:
            key = None if found.key_id is None else keys.by_id(connection, found.key_id, at=now_micros())
            asking = _who(key)
        else:
            asking = _user(users.get(connection, found.tenant, found.user_id))
    if asking is None:
        return None
    user_sessions.note_use(found)
    return msgspec.structs.replace(asking, session=found.id)


def _user(user: users.User | None) -> Who | None:
    if user is None or user.disabled_at is not None:
        return None
    return Who(key=user.id, tenant=user.tenant, role=user.role, name=user.name, user=user.id)


def _bearer() -> Who | None:
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, secret = header.partition(" ")
    found = _by_secret(secret.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise Problem(401, "This key is not known.", headers=UNAUTHORIZED)
    return found


def _by_secret(secret: str) -> Who | None:
    at = now_micros()
    with parts().stores.control.read() as connection:
        key = keys.find(connection, secret, at=at)
    if key is not None and at - (key.used_at or 0) >= MINUTE:
        _used(key, at)
    return _who(key)


def _used(key: keys.ApiKey, at: int) -> None:
    """Note that a key has been used, to the minute; a request does not fail because this cannot be written."""
    try:
        with unseen(), parts().stores.control.begin() as connection:
            keys.used(connection, key.id, at=at)
    except sa.exc.SQLAlchemyError as error:
        log.warning("the use of a key was not noted", key=key.name, reason=type(error).__name__)


def _who(key: keys.ApiKey | None) -> Who | None:
    if key is None:
        return None
    scopes = None if key.scopes is None else frozenset(key.scopes)
    return Who(key=key.id, tenant=key.tenant, role=key.role, name=key.name, scopes=scopes)

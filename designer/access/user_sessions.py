"""The browser's side of a cookie session: its token travels in the signed cookie, everything else is kept here.

Whoever signs in gets a new token, so that one which somebody else put into his browser before is worth nothing.
"""

from __future__ import annotations

import secrets

import msgspec
import sqlalchemy as sa
from flask import request, session

from designer.parts import parts
from engine.store import now_micros, user_sessions
from engine.store.times import SECOND
from engine.store.user_sessions import OPEN, Session

TOKEN, CSRF = "token", "csrf"
ON_THE_WAY = 10 * 60 * SECOND
"""So long somebody may take for his second factor, or at an OpenID provider."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes in, and by which way."""

    tenant: str
    way: str
    user: bytes | None = None
    key: bytes | None = None
    remember: bool = False


def open_session(connection: sa.Connection, who: Way) -> str:
    """Let this browser in, under a new token; gives the CSRF token."""
    settings, at = parts().settings, now_micros()
    lasts = settings.session_hours * 3600 * SECOND
    idle = None if who.remember else settings.session_idle_minutes * 60 * SECOND
    _forget(connection)
    token = user_sessions.begin(
        connection, tenant=who.tenant, way=who.way, user=who.user, key=who.key, at=at, ends_at=at + lasts, idle=idle,
        address=request.remote_addr or "", software=request.headers.get("User-Agent", ""),
    )  # fmt: skip
    return _hold(token, lasting=who.remember)


def open_part(connection: sa.Connection, who: Way, stage: str, data: bytes | None = None) -> None:
    """Remember how far this browser has come; it may do nothing yet but go on."""
    at = now_micros()
    _forget(connection)
    token = user_sessions.begin(
        connection, tenant=who.tenant, way=who.way, user=who.user, stage=stage, data=data, at=at,
        ends_at=at + ON_THE_WAY, address=request.remote_addr or "",
    )  # fmt: skip
    _hold(token, lasting=False)


def current(connection: sa.Connection, stage: str = OPEN) -> Session | None:
    """The session that this browser holds, if it is at this stage."""
    token = session.get(TOKEN)
    found = user_sessions.find(connection, token, at=now_micros()) if isinstance(token, str) else None
    return found if found is not None and found.stage == stage else None


def note_use(found: Session) -> None:
    """It is used now; written down once a minute."""
    at = now_micros()
    if at - found.seen_at > user_sessions.NOTED_EVERY:
        with parts().stores.control.begin() as connection:
            user_sessions.note_use(connection, found.id, at=at)


def close(connection: sa.Connection) -> None:
    """End this browser's session."""
    _forget(connection)
    session.clear()


def csrf() -> str:
    """The token that this session's page sends along."""
    return str(session.get(CSRF, ""))


def _forget(connection: sa.Connection) -> None:
    token = session.get(TOKEN)
    held = user_sessions.find(connection, token, at=now_micros()) if isinstance(token, str) else None
    if held is not None:
        user_sessions.end(connection, held.id)


def _hold(token: str, *, lasting: bool) -> str:
    session.clear()
    session.permanent = lasting
    session[TOKEN], session[CSRF] = token, secrets.token_urlsafe(24)
    return csrf()

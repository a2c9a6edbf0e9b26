"""Users and their sessions as the API writes them."""

from __future__ import annotations

from typing import Any

from designer.access.identity import who
from designer.parts import parts
from engine.host.user_mail import PAGE
from engine.store import from_micros, id_text, now_micros, user_sessions
from engine.store.users import User

LOGIN = r"^[^\s\x00-\x1f\x7f]+$"
ROLE = r"^[a-z][a-z0-9_]{0,39}$"
LANGUAGE = r"^(zh-CN|en)$"


def user_row(user: User, sessions: int) -> dict[str, Any]:
    """A user without what opens the door."""
    came = user.password is not None or user.signed_in_at is not None
    return {
        "id": id_text(user.id), "login": user.login, "name": user.name, "role": user.role, "language": user.language,
        "state": "disabled" if user.disabled_at is not None else "active" if came else "invited",
        "second_factor": user.second_factor is not None, "sessions": sessions,
        "created_at": from_micros(user.created_at),
        "signed_in_at": None if user.signed_in_at is None else from_micros(user.signed_in_at),
    }  # fmt: skip


def session_rows(user: bytes) -> list[dict[str, Any]]:
    """The browsers that a user is signed in with; `current` is that of the one who asks."""
    with parts().stores.control.read() as connection:
        found = user_sessions.of_user(connection, user, at=now_micros())
    return [
        {
            "id": id_text(row.id), "way": row.way, "address": row.address, "software": row.software,
            "created_at": from_micros(row.created_at), "seen_at": from_micros(row.seen_at),
            "ends_at": from_micros(row.ends_at), "current": row.id == who().session,
        }
        for row in found
    ]  # fmt: skip


def made_link(token: str, kind: str, ends_at: int, *, mailed: bool) -> dict[str, Any]:
    """A link as it is shown, once: the page, with the token behind the #."""
    return {"link": PAGE + token, "kind": kind, "ends_at": from_micros(ends_at), "mailed": mailed}

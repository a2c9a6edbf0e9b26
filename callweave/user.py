"""Users from the command line: made, listed, disabled, helped when they cannot come in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from engine.host.settings import Settings
from engine.host.user_mail import PAGE
from engine.store import Stores, from_micros, now_micros, user_links, user_sessions, users
from engine.store.keys import ADMINISTRATOR, CONNECTOR
from engine.store.migrate import MAIN, migrate_all
from engine.store.user_links import DAY, INVITATION, RESET
from engine.store.users import User

FIRST = "admin"
"""How the first administrator signs in; his link says so."""


class CannotDo(ValueError):
    """One plain sentence for the person at the screen."""


def create(settings: Settings, login: str, *, name: str, role: str, tenant: str) -> str:
    """Invite somebody; gives the link."""
    if role == CONNECTOR:
        raise CannotDo("The role connector is for keys of connectors alone.")
    with _opened(settings, tenant) as connection:
        at = now_micros()
        added = users.add(connection, tenant=tenant, login=login, name=name, role=role, language=None, at=at)
        if added is None:
            raise CannotDo(f"There is a user {login!r} in {tenant} already.")
        return _address(settings, user_links.make(connection, added, INVITATION, at=at)[0])


def listed(settings: Settings, tenant: str) -> list[str]:
    """A line for each user."""
    with _opened(settings, tenant) as connection:
        opened = users.sessions_open(connection, tenant, now_micros())
        return [_line(user, opened.get(user.id, 0)) for user in users.every(connection, tenant)]


def disable(settings: Settings, login: str, *, tenant: str, disabled: bool) -> None:
    """Disable a user, whose sessions end, or let him in again; the last administrator stays."""
    with _opened(settings, tenant) as connection:
        user = _known(connection, login, tenant)
        last = user.role == ADMINISTRATOR and not users.other_administrators(connection, tenant, user.id)
        if disabled and last:
            raise CannotDo(f"{login} is the last administrator of {tenant}: make somebody else one first.")
        users.change(connection, user.id, disabled_at=now_micros() if disabled else None)
        if disabled:
            user_sessions.end_all(connection, user.id)
            user_links.withdraw(connection, user.id)


def reset_password(settings: Settings, login: str, *, tenant: str) -> str:
    """A link by which a user chooses a new password; gives it."""
    with _opened(settings, tenant) as connection:
        user = _known(connection, login, tenant)
        user_links.withdraw(connection, user.id)
        kind = INVITATION if user.password is None else RESET
        return _address(settings, user_links.make(connection, user.id, kind, at=now_micros())[0])


def reset_second_factor(settings: Settings, login: str, *, tenant: str) -> None:
    """Take a user's second factor away; his sessions end."""
    with _opened(settings, tenant) as connection:
        user = _known(connection, login, tenant)
        users.set_second_factor(connection, user.id, None, step=None)
        user_sessions.end_all(connection, user.id)


def first_link(settings: Settings) -> str | None:
    """While no user has ever come in to tenant `main`: a link for its first administrator, good for a day."""
    with _opened(settings, MAIN) as connection:
        known = users.every(connection, MAIN)
        if any(user.password is not None or user.signed_in_at is not None for user in known):
            return None
        at, made = now_micros(), [user.id for user in known if user.login == FIRST]
        first = made[0] if made else users.add(
            connection, tenant=MAIN, login=FIRST, name="Administrator", role=ADMINISTRATOR, language=None, at=at
        )  # fmt: skip
        if first is None:
            return None
        user_links.withdraw(connection, first)
        return _address(settings, user_links.make(connection, first, INVITATION, at=at, lasts=DAY)[0])


@contextmanager
def _opened(settings: Settings, tenant: str) -> Iterator[sa.Connection]:
    if settings.database_url is None and not (settings.data / "control.sqlite3").exists():
        migrate_all(settings)
    stores = Stores(settings)
    try:
        names = stores.tenant_names()
        if tenant not in names:
            raise CannotDo(f"There is no tenant {tenant!r}; there are: {', '.join(names)}.")
        with stores.control.begin() as connection:
            yield connection
    finally:
        stores.close()


def _known(connection: sa.Connection, login: str, tenant: str) -> User:
    found = users.by_login(connection, login, tenant)
    if not found:
        raise CannotDo(f"There is no user {login!r} in {tenant}.")
    return found[0]


def _address(settings: Settings, token: str) -> str:
    return f"{settings.address}{PAGE}{token}"


def _line(user: User, sessions: int) -> str:
    if user.disabled_at is not None:
        state = "disabled"
    else:
        state = "invited" if user.password is None and user.signed_in_at is None else "active"
    factor = "second factor" if user.second_factor is not None else "-"
    last = "never" if user.signed_in_at is None else _day(from_micros(user.signed_in_at))
    return "\t".join((user.login, user.name, user.role, state, factor, f"{sessions} sessions", f"last in {last}"))


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"

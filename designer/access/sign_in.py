"""From a login and a password to an open session, by way of a second factor where there is one, or must be one.

Whoever is refused hears the same after the same time, whether the login, the password or the account is at fault. What
is counted as wrong is forgotten only when somebody is in: a password that is known gives no more tries at codes.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from flask import request

from designer.access import audit_sign_ins, passwords, second_factor, user_sessions, witness
from designer.access.suspension import refuse_suspended
from designer.access.user_sessions import Way
from designer.parts import parts
from designer.problems import Problem
from engine.store import failed_sign_ins, now_micros, own_settings, user_links, users
from engine.store.failed_sign_ins import Kind
from engine.store.sealing import Seal, seal_of
from engine.store.times import SECOND
from engine.store.user_sessions import Session
from engine.store.users import User

CODE, SET_UP, TENANT = "code", "set_up", "tenant"
"""What is asked for next."""
PASSWORD = "password"
MOST_TENANTS = 5
"""So many organisations one login is looked for in; each costs the time of a password."""
WRONG = "The login or the password is not right."
WRONG_CODE = "This code is not right, or was used already."
BEGIN_AGAIN = "This took too long. Sign in again from the start."
LOCKED = "There were too many wrong tries. Only a new link from an administrator opens this account."
WAIT = "There were too many wrong tries. The next one may be made in {seconds} seconds."
MESSAGES = {WRONG, WRONG_CODE, BEGIN_AGAIN, LOCKED, WAIT}
"""Sentences of this module; each has its translation."""


class SignInRules(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation asks of its users."""

    second_factor_required: bool = False


RULES = "sign_in"


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """How far somebody has come: he is in (`csrf`), or what is asked for `next`."""

    csrf: str | None = None
    next: str | None = None
    tenants: Sequence[str] = ()
    secret: str | None = None
    address: str | None = None
    recovery_codes: Sequence[str] = ()


class _OnTheWay(msgspec.Struct, frozen=True, kw_only=True):
    remember: bool = False
    secret: str | None = None


def rules_of(tenant: str) -> SignInRules:
    """What a tenant asks of its users."""
    with parts().stores.tenant(tenant).read() as connection:
        return own_settings.get(connection, RULES, SignInRules)


def shortest_password(tenant: str) -> int:
    """The fewest characters of a password there: fewer where it never opens the door alone."""
    return passwords.WITH_SECOND if rules_of(tenant).second_factor_required else passwords.ALONE


def by_password(login: str, password: str, *, tenant: str | None, remember: bool) -> Reached:
    """The first step; Problem 401, 403, 429."""
    in_a_row = count_try(login)
    with parts().stores.control.read() as connection:
        known = users.by_login(connection, login, tenant)[:MOST_TENANTS]
    if not known:
        passwords.fits(None, password)
    tried = [(user, passwords.fits(user.password, password)) for user in known]
    right = [user for user, fits in tried if fits and user.disabled_at is None]
    if not right:
        for user, fits in tried:
            audit_sign_ins.refused("disabled" if fits else "password", user, in_a_row=in_a_row)
        if not tried:
            audit_sign_ins.refused("unknown")
        raise Problem(401, WRONG)
    if len(right) > 1:
        return Reached(next=TENANT, tenants=[user.tenant for user in right])
    user = right[0]
    if user.password is not None and passwords.is_dated(user.password):
        with parts().stores.control.begin() as connection:
            users.change(connection, user.id, password=passwords.hashed(password))
    return after_first(user, PASSWORD, remember=remember)


def after_first(user: User, way: str, *, remember: bool) -> Reached:
    """Who has shown the first factor is in, or has to show the second, or to set it up."""
    refuse_suspended(user.tenant)
    by = Way(tenant=user.tenant, way=way, user=user.id, remember=remember)
    if user.second_factor is not None:
        return _ask(by, CODE, _OnTheWay(remember=remember))
    if rules_of(user.tenant).second_factor_required:
        secret = second_factor.new_secret()
        _ask(by, SET_UP, _OnTheWay(remember=remember, secret=secret))
        return Reached(next=SET_UP, secret=secret, address=second_factor.address(secret, user.login))
    with parts().stores.control.begin() as connection:
        return Reached(csrf=let_in(connection, user, by))


def by_code(code: str) -> Reached:
    """The second step, with a code of the app or a recovery code; Problem 401, 429."""
    user, part, kept = _standing(CODE)
    in_a_row = count_try(user.login)
    at, sealed = now_micros(), user.second_factor
    if sealed is None:
        raise Problem(401, BEGIN_AGAIN)
    step = second_factor.step_of(_seal(user.tenant).open(sealed).decode(), code, at=at)
    with parts().stores.control.begin() as connection:
        used = step is not None and users.use_step(connection, user.id, step)
        if not used and not user_links.use_code(connection, user.id, code):
            audit_sign_ins.refused("code", user, in_a_row=in_a_row)
            raise Problem(401, WRONG_CODE)
        by = Way(tenant=user.tenant, way=part.way, user=user.id, remember=kept.remember)
        return Reached(csrf=let_in(connection, user, by, second="code" if used else "recovery code"))


def by_set_up(code: str) -> Reached:
    """Set the second factor up, by a code that shows that the app has it; Problem 401, 429."""
    user, part, kept = _standing(SET_UP)
    in_a_row = count_try(user.login)
    step = second_factor.step_of(kept.secret or "", code, at=now_micros())
    if step is None or user.second_factor is not None:
        audit_sign_ins.refused("code", user, in_a_row=in_a_row)
        raise Problem(401, WRONG_CODE)
    sealed = _seal(user.tenant).close((kept.secret or "").encode())
    with parts().stores.control.begin() as connection:
        users.set_second_factor(connection, user.id, sealed, step=step)
        codes = user_links.new_codes(connection, user.id)
        audit_sign_ins.done(connection, user, audit_sign_ins.SET_UP)
        by = Way(tenant=user.tenant, way=part.way, user=user.id, remember=kept.remember)
        return Reached(csrf=let_in(connection, user, by, second="code"), recovery_codes=codes)


def let_in(connection: sa.Connection, user: User, by: Way, *, second: str | None = None) -> str:
    """Open the session, by this second factor if any; what was counted as wrong is forgotten. Gives the CSRF token."""
    tries = was_right(connection, user)
    audit_sign_ins.done(connection, user, audit_sign_ins.IN, way=by.way, second=second, tries=tries)
    users.change(connection, user.id, signed_in_at=now_micros())
    return user_sessions.open_session(connection, by)


def count_try(login: str | None) -> int:
    """Count this try as wrong until it proves right; gives which of the login's it is. Problem 429 if it waits."""
    at = now_micros()
    with witness.unseen(), parts().stores.control.begin() as connection:
        begun = failed_sign_ins.begin(connection, _counted(login), at=at)
    if begun.until is None:
        return begun.times
    audit_sign_ins.refused("waiting")
    seconds = (begun.until - at) // SECOND + 1
    if seconds > 2 * failed_sign_ins.RULES["login"].longest // SECOND:
        raise Problem(429, LOCKED)
    raise Problem(429, WAIT, {"seconds": seconds}, headers={"Retry-After": str(seconds)})


def was_right(connection: sa.Connection, user: User) -> int:
    """The try was right: nothing is counted against this user any more; gives how many tries were."""
    return failed_sign_ins.was_right(connection, _counted(user.login))


def sealed_for(tenant: str, plain: str) -> bytes:
    """A secret as it is kept."""
    return _seal(tenant).close(plain.encode())


def opened_for(tenant: str, sealed: bytes) -> str:
    """The secret that was kept."""
    return _seal(tenant).open(sealed).decode()


def _counted(login: str | None) -> dict[Kind, str]:
    counted: dict[Kind, str] = {"address": request.remote_addr or ""}
    return counted if login is None else {"login": users.login_key(login), **counted}


def _ask(by: Way, stage: str, data: _OnTheWay) -> Reached:
    packed = _seal(by.tenant).close(msgspec.json.encode(data))
    with parts().stores.control.begin() as connection:
        user_sessions.open_part(connection, by, stage, packed)
    return Reached(next=stage)


def _standing(stage: str) -> tuple[User, Session, _OnTheWay]:
    with parts().stores.control.read() as connection:
        part = user_sessions.current(connection, stage)
        user = None if part is None or part.user_id is None else users.get(connection, part.tenant, part.user_id)
    if part is None or part.data is None or user is None or user.disabled_at is not None:
        raise Problem(401, BEGIN_AGAIN)
    return user, part, msgspec.json.decode(_seal(user.tenant).open(part.data), type=_OnTheWay)


def _seal(tenant: str) -> Seal:
    with parts().stores.tenant(tenant).read() as connection:
        return seal_of(connection)

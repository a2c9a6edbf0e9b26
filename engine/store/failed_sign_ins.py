"""Wrong passwords and codes in a row: after some, each next try has to wait, twice as long each time.

They are counted for each login, whether there is such a user or not, and for each address that they come from. The wait
ends, so that nobody is locked out for good by others; but at the hundredth in a row (NIST SP 800-63B-4, 3.2.2) only a
link that an administrator makes lets the user in again. A try is counted before it is looked at, and taken back if it
was right: so many at once get no further than one after the other.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec
import sqlalchemy as sa

from engine.store.control import failed_sign_in
from engine.store.inserting import insert_new
from engine.store.times import SECOND

Kind = Literal["login", "address"]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """How many tries are free, how long the wait is at most, and after how long without a try all is forgotten."""

    free: int
    longest: int
    quiet: int


FIRST_WAIT = 30 * SECOND
RULES: dict[Kind, Rule] = {
    "login": Rule(free=5, longest=3600 * SECOND, quiet=24 * 3600 * SECOND),
    "address": Rule(free=30, longest=900 * SECOND, quiet=900 * SECOND),
}
"""An address may be a whole hospital's, so it is soon forgotten."""
LAST = 100
FOR_EVER = 100 * 365 * 24 * 3600 * SECOND


def wait_after(times: int, kind: Kind) -> int:
    """How long the next try has to wait after so many wrong ones, in microseconds."""
    rule = RULES[kind]
    if times < rule.free:
        return 0
    if kind == "login" and times >= LAST:
        return FOR_EVER
    return min(FIRST_WAIT << min(times - rule.free, 20), rule.longest)


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A try that was counted: as which of the login's in a row. Or until when it has to wait."""

    until: int | None = None
    times: int = 0


def begin(connection: sa.Connection, tried: dict[Kind, str], *, at: int) -> Begun:
    """Count a try of this login from this address as wrong; or give the moment until which it has to wait."""
    names = {_hash(kind, name): kind for kind, name in tried.items()}
    rows = connection.execute(sa.select(failed_sign_in).where(failed_sign_in.c.name.in_(names)).with_for_update()).all()
    waiting = [row.until for row in rows if row.until > at]
    if waiting:
        return Begun(until=int(max(waiting)))
    of_login = 0
    for name, kind in names.items():
        stale = sa.and_(failed_sign_in.c.name == name, failed_sign_in.c.last_at < at - RULES[kind].quiet)
        connection.execute(failed_sign_in.delete().where(stale))
        insert_new(connection, failed_sign_in, {"name": name, "times": 0, "last_at": at, "until": 0})
        ours = failed_sign_in.c.name == name
        more = failed_sign_in.update().where(ours).values(times=failed_sign_in.c.times + 1, last_at=at)
        times = connection.scalar(more.returning(failed_sign_in.c.times)) or 1
        of_login = times if kind == "login" else of_login
        wait = wait_after(times, kind)
        connection.execute(failed_sign_in.update().where(ours).values(until=at + wait if wait else 0))
    return Begun(times=of_login)


def was_right(connection: sa.Connection, tried: dict[Kind, str]) -> int:
    """It was right: what was counted for the login is forgotten, and this try for the address; gives the former."""
    times = 0
    for kind, name in tried.items():
        ours = failed_sign_in.c.name == _hash(kind, name)
        if kind == "login":
            gone = failed_sign_in.delete().where(ours).returning(failed_sign_in.c.times)
            times = connection.scalar(gone) or 0
        else:
            less = sa.case((failed_sign_in.c.times > 0, failed_sign_in.c.times - 1), else_=0)
            connection.execute(failed_sign_in.update().where(ours).values(times=less, until=0))
    return times


def forget_old(connection: sa.Connection, *, at: int) -> None:
    """What is not counted any more goes."""
    old = sa.and_(failed_sign_in.c.last_at < at - RULES["login"].quiet, failed_sign_in.c.until < at)
    connection.execute(failed_sign_in.delete().where(old))


def _hash(kind: Kind, name: str) -> bytes:
    return hashlib.sha256(f"{kind} {name}".encode("utf-8", "surrogatepass")).digest()

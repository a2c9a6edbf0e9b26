"""Links by which a user sets his password, once: an invitation, or a reset. And codes for when his telephone is lost.

Both are random enough (256 and 80 bits) for SHA-256 to be all that is kept of them.
"""

from __future__ import annotations

import secrets

import msgspec
import sqlalchemy as sa

from engine.store.control import recovery_code, user_link
from engine.store.keys import digest
from engine.store.times import SECOND

DAY = 24 * 3600 * SECOND
INVITATION, RESET = "invitation", "reset"
LASTS = {INVITATION: 7 * DAY, RESET: DAY}
"""How long a link of each kind opens something."""
LATELY = 300 * SECOND
CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for others."""
_CODE_LENGTH = 16


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One link."""

    user_id: bytes
    kind: str
    ends_at: int


def make(connection: sa.Connection, user: bytes, kind: str, *, at: int, lasts: int | None = None) -> tuple[str, int]:
    """A new link's token, which is kept nowhere, and until when it opens; links that are over go."""
    connection.execute(user_link.delete().where(user_link.c.ends_at <= at))
    token, ends_at = secrets.token_urlsafe(32), at + (LASTS[kind] if lasts is None else lasts)
    values = {"hash": digest(token), "user_id": user, "kind": kind, "created_at": at, "ends_at": ends_at}
    connection.execute(user_link.insert().values(values))
    return token, ends_at


def made_lately(connection: sa.Connection, user: bytes, kind: str, *, at: int) -> bool:
    """Whether a link of this kind was made in the last minutes, and still opens."""
    mine = sa.and_(user_link.c.user_id == user, user_link.c.kind == kind, user_link.c.created_at > at - LATELY)
    return connection.execute(sa.select(user_link.c.hash).where(mine)).first() is not None


def find(connection: sa.Connection, token: str, *, at: int) -> Link | None:
    """The link of this token, if it still opens."""
    columns = [user_link.c[name] for name in Link.__struct_fields__]
    valid = sa.and_(user_link.c.hash == digest(token), user_link.c.ends_at > at)
    row = connection.execute(sa.select(*columns).where(valid)).one_or_none()
    return None if row is None else Link(**row._mapping)


def use(connection: sa.Connection, token: str, *, at: int) -> Link | None:
    """Use the link: it opens once, and with it all others of its user go; None if it does not open any more."""
    found = find(connection, token, at=at)
    if found is None or not connection.execute(user_link.delete().where(user_link.c.hash == digest(token))).rowcount:
        return None
    withdraw(connection, found.user_id)
    return found


def withdraw(connection: sa.Connection, user: bytes) -> None:
    """No link of this user opens anything any more."""
    connection.execute(user_link.delete().where(user_link.c.user_id == user))


def new_codes(connection: sa.Connection, user: bytes) -> list[str]:
    """New recovery codes in place of those of before; they are kept nowhere."""
    connection.execute(recovery_code.delete().where(recovery_code.c.user_id == user))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)) for _ in range(CODES)]
    connection.execute(
        recovery_code.insert(), [{"hash": _code_hash(user, code), "user_id": user} for code in codes]
    )
    return ["-".join(code[at : at + 4] for at in range(0, _CODE_LENGTH, 4)) for code in codes]


def use_code(connection: sa.Connection, user: bytes, code: str) -> bool:
    """Use a recovery code; it is valid once."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    mine = sa.and_(recovery_code.c.hash == _code_hash(user, plain), recovery_code.c.user_id == user)
    return bool(connection.execute(recovery_code.delete().where(mine)).rowcount)


def codes_left(connection: sa.Connection, user: bytes) -> int:
    """How many recovery codes a user still has."""
    counted = sa.select(sa.func.count()).select_from(recovery_code).where(recovery_code.c.user_id == user)
    return int(connection.scalar(counted) or 0)


def _code_hash(user: bytes, code: str) -> bytes:
    return digest(f"{user.hex()} {code}")

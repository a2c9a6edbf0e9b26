"""What a database's error means for who asked: try later, never, or nobody knows. Pure.

Drivers sort errors by their own lights (to pymysql a trigger's refusal and a lost connection are the same class), so
what may pass is told by the codes that databases give, and all else is there to stay.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

_PASSING_STATES = ("08", "40", "53", "55P03", "57", "25006")
"""SQLSTATEs of PostgreSQL: connection, serialization and deadlock, resources, lock and time-out, a standby."""
_PASSING_CODES = {
    "mysql": {1040, 1053, 1158, 1159, 1160, 1161, 1203, 1205, 1213, 1969, 2002, 2003, 2006, 2013, 2055, 3024},
    "mssql": {-2, 1204, 1205, 1222, 10928, 10929, 40197, 40501, 40613, 20003, 20009},
    "oracle": {54, 60, 1013, 1033, 1034, 1089, 1090, 3113, 3114, 3136, 8177, 12170, 12514, 12541, 30006},
}
_PASSING_WORDS = ("locked", "busy", "interrupted")
_RETURNED_CODES = {"mysql": {1205, 1213}, "mssql": {1205}, "oracle": {60, 8177}}
"""Certainly rolled back, even when that is said at the commit."""


def passing(error: sa.exc.DBAPIError, dialect: str) -> bool:
    """Whether the same may work later."""
    if error.connection_invalidated or isinstance(error.orig, OSError):
        return True
    if dialect in _PASSING_CODES:
        return _code(error.orig) in _PASSING_CODES[dialect]
    if dialect == "sqlite":
        return any(word in str(error.orig) for word in _PASSING_WORDS)
    return _state(error.orig).startswith(_PASSING_STATES)


def rolled_back(error: sa.exc.DBAPIError, dialect: str) -> bool:
    """Whether a commit that failed has certainly changed nothing."""
    if error.connection_invalidated:
        return False
    given_back = _state(error.orig).startswith("40") or _code(error.orig) in _RETURNED_CODES.get(dialect, ())
    return given_back or isinstance(error, sa.exc.IntegrityError)


def by_rule(error: sa.exc.DBAPIError, dialect: str) -> bool:
    """Whether the database has a rule against it (a constraint, a trigger), and not a fault of the statement's."""
    if isinstance(error, (sa.exc.IntegrityError, sa.exc.DataError)):
        return True
    state, code = _state(error.orig), _code(error.orig)
    return (
        state.startswith(("22", "23", "P0001", "45"))
        or (dialect == "mysql" and code in (1644, 3819, 4025))
        or (dialect == "mssql" and code >= 50_000)
        or (dialect == "oracle" and 20_000 <= code <= 20_999)
    )


def words(error: BaseException) -> str:
    """The driver's first line, without the statement and its values."""
    orig = getattr(error, "orig", None) or error
    arguments = list(getattr(orig, "args", ()))
    while arguments and isinstance(arguments[-1], tuple):
        arguments = list(arguments[-1])
    said = arguments[-1] if arguments and isinstance(arguments[-1], (str, bytes)) and arguments[-1] else str(orig)
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    lines = [line.partition("DB-Lib error message")[0].strip() for line in text.splitlines()]
    return next(filter(None, lines), type(orig).__name__)[:300]


def _state(orig: Any) -> str:
    return str(getattr(orig, "sqlstate", None) or "")


def _code(orig: Any) -> int:
    """The number of an error: pymysql's and pymssql's first argument, oracledb's `code`."""
    arguments = getattr(orig, "args", ())
    first = arguments[0] if arguments else 0
    if isinstance(first, tuple) and first:
        first = first[0]
    code = getattr(first, "code", first)
    return code if isinstance(code, int) else 0

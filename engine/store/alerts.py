"""Alerts that have begun: told once, by whichever clock is first, and told again only where the telling failed.

Several clocks see the same figures. The row's birth and its end are each one statement that only one of them brings
about; the telling is claimed for a minute, and done again by another if it has not come to its end by then.
"""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.store.control import alert
from engine.store.inserting import insert_new
from engine.store.times import SECOND

CLAIM = 60 * SECOND


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong since when; `ended_at` once it is over."""

    name: str
    value: float
    began_at: int
    ended_at: int | None
    told_at: int | None


_COLUMNS = [alert.c[name] for name in Alert.__struct_fields__]


def begin(connection: sa.Connection, name: str, value: float, *, at: int) -> None:
    """It is wrong now; nothing happens if that is known, or if its end has not been told yet."""
    insert_new(connection, alert, {"name": name[:200], "value": value, "began_at": at})


def end(connection: sa.Connection, name: str, *, at: int) -> None:
    """It is over; one that nobody was told of goes without a word."""
    connection.execute(alert.delete().where(alert.c.name == name[:200], alert.c.told_at.is_(None)))
    ended = alert.update().where(alert.c.name == name[:200], alert.c.ended_at.is_(None))
    connection.execute(ended.values(ended_at=at, claimed_until=None))


def open_ones(connection: sa.Connection) -> list[Alert]:
    """What is wrong now."""
    found = connection.execute(sa.select(*_COLUMNS).where(alert.c.ended_at.is_(None)).order_by(alert.c.began_at))
    return [Alert(**row._mapping) for row in found]


def anything_to_tell(connection: sa.Connection, *, at: int) -> bool:
    """Whether `to_tell` would find something: a look that locks nothing."""
    return connection.execute(sa.select(alert.c.name).where(*_untold(at)).limit(1)).first() is not None


def _untold(at: int) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    untold = sa.or_(alert.c.told_at.is_(None), alert.c.ended_at.is_not(None))
    return untold, sa.or_(alert.c.claimed_until.is_(None), alert.c.claimed_until < at)


def to_tell(connection: sa.Connection, *, at: int) -> list[Alert]:
    """What has to be told now, by the caller: beginnings and ends."""
    claimed = alert.update().where(*_untold(at)).values(claimed_until=at + CLAIM).returning(*_COLUMNS)
    return [Alert(**row._mapping) for row in connection.execute(claimed)]


def told(connection: sa.Connection, it: Alert, *, at: int) -> None:
    """Somebody has been told of it; of its end, the row goes."""
    same = sa.and_(alert.c.name == it.name, alert.c.began_at == it.began_at)
    if it.ended_at is None:
        connection.execute(alert.update().where(same).values(told_at=at, claimed_until=None))
    else:
        connection.execute(alert.delete().where(same))

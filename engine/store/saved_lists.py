"""Lists of people that are kept under a name, for campaigns to come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.inserting import insert_new
from engine.store.tenant import saved_list, saved_list_entry

BATCH = 500


class SavedList(msgspec.Struct, frozen=True, kw_only=True):
    """A list, and how many are on it."""

    name: str
    total: int
    created_at: int
    updated_at: int


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One person of a list; `place` counts from 0 and has gaps nowhere."""

    place: int
    contact: dict[str, Any]
    record: dict[str, Any]


def get(connection: sa.Connection, name: str) -> SavedList | None:
    """The list of this name."""
    row = connection.execute(sa.select(saved_list).where(saved_list.c.name == name)).one_or_none()
    return None if row is None else SavedList(**row._mapping)


def page(connection: sa.Connection, *, after: str | None, limit: int) -> list[SavedList]:
    """Lists, by name."""
    statement = sa.select(saved_list).order_by(saved_list.c.name).limit(limit)
    if after is not None:
        statement = statement.where(saved_list.c.name > after)
    return [SavedList(**row._mapping) for row in connection.execute(statement)]


def clear(connection: sa.Connection, name: str, *, at: int) -> bool:
    """Make an empty list of this name, or empty the one that is there; whether it is new."""
    fresh = insert_new(connection, saved_list, {"name": name, "total": 0, "created_at": at, "updated_at": at})
    if not fresh:
        connection.execute(saved_list_entry.delete().where(saved_list_entry.c.list == name))
        connection.execute(saved_list.update().where(saved_list.c.name == name).values(total=0, updated_at=at))
    return fresh


def append(
    connection: sa.Connection, name: str, people: Sequence[tuple[dict[str, Any], dict[str, Any]]], *, at: int
) -> int:
    """Put people (contact and record) at the end of a list that is there; how many are on it now."""
    locked = sa.select(saved_list.c.total).where(saved_list.c.name == name).with_for_update()
    total = int(connection.execute(locked).scalar_one())
    rows = [
        {"list": name, "place": total + number, "contact": contact, "record": record}
        for number, (contact, record) in enumerate(people)
    ]
    if rows:
        connection.execute(saved_list_entry.insert(), rows)
    total += len(rows)
    connection.execute(saved_list.update().where(saved_list.c.name == name).values(total=total, updated_at=at))
    return total


def remove(connection: sa.Connection, name: str) -> bool:
    """Remove a list; whether it was there."""
    connection.execute(saved_list_entry.delete().where(saved_list_entry.c.list == name))
    return bool(connection.execute(saved_list.delete().where(saved_list.c.name == name)).rowcount)


def entries(connection: sa.Connection, name: str, *, after: int, limit: int) -> list[Entry]:
    """People of a list, from a place on (-1 for the first)."""
    mine = sa.and_(saved_list_entry.c.list == name, saved_list_entry.c.place > after)
    rows = connection.execute(sa.select(saved_list_entry).where(mine).order_by(saved_list_entry.c.place).limit(limit))
    return [Entry(place=row.place, contact=row.contact, record=row.record) for row in rows]

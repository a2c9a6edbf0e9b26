"""What people define under a name: calendars, record types. One shape of table, one set of queries.

A definition is kept as it was given, after it has been checked; its revision moves on when it changes, so that who
keeps what he made of it can see that it is another.
"""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.inserting import insert_new


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """A definition under its name; times are microseconds UTC."""

    name: str
    definition: dict[str, Any]
    revision: int
    created_at: int
    updated_at: int


def put(connection: sa.Connection, table: sa.Table, name: str, definition: dict[str, Any], *, at: int) -> bool:
    """Keep a definition in place of the one of this name; whether it is a new one."""
    made = Definition(name=name, definition=definition, revision=1, created_at=at, updated_at=at)
    if insert_new(connection, table, msgspec.structs.asdict(made)):
        return True
    known = get(connection, table, name, for_update=True)
    if known is not None and known.definition != definition:
        changed = {"definition": definition, "revision": known.revision + 1, "updated_at": at}
        connection.execute(table.update().where(table.c.name == name).values(changed))
    return False


def get(connection: sa.Connection, table: sa.Table, name: str, *, for_update: bool = False) -> Definition | None:
    """The definition of this name."""
    statement = sa.select(table).where(table.c.name == name)
    row = connection.execute(statement.with_for_update() if for_update else statement).one_or_none()
    return None if row is None else _definition(row)


def page(connection: sa.Connection, table: sa.Table, *, after: str | None, limit: int) -> list[Definition]:
    """Definitions in the order of their names, those after a name."""
    statement = sa.select(table).order_by(table.c.name).limit(limit)
    if after is not None:
        statement = statement.where(table.c.name > after)
    return [_definition(row) for row in connection.execute(statement)]


def names(connection: sa.Connection, table: sa.Table) -> list[str]:
    """Every name."""
    return list(connection.scalars(sa.select(table.c.name).order_by(table.c.name)))


def every(connection: sa.Connection, table: sa.Table) -> dict[str, dict[str, Any]]:
    """Every definition by its name."""
    rows = connection.execute(sa.select(table.c.name, table.c.definition).order_by(table.c.name))
    return {row.name: row.definition for row in rows}


def revision(connection: sa.Connection, table: sa.Table, name: str) -> int | None:
    """The revision of the definition of this name; None if there is none."""
    found: int | None = connection.scalar(sa.select(table.c.revision).where(table.c.name == name))
    return found


def remove(connection: sa.Connection, table: sa.Table, name: str) -> bool:
    """Remove a definition; whether it was there."""
    return connection.execute(table.delete().where(table.c.name == name)).rowcount == 1


def _definition(row: sa.Row[Any]) -> Definition:
    return Definition(**{field: row._mapping[field] for field in Definition.__struct_fields__})

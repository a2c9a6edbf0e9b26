"""What all tables of a tenant's database hang on."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store import audit_tables

metadata = sa.MetaData()
"""All tables of a tenant's database."""
audit_tables.add_to(metadata)


def partial(name: str, *columns: sa.ColumnElement[object], where: sa.ColumnElement[bool], unique: bool = False) -> None:
    sa.Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)

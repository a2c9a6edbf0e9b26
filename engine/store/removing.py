"""Removing a tenant: its database, and what the control database says of it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from engine.store import control, postgresql
from engine.store.audit_tables import audit_head, audit_log
from engine.store.tenant import leg


def calls(connection: sa.Connection) -> int:
    """How many calls of the tenant whose database this is are up."""
    return connection.scalar(sa.select(sa.func.count()).select_from(leg).where(leg.c.ended_at.is_(None))) or 0


def drop_database(address: str) -> None:
    """Delete the database of this URL: a file, a schema or a database; nothing happens if it is gone."""
    url = sa.make_url(address)
    if url.get_backend_name() == "sqlite":
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{url.database}{ending}").unlink(missing_ok=True)
        return
    schema = postgresql.schema_of(url)
    plain = postgresql.without_schema(url)
    server = plain if schema is not None else plain.set(database="postgres")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            if schema is not None:
                connection.execute(sa.schema.DropSchema(schema, cascade=True, if_exists=True))
            else:
                quoted = engine.dialect.identifier_preparer.quote(url.database or "").replace("%", "%%")
                connection.execute(sa.DDL(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)"))  # type: ignore[no-untyped-call]
    finally:
        engine.dispose()


def remove_rows(connection: sa.Connection, name: str) -> None:
    """Delete all that the control database has of a tenant: the tenant, and last its log, which goes no earlier."""
    logs = [control.metadata.tables[log] for log in (audit_log.name, audit_head.name)]
    for table in reversed(control.metadata.sorted_tables):
        if table is control.tenant or table in logs:
            continue
        if "tenant" in table.c:
            connection.execute(table.delete().where(table.c.tenant == name))
        else:
            _remove_dependent(connection, table, name)
    gone = sa.or_(*(
        control.lease.c.name.startswith(f"{kind} {name}{end}", autoescape=True)
        for kind, end in (("gateway", "/"), ("source", "/"))
    ), control.lease.c.name == f"campaigns {name}")  # fmt: skip
    connection.execute(control.lease.delete().where(gone))
    connection.execute(control.tenant.delete().where(control.tenant.c.name == name))
    for table in logs:
        connection.execute(table.delete().where(table.c.tenant == name))


def _remove_dependent(connection: sa.Connection, table: sa.Table, name: str) -> None:
    """Delete the rows that belong to others that are the tenant's: a call's slot to its trunk."""
    for key in table.foreign_keys:
        owner = key.column.table
        if "tenant" in owner.c:
            theirs = sa.select(key.column).where(owner.c.tenant == name)
            connection.execute(table.delete().where(key.parent.in_(theirs)))

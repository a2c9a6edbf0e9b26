"""Bringing every database to the present shape: the control database first, then each tenant's, one after the other.

A tenant whose database is broken is reported and does not stop the others (PARTS, database).
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import msgspec
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError

from engine.store import control, keys, postgresql, sqlite
from engine.store.databases import DatabaseSettings
from engine.store.inserting import insert_new
from engine.store.times import now_micros

MAIN = "main"
"""The tenant that is there from the first start on."""

_HISTORIES = Path(__file__).with_name("migrations")


class MigrateSettings(DatabaseSettings, Protocol):
    """What `migrate_all` needs of the settings."""

    @property
    def data(self) -> Path:
        """The data folder."""

    @property
    def bootstrap_key(self) -> str | None:
        """An administrator's key of tenant `main`."""

    def make_folders(self) -> None:
        """Make every folder that a process writes to."""


class MigrationReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each tenant's database: present, or broken for a reason."""

    present: list[str]
    broken: dict[str, str]


def migrate_all(settings: MigrateSettings) -> MigrationReport:
    """Make folders, the control database and tenant `main`; run all migrations; set the bootstrap key.

    May be run again at any time, and by several processes at once: they take turns.
    """
    settings.make_folders()
    with _alone(settings.data):
        upgrade(settings.control_url, "control")
        engine = _control_engine(settings.control_url)
        try:
            with engine.begin() as connection:
                insert_new(connection, control.tenant, {"name": MAIN, "created_at": now_micros()})
                keys.set_bootstrap(connection, settings.bootstrap_key, tenant=MAIN, at=now_micros())
                tenants = connection.execute(
                    sa.select(control.tenant.c.name, control.tenant.c.database_url).order_by(control.tenant.c.name)
                ).all()
        finally:
            engine.dispose()
        present: list[str] = []
        broken: dict[str, str] = {}
        for row in tenants:
            try:
                upgrade(row.database_url or settings.tenant_url(row.name), "tenant")
                present.append(row.name)
            except (sa.exc.SQLAlchemyError, CommandError, OSError, ValueError) as error:
                broken[row.name] = f"{type(error).__name__}: {error}"
        return MigrationReport(present=present, broken=broken)


def add_tenant(settings: MigrateSettings, name: str) -> None:
    """Make a tenant and its database; nothing happens if it is there."""
    url = settings.tenant_url(name)
    with _alone(settings.data):
        upgrade(url, "tenant")
        engine = _control_engine(settings.control_url)
        try:
            with engine.begin() as connection:
                insert_new(connection, control.tenant, {"name": name, "created_at": now_micros()})
        finally:
            engine.dispose()


def upgrade(address: str, history: str, revision: str = "head") -> None:
    """Run one history (`control` or `tenant`) on one database, which is made if it is not there."""
    url = sa.make_url(address)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        # Foreign keys are off: a table that is rebuilt is dropped for a moment, and must not take its children along.
        engine = sqlite.open_file(path, create=True, foreign_keys=False)
        schema = None
    else:
        _make_database(url)
        engine = sa.create_engine(postgresql.without_schema(url), poolclass=sa.NullPool)
        schema = postgresql.schema_of(url)
    try:
        with engine.execution_options(**sqlite.WRITE).begin() as connection:
            if schema is not None:
                connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
                connection.execute(sa.select(sa.func.set_config("search_path", f'"{schema}"', True)))
                connection.dialect.default_schema_name = schema
            config = Config()
            config.set_main_option("script_location", str(_HISTORIES / history).replace("%", "%%"))
            config.set_main_option("path_separator", "newline")
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()


def _control_engine(address: str) -> sa.Engine:
    url = sa.make_url(address)
    if url.get_backend_name() == "sqlite":
        return sqlite.open_file(Path(url.database or "")).execution_options(**sqlite.WRITE)
    return sa.create_engine(postgresql.without_schema(url), poolclass=sa.NullPool)


def _make_database(url: sa.URL) -> None:
    """Create the PostgreSQL database of the URL where it is missing, by way of the server's `postgres`."""
    catalogue = sa.table("pg_database", sa.column("datname"), schema="pg_catalog")
    server = sa.create_engine(
        postgresql.without_schema(url).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    try:
        with server.connect() as connection:
            named = sa.select(catalogue.c.datname).where(catalogue.c.datname == url.database)
            known = connection.execute(named).first()
            if known is None:
                quoted = server.dialect.identifier_preparer.quote(url.database or "")
                create: sa.ExecutableDDLElement = sa.DDL(f"CREATE DATABASE {quoted.replace('%', '%%')}")  # type: ignore[no-untyped-call]
                connection.execute(create)
    finally:
        server.dispose()


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    data.mkdir(parents=True, exist_ok=True)
    with (data / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def revisions(address: str, history: str) -> tuple[str | None, str | None]:
    """At which revision of its history a database is, and which one it should be at. Makes nothing."""
    url = sa.make_url(address)
    config = Config()
    config.set_main_option("script_location", str(_HISTORIES / history).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    head = ScriptDirectory.from_config(config).get_current_head()
    if url.get_backend_name() == "sqlite":
        engine, schema = sqlite.open_file(Path(url.database or "")), None
    else:
        engine = sa.create_engine(postgresql.without_schema(url), poolclass=sa.NullPool)
        schema = postgresql.schema_of(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"version_table_schema": schema})
            return context.get_current_revision(), head
    finally:
        engine.dispose()

"""Databases for a benchmark: SQLite files in a folder of its own, or a database on a PostgreSQL server; gone at the end.

Both wait for the disk, as in the product. What a server's processes have computed is counted as well: the postmaster,
its children, and those that have ended.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from engine.host.settings import Settings
from engine.store import Stores
from engine.store.migrate import add_tenant, migrate_all
from tests import postgresql as own_server

TICK = os.sysconf("SC_CLK_TCK")
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on", "shared_buffers": "256MB", "max_wal_size": "2GB"}  # fmt: skip


class Database:
    """Where a benchmark's tenants lie."""

    def __init__(self, settings: Settings, stores: Stores, server: sa.Engine | None) -> None:
        self.settings = settings
        self.stores = stores
        self._server = server
        self._looking: sa.Connection | None = None
        self._postmaster = None if server is None else _postmaster(server)

    @property
    def name(self) -> str:
        return "SQLite" if self._server is None else "PostgreSQL"

    def server_seconds(self) -> float:
        """CPU seconds of the server so far; none on SQLite."""
        return 0.0 if self._postmaster is None else process_seconds(self._postmaster)

    def lock_waits(self) -> int:
        """How many of the server's processes wait for a lock now."""
        if self._server is None:
            return 0
        activity = sa.table("pg_stat_activity", sa.column("wait_event_type"), schema="pg_catalog")
        waits = sa.select(sa.func.count()).select_from(activity).where(activity.c.wait_event_type == "Lock")
        if self._looking is None:  # kept: a new one each time costs the server as much as many sessions
            self._looking = self._server.connect()
        return int(self._looking.scalar(waits) or 0)

    def close(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.close()

    def settle(self) -> None:
        """Let the database bring what was written to its place: the write-ahead log is no part of what rows take."""
        for tenant in self.stores.tenant_names():
            with self.stores.tenant(tenant).engine.connect() as connection:
                if self._server is None:
                    driver = connection.connection.driver_connection
                    assert driver is not None
                    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def bytes(self) -> int:
        """How much the tenants take on the disk."""
        if self._server is not None:
            with self._server.connect() as connection:
                name = sa.make_url(self.settings.control_url).database
                return int(connection.scalar(sa.select(sa.func.pg_database_size(name))) or 0)
        return sum(path.stat().st_size for path in (self.settings.data / "tenants").iterdir())


@contextmanager
def opened(address: str | None, tenants: list[str]) -> Iterator[Database]:
    """Migrated databases with these tenants: on SQLite, on the server of a URL, or on one that is started (`own`)."""
    folder = Path(tempfile.mkdtemp(prefix="callweave-bench-"))
    try:
        if address is None:
            with _made(folder, tenants, {}, None) as database:
                yield database
        elif address == "own":
            with own_server.server(**DURABLE) as administrator, _on_server(folder, tenants, administrator) as database:
                yield database
        else:
            with _on_server(folder, tenants, sa.make_url(address)) as database:
                yield database
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _on_server(folder: Path, tenants: list[str], administrator: sa.URL) -> Iterator[Database]:
    name = f"callweave_bench_{secrets.token_hex(4)}"
    url = administrator.set(drivername="postgresql", database=name)
    urls = {
        "database_url": url.render_as_string(hide_password=False),
        "tenant_database_url": url.render_as_string(hide_password=False) + "?schema={tenant}",
    }
    server = sa.create_engine(
        administrator.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    try:
        with server.connect() as connection:
            connection.execute(sa.DDL(f'CREATE DATABASE "{name}"'))
        with _made(folder, tenants, urls, server) as database:
            yield database
    finally:
        with server.connect() as connection:
            connection.execute(sa.DDL(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        server.dispose()


@contextmanager
def _made(folder: Path, tenants: list[str], urls: dict[str, str], server: sa.Engine | None) -> Iterator[Database]:
    settings = Settings(data=folder, bootstrap_key="bench-key", **urls)  # type: ignore[arg-type]
    report = migrate_all(settings)
    assert report.broken == {}, report.broken
    for tenant in tenants:
        add_tenant(settings, tenant)
    stores = Stores(settings)
    database = Database(settings, stores, server)
    try:
        yield database
    finally:
        database.close()
        stores.close()


def _postmaster(server: sa.Engine) -> int:
    with server.connect() as connection:
        return int(_stat(int(connection.scalar(sa.select(sa.func.pg_backend_pid())) or 0))[1])


def process_seconds(postmaster: int) -> float:
    """CPU seconds of a process and its children so far."""
    ticks = sum(int(field) for field in _stat(postmaster)[11:15])  # with children that have ended
    for child in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split():
        try:
            ticks += sum(int(field) for field in _stat(int(child))[11:13])
        except FileNotFoundError:
            continue  # it ended just now: it is counted with the postmaster's next time
    return ticks / TICK


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()

"""Databases on a PostgreSQL server for one test each: copies of ones that were migrated once, dropped at the end.

Each test of the stores runs on SQLite files, on a schema for each tenant and on a database for each tenant.
"""

from __future__ import annotations

import atexit
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from engine.host.settings import Settings
from engine.store import Stores, control, keys, now_micros, postgresql
from engine.store.migrate import MAIN, add_tenant, migrate_all, upgrade

FORMS = ("sqlite", "schemas", "databases")
"""Where tenants may lie."""
OTHER = "other"
"""The tenant that tests have besides `main`."""
BOOTSTRAP_KEY = "bootstrap-key"


class Databases:
    """What the tests of one process have on a server."""

    def __init__(self, administrator: sa.URL) -> None:
        self._administrator = administrator
        self._prefix = f"cw_{secrets.token_hex(4)}"
        self._made = 0
        self._templates: set[str] = set()
        self._server = sa.create_engine(
            administrator.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", pool_size=1
        )

    @contextmanager
    def urls(self, form: str) -> Iterator[dict[str, str]]:
        """Settings for databases that nobody else uses, migrated, with `main`, `other` and the bootstrap key."""
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        tenant = f"{name}_TENANT"
        copies = {name: "schemas"} if form == "schemas" else {
            name: "control", f"{name}_{MAIN}": "tenant", f"{name}_{OTHER}": "tenant",
        }  # fmt: skip
        for copy, template in copies.items():
            self._copy(template, copy)
        yield {
            "database_url": self._address(name),
            "tenant_database_url": (
                self._address(name, schema="TENANT") if form == "schemas" else self._address(tenant)
            ).replace("TENANT", "{tenant}"),
        }
        self._drop(name)

    def close(self) -> None:
        """Drop all that was made."""
        self._drop(self._prefix)
        self._server.dispose()

    def _copy(self, template: str, name: str) -> None:
        original = f"{self._prefix}_{template}"
        if template not in self._templates:
            self._make(template, original)
            self._templates.add(template)
        with self._server.connect() as connection:
            # Its files are copied: telling the server's log of each page takes half as long again. Before 15 there is no choice.
            how = " STRATEGY FILE_COPY" if (connection.dialect.server_version_info or (0,)) >= (15,) else ""
            connection.execute(sa.DDL(f'CREATE DATABASE "{name}" TEMPLATE "{original}"{how}'))

    def _make(self, template: str, name: str) -> None:
        if template == "tenant":
            upgrade(self._address(name), "tenant")
            return
        upgrade(self._address(name), "control")
        if template == "schemas":
            for tenant in (MAIN, OTHER):
                upgrade(self._address(name, schema=tenant), "tenant")
        engine = sa.create_engine(postgresql.without_schema(sa.make_url(self._address(name))), poolclass=sa.NullPool)
        with engine.begin() as connection:
            rows = [{"name": tenant, "created_at": now_micros()} for tenant in (MAIN, OTHER)]
            connection.execute(control.tenant.insert(), rows)
            keys.set_bootstrap(connection, BOOTSTRAP_KEY, tenant=MAIN, at=now_micros())

    def _address(self, database: str, **query: str) -> str:
        url = self._administrator.set(database=database).update_query_dict(query)
        return url.render_as_string(hide_password=False)

    def _drop(self, name: str) -> None:
        """Drop the databases whose name begins so, and whoever is still connected to one."""
        catalogue = sa.table("pg_database", sa.column("datname"), schema="pg_catalog")
        ours = sa.select(catalogue.c.datname).where(
            (catalogue.c.datname == name) | catalogue.c.datname.startswith(f"{name}_", autoescape=True)
        )
        with self._server.connect() as connection:
            for database in connection.scalars(ours).all():
                connection.execute(sa.DDL(f'DROP DATABASE "{database}" WITH (FORCE)'))


@contextmanager
def opened(settings: Settings) -> Iterator[Stores]:
    """Stores with the tenants `main` and `other`."""
    prepare(settings)
    stores = Stores(settings)
    yield stores
    stores.close()


def prepare(settings: Settings) -> None:
    """Give a new data folder `main`, `other` and the bootstrap key; on PostgreSQL the tenants are there.

    SQLite files are copies of ones that were migrated once: that the migrations run is what tests/store/test_databases.py
    and every running copy show.
    """
    settings.make_folders()
    if settings.database_url is None:
        original = _migrated_files()
        for name, path in _files(settings).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original / name, path)
    stores = Stores(settings)
    with stores.control.begin() as connection:
        keys.set_bootstrap(connection, settings.bootstrap_key, tenant=MAIN, at=now_micros())
    stores.close()


def _files(settings: Settings) -> dict[str, Path]:
    urls = {"control": settings.control_url, MAIN: settings.tenant_url(MAIN), OTHER: settings.tenant_url(OTHER)}
    return {name: Path(sa.make_url(url).database or "") for name, url in urls.items()}


@cache
def _migrated_files() -> Path:
    """A folder with a file of the control database and of each tenant, for this process."""
    folder = Path(tempfile.mkdtemp(prefix="callweave-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = Settings(data=folder / "data")
    assert migrate_all(settings).broken == {}
    add_tenant(settings, OTHER)
    for name, path in _files(settings).items():
        shutil.copyfile(path, folder / name)
    return folder

"""Opening databases: always the control database, or *one tenant's*. No query filters by a tenant (DESIGN, Tenants).

A tenant's database is a SQLite file, a PostgreSQL schema or a PostgreSQL database; the URL says which. At most 300 are
open at once; the one that was not used for the longest time is closed.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from engine.store import control, postgresql, sqlite
from engine.store.compiled import Compiled
from engine.store.glance import Glance
from engine.store.sealing import Keys, Seal, with_seal

OPEN_AT_MOST = 300
SHARED_POOL = 10
TENANT_POOL = 2
NAMES_FRESH = 1.0
"""Seconds after which those who only look ask anew which tenants there are."""


class DatabaseSettings(Protocol):
    """What the stores need of the settings."""

    @property
    def control_url(self) -> str:
        """SQLAlchemy URL of the control database."""

    @property
    def country(self) -> str:
        """Where telephone numbers without a country are at home."""

    def tenant_url(self, tenant: str, /) -> str:
        """SQLAlchemy URL of a tenant's database; ValueError if this is not a tenant's name."""

    @property
    def time_zone(self) -> str:
        """The time zone of those of whom nothing else is known."""

    def main_keys(self) -> Sequence[bytes]:
        """The main keys that seal what must not be read in the databases, the newest first."""


class TenantUnknown(LookupError):
    """There is no such tenant, or its database is missing: tell the operator, do not retry."""


class Store:
    """One open database. Its connections may be used from any thread, one thread at a time each."""

    def __init__(
        self, name: str, engine: sa.Engine, *, one_writer: bool, time_zone: str = "UTC", country: str = "CN"
    ) -> None:  # fmt: skip
        self.name = name
        self.time_zone = time_zone
        """The zone of contacts who have none of their own."""
        self.country = country
        """Where telephone numbers without a country are at home."""
        self.engine = engine
        self._writing = engine.execution_options(**sqlite.WRITE)
        self._one_writer = one_writer
        self._turnstile: AbstractContextManager[object] = threading.Lock() if one_writer else nullcontext()

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """One write transaction: committed at the end of the block, rolled back if it raises.

        On SQLite it waits for this process's other writers in a queue, and up to five seconds for other processes.
        """
        with self._turnstile, self._writing.begin() as connection:
            if not self._one_writer:
                postgresql.by_index(connection)
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One reading transaction, rolled back at the end; on SQLite all its statements see the same state."""
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close the connections that are not in use; the others close when they are given back."""
        self.engine.dispose()


class Stores:
    """All databases of one copy of Callweave, opened when they are asked for. Safe for threads."""

    def __init__(self, settings: DatabaseSettings, open_at_most: int = OPEN_AT_MOST) -> None:
        self._settings = settings
        self._open_at_most = open_at_most
        self._lock = threading.RLock()
        self._control: Store | None = None
        self._tenants: OrderedDict[str, Store] = OrderedDict()
        self._shared: dict[sa.URL, sa.Engine] = {}
        self._keys = Keys(settings.main_keys)
        self._glance = Glance()
        self._names: list[str] = []
        self._suspended: frozenset[str] = frozenset()
        self._born: dict[str, int] = {}
        self._names_until = 0.0

    @property
    def country(self) -> str:
        """Where telephone numbers without a country are at home."""
        return self._settings.country

    @property
    def control(self) -> Store:
        """The control database."""
        with self._lock:
            if self._control is None:
                self._control = self._open_control()
            return self._control

    def tenant(self, name: str) -> Store:
        """The database of a tenant; raises TenantUnknown."""
        with self._lock:
            store = self._tenants.get(name)
            if store is not None:
                self._tenants.move_to_end(name)
                return store
        url = self._tenant_url(name)
        with self._lock:
            store = self._tenants.get(name)
            if store is None:
                store = self._tenants[name] = self._open_tenant(name, url)
            while len(self._tenants) > self._open_at_most:
                _, oldest = self._tenants.popitem(last=False)
                self._close(oldest)
            return store

    def tenant_names(self) -> list[str]:
        """Every tenant there is, by name."""
        with self.control.read() as connection:
            return list(connection.scalars(sa.select(control.tenant.c.name).order_by(control.tenant.c.name)))

    def active_names(self) -> list[str]:
        """Every tenant that is not suspended: those for whom something is done by itself."""
        self._names_until = 0.0
        return self.names_lately()

    def names_lately(self) -> list[str]:
        """Every tenant that was active a second ago: for looks that come again."""
        now = time.monotonic()
        if now >= self._names_until:
            columns = (control.tenant.c.name, control.tenant.c.created_at, control.tenant.c.suspended_at)
            with self.control.read() as connection:
                rows = connection.execute(sa.select(*columns).order_by(control.tenant.c.name)).all()
            self._names = [row.name for row in rows if row.suspended_at is None]
            self._suspended = frozenset(row.name for row in rows if row.suspended_at is not None)
            self._names_until = now + NAMES_FRESH
            self._glance.only(self._names)
            self._forget({row.name: row.created_at for row in rows})
        return self._names

    def suspended(self, tenant: str) -> bool:
        """Whether a tenant was suspended a second ago, or when the control database was last heard of."""
        with suppress(sa.exc.OperationalError):
            self.names_lately()
        return tenant in self._suspended

    def glance(self, tenant: str, question: Compiled, *values: Any) -> tuple[Any, ...]:
        """The one row that answers a question about a tenant, cheaply; raises TenantUnknown and database errors."""
        return self._glance.ask(tenant, self.tenant(tenant).engine, question, *values)

    def close(self) -> None:
        """Close every database."""
        self._glance.close()
        with self._lock:
            stores = [*self._tenants.values(), *([self._control] if self._control else [])]
            engines = list(self._shared.values())
            self._tenants.clear()
            self._shared.clear()
            self._control = None
        for store in stores:
            store.close()
        for engine in engines:
            engine.dispose()

    def _forget(self, born: dict[str, int]) -> None:
        """Let go of databases whose tenant is no more, or is another one of the same name."""
        with self._lock:
            for name in list(self._tenants):
                if name not in born or self._born.get(name, born[name]) != born[name]:
                    self._close(self._tenants.pop(name))
            self._born = born

    def _close(self, store: Store) -> None:
        """Close a database, unless others are in the same pool."""
        if store.engine.pool not in [engine.pool for engine in self._shared.values()]:
            store.close()

    def _open_control(self) -> Store:
        url = sa.make_url(self._settings.control_url)
        if url.get_backend_name() == "sqlite":
            return Store("control", sqlite.open_file(_existing(url, "the control database")), one_writer=True)
        pool = postgresql.open_pool(
            url, size=SHARED_POOL, empty_search_path=False, idle_seconds=postgresql.HALTED_SECONDS
        )
        return Store("control", pool, one_writer=False)

    def _tenant_url(self, name: str) -> sa.URL:
        with self.control.read() as connection:
            row = connection.execute(
                sa.select(control.tenant.c.database_url).where(control.tenant.c.name == name)
            ).one_or_none()
        if row is None:
            raise TenantUnknown(f"no tenant {name!r}")
        return sa.make_url(row.database_url or self._settings.tenant_url(name))

    def _open_tenant(self, name: str, url: sa.URL) -> Store:
        home = {"time_zone": self._settings.time_zone, "country": self._settings.country}
        if url.get_backend_name() == "sqlite":
            file = sqlite.open_file(_existing(url, f"the database of tenant {name!r}"))
            return Store(name, with_seal(file, self._seal(name)), one_writer=True, **home)
        schema = postgresql.schema_of(url)
        if schema is None:
            engine = postgresql.open_pool(url, size=TENANT_POOL, empty_search_path=False)
        else:
            plain = postgresql.without_schema(url)
            if plain not in self._shared:
                self._shared[plain] = postgresql.open_pool(url, size=SHARED_POOL, empty_search_path=True)
            engine = self._shared[plain].execution_options(schema_translate_map={None: schema})
        return Store(name, with_seal(engine, self._seal(name)), one_writer=False, **home)

    def _seal(self, tenant: str) -> Seal:
        return Seal(tenant, self._keys)


def _existing(url: sa.URL, what: str) -> Path:
    path = Path(url.database or "")
    if not path.is_file():
        raise TenantUnknown(f"{what} is missing: {path}")
    return path

"""A tenant's life: made, suspended, resumed, deleted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from engine.host.settings import TENANT_NAME, Settings
from engine.store import Stores, TenantUnknown, from_micros, keys, now_micros, removing, tenants
from engine.store.migrate import MAIN, add_tenant, migrate_all
from engine.store.tenants import TenantRow
from engine.store.times import SECOND

SETTLED = 60 * SECOND
"""So long a tenant must have been suspended before it is deleted: by then every process has let go of it."""


class Refused(ValueError):
    """What was asked cannot be done; the message says why."""


class NoTenant(Refused):
    """There is no tenant of this name."""


def listed(settings: Settings) -> list[str]:
    """A line for each tenant."""
    with _stores(settings) as stores, stores.control.read() as connection:
        return [_line(row) for row in tenants.every(connection)]


def created(settings: Settings, name: str) -> str:
    """Make a tenant; gives an administrator's key of it, which is kept nowhere."""
    if not TENANT_NAME.fullmatch(name):
        raise Refused(f"{name!r} is no name for a tenant: a lower-case letter, then letters, digits and _, at most 48")
    migrate_all(settings)
    with _stores(settings) as stores:
        if name in stores.tenant_names():
            raise Refused(f"There is a tenant {name!r} already.")
        add_tenant(settings, name)
        secret = keys.new_secret()
        with stores.control.begin() as connection:
            keys.add(connection, secret, tenant=name, name="first", role=keys.ADMINISTRATOR, at=now_micros())
    return secret


def suspended(settings: Settings, name: str) -> str:
    """Suspend a tenant."""
    with _stores(settings) as stores:
        found(stores, name)
        with stores.control.begin() as connection:
            tenants.suspend(connection, name, at=now_micros())
        return _line(found(stores, name))


def resumed(settings: Settings, name: str) -> str:
    """Take it back into service."""
    with _stores(settings) as stores:
        found(stores, name)
        with stores.control.begin() as connection:
            tenants.resume(connection, name)
        return _line(found(stores, name))


def deleted(settings: Settings, name: str) -> str:
    """Delete a tenant that is suspended, and that nobody talks to any more."""
    with _stores(settings) as stores:
        row = found(stores, name)
        if name == MAIN:
            raise Refused(f"The tenant {MAIN!r} belongs to the platform and stays.")
        if row.suspended_at is None:
            raise Refused(f"Suspend it first: callweave tenant suspend {name}")
        if (left := row.suspended_at + SETTLED - now_micros()) > 0:
            raise Refused(f"It was suspended just now. Delete it in {left // SECOND + 1} s.")
        if calls := _calls(stores, name):
            raise Refused(f"{calls} calls of it are still going on.")
        removing.drop_database(row.database_url or settings.tenant_url(name))
        for folder in settings.folders_of(name):
            shutil.rmtree(folder, ignore_errors=True)
        with stores.control.begin() as connection:
            removing.remove_rows(connection, name)
    return f"{name}: deleted, with its database, files, users and keys"


def _calls(stores: Stores, name: str) -> int:
    """The calls that are up; none if its database is gone, for an earlier deletion was cut short."""
    try:
        with stores.tenant(name).read() as connection:
            return removing.calls(connection)
    except TenantUnknown:
        return 0


def found(stores: Stores, name: str) -> TenantRow:
    """How a tenant stands; raises NoTenant."""
    with stores.control.read() as connection:
        every = tenants.every(connection)
    for row in every:
        if row.name == name:
            return row
    raise NoTenant(f"There is no tenant {name!r}; there are: {', '.join(row.name for row in every)}.")


def _line(row: TenantRow) -> str:
    if row.suspended_at is None:
        return f"{row.name}: active"
    return f"{row.name}: suspended since {from_micros(row.suspended_at):%Y-%m-%d %H:%M:%S} UTC"


@contextmanager
def _stores(settings: Settings) -> Iterator[Stores]:
    stores = Stores(settings)
    try:
        yield stores
    finally:
        stores.close()

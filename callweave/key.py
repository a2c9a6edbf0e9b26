"""Making API keys from the command line."""

from __future__ import annotations

from engine.host.settings import Settings
from engine.store import Stores, audit, id_text, keys, now_micros
from engine.store.audit import commanded
from engine.store.migrate import migrate_all
from engine.store.times import SECOND

DAY = 24 * 3600 * SECOND


class NoTenant(ValueError):
    """There is no tenant of this name."""


def create(settings: Settings, *, name: str, role: str, tenant: str, days: int | None) -> str:
    """Keep a new key; gives its text, which is kept nowhere."""
    if not (settings.data / "control.sqlite3").exists():
        migrate_all(settings)
    stores = Stores(settings)
    try:
        if tenant not in stores.tenant_names():
            raise NoTenant(f"There is no tenant {tenant!r}; there are: {', '.join(stores.tenant_names())}.")
        secret, now = keys.new_secret(), now_micros()
        ends = None if days is None else now + days * DAY
        with stores.control.begin() as connection:
            made = keys.add(connection, secret, tenant=tenant, name=name, role=role, at=now, expires_at=ends)
            audit.append(connection, tenant, commanded(
                "key create", kind="api_keys", identity=id_text(made), detail={"after": {"name": name, "role": role}}
            ))  # fmt: skip
        return secret
    finally:
        stores.close()

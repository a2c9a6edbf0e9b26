"""How long a tenant's ended sessions, recordings and faxes are kept, as an operator sets it."""

from __future__ import annotations

from callweave.tenant.life import found
from engine.host.settings import Settings
from engine.store import Stores, tenants
from engine.store.tenants import Keeping


def kept(
    settings: Settings, name: str, *, sessions: int | None, recordings: int | None, faxes: int | None = None
) -> str:
    """Set what was given, and say how it stands; raises NoTenant where there is no such tenant."""
    stores = Stores(settings)
    try:
        found(stores, name)
        with stores.control.begin() as connection:
            before = tenants.keeping(connection, name)
            now = Keeping(
                keep_days=_given(sessions, before.keep_days),
                recordings_days=_given(recordings, before.recordings_days),
                faxes_days=_given(faxes, before.faxes_days),
            )
            if now != before:
                tenants.set_keeping(connection, name, now)
    finally:
        stores.close()
    return (
        f"{name}: sessions {_words(now.keep_days, settings.keep_days)}, "
        f"recordings {_words(now.recordings_days, settings.recordings_days)}, "
        f"faxes {_words(now.faxes_days, settings.faxes_days)}"
    )


def _given(asked: int | None, before: int | None) -> int | None:
    return before if asked is None else None if asked < 0 else asked


def _words(own: int | None, platform: int) -> str:
    days = platform if own is None else own
    said = f"{days} days" if days else "for ever"
    return f"{said} (the platform's)" if own is None else said

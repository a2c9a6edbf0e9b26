"""Changing the main key of what is sealed: a new one beside the old, everything sealed anew, the old one forgotten."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from engine.host.private_files import write_private
from engine.host.settings import Settings
from engine.store import Stores, TenantUnknown
from engine.store.resealing import Counts, reseal
from engine.store.sealing import key_id, new_key

ROUNDS = 5
"""So often all is looked through, for those that write meanwhile may seal with the old key for a second."""


SETTLED_SECONDS = 60
"""So old the newest key must be before the others go: by then every process seals with it."""
FILE = "seal.key"


class NotSealed(RuntimeError):
    """Not all could be sealed anew; the message says what is left."""


def rotate(settings: Settings) -> Iterator[str]:
    """Make a new key, and seal everything with it; what is done, line by line. Raises NotSealed."""
    with _alone(settings):
        if settings.seal_keys:
            yield "keys come from CALLWEAVE_SEAL_KEYS: its first one seals"
        else:
            _write(settings, [new_key(), *settings.main_keys()])
    yield from _keys(settings)
    counts = _everything(settings)
    yield f"sealed anew: {counts.anew}; sealed with the newest key: {counts.current}"
    yield "older keys still open what they sealed: callweave key forget"


def forget(settings: Settings) -> Iterator[str]:
    """Drop all keys but the newest, if nothing is sealed with them. Raises NotSealed."""
    if settings.seal_keys:
        raise NotSealed("Keys come from CALLWEAVE_SEAL_KEYS: take the older ones out there, on every machine.")
    age = time.time() - (settings.data / FILE).stat().st_mtime
    if len(settings.main_keys()) > 1 and age < SETTLED_SECONDS:
        raise NotSealed(f"The newest key is {age:.0f} s old. Forget the others when it is {SETTLED_SECONDS} s old.")
    _everything(settings)
    with _alone(settings):
        older = settings.main_keys()[1:]
        _write(settings, settings.main_keys()[:1])
    yield f"forgotten: {', '.join(map(key_id, older)) or 'none, there was one key'}"
    yield from _keys(settings)


def _everything(settings: Settings) -> Counts:
    """Seal all of every tenant anew, until a round finds nothing to do; the counts of all rounds and of the last."""
    total = Counts()
    stores = Stores(settings)
    try:
        for _ in range(ROUNDS):
            seen = Counts()
            for tenant in stores.tenant_names():
                try:
                    reseal(stores, tenant, seen)
                except (TenantUnknown, sa.exc.SQLAlchemyError) as error:
                    raise NotSealed(f"{tenant}: {error}. Nothing is lost: run it again.") from None
            if seen.lost:
                raise NotSealed(f"{seen.lost} sealed values open with no key that is here; the rest is sealed anew.")
            total.anew += seen.anew
            if not seen.anew:
                total.current = seen.current
                return total
    finally:
        stores.close()
    raise NotSealed("Somebody goes on sealing with an older key: is there a process with other settings?")


def _keys(settings: Settings) -> Iterator[str]:
    for number, key in enumerate(settings.main_keys()):
        yield f"key {key_id(key)} {'seals' if number == 0 else 'opens what it sealed'}"


def _write(settings: Settings, keys: list[bytes]) -> None:
    write_private(settings.data / FILE, "".join(f"{key.decode()}\n" for key in keys))


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    with (settings.data / "seal.key.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

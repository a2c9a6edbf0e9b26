"""Old sessions leave the databases, after they have been written to a file: an RQ job, once an hour for each tenant.

`data/exports/TENANT/sessions-DATE-NUMBER.ndjson.gz` has a line for each session: what it was, every turn, every party,
every command with its fate. A batch is in the file, and the file on the disk, before its rows go; a job that dies
between leaves a session in two files, never in none. Recordings and faxes go without a copy, each by an age of its own,
the files after their rows. Batches are small and pause, so that calls do not wait for them.
"""

from __future__ import annotations

import gzip
import os
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import redis
import sqlalchemy as sa
import structlog
from redis import Redis

from engine.host import jobs
from engine.host.at_hand import at_hand
from engine.host.texting.keeping import Keeping
from engine.host.texting.sending import MEDIUM_OF
from engine.secret import mask
from engine.store import (
    Store,
    TenantUnknown,
    faxes,
    from_micros,
    id_text,
    messages,
    now_micros,
    questions,
    recordings,
    retention,
    tenants,
)
from engine.store.files import Files
from engine.store.retention import Old
from engine.store.times import SECOND

log = structlog.get_logger()

JOB = "engine.host.retention.sweep"
DAY = 24 * 3600 * SECOND
APPLIED_KEPT = 30 * DAY
"""So long an event that is reported a second time is known by its source and id."""
BATCH = 100
PAUSE = 0.02
LONGEST = 240.0
"""Seconds that one job may take; what is left is the next one's."""
TIMES = ("started_at", "ended_at", "at", "answered_at", "updated_at")
_encoder = msgspec.json.Encoder(enc_hook=mask)


def hint(connection: Redis, tenants: list[str]) -> None:
    """Ask for it in each of these tenants."""
    try:
        jobs.enqueue_each(connection, JOB, {f"retention-{tenant}": (tenant,) for tenant in tenants}, on="later")
    except redis.RedisError as error:
        log.warning("old sessions are not swept", reason=str(error))


def sweep(tenant: str) -> None:
    """Sweep a tenant. May run twice, and side by side."""
    parts = at_hand()
    try:
        store = parts.stores.tenant(tenant)
    except TenantUnknown as error:
        log.warning("old sessions are not swept", tenant=tenant, reason=str(error))
        return
    until = time.monotonic() + LONGEST
    with parts.stores.control.read() as connection:
        own = tenants.keeping(connection, tenant)
    keep_days = parts.settings.keep_days if own.keep_days is None else own.keep_days
    recordings_days = parts.settings.recordings_days if own.recordings_days is None else own.recordings_days
    faxes_days = parts.settings.faxes_days if own.faxes_days is None else own.faxes_days
    files = Files(parts.settings.folder_assets, tenant)
    gone = 0
    if keep_days:
        before = now_micros() - keep_days * DAY
        gone = sweep_sessions(store, before, parts.settings.data / "exports" / tenant, until)
        sweep_messages(store, before, files, until)
    applied = sweep_applied(store, now_micros(), until)
    removed = faxed = 0
    if recordings_days:
        removed = sweep_recordings(store, now_micros() - recordings_days * DAY, files, until)
    if faxes_days:
        faxed = sweep_faxes(store, now_micros() - faxes_days * DAY, files, until)
    shown = Keeping(parts.programs, parts.settings.country, parts.settings.folder_assets).sweep(store, _telling(store))
    if gone or applied or removed or faxed or shown:
        log.info(
            "old rows are swept", tenant=tenant, sessions=gone, events=applied, recordings=removed, faxes=faxed,
            texts_in_pieces=shown,
        )  # fmt: skip


def _telling(store: Store) -> list[str]:
    """The gateways by which texts and mail come in."""
    with store.read() as connection:
        return [*MEDIUM_OF, *questions.further(connection)]


def sweep_sessions(store: Store, before: int, folder: Path, until: float) -> int:
    """Export and delete the sessions that ended before a moment; how many went."""
    gone, after, file = 0, b"", None
    try:
        while time.monotonic() < until:
            with store.read() as connection:
                old = retention.ended_before(connection, before, after=after, limit=BATCH)
            if not old:
                break
            file = file or _new_file(folder)
            _write(file, old)
            with store.begin() as connection:
                gone += retention.delete(connection, [each.id for each in old], before)
            after = old[-1].id
            time.sleep(PAUSE)
    finally:
        if file is not None:
            os.close(file)
    return gone


def sweep_applied(store: Store, at: int, until: float) -> int:
    """Delete events that were applied long ago, and answers that are kept no longer; how many events."""
    gone = 0
    while time.monotonic() < until:
        with store.begin() as connection:
            events = retention.delete_applied(connection, at - APPLIED_KEPT, limit=5 * BATCH)
            answers = retention.delete_answers(connection, at=at, limit=5 * BATCH)
        gone += events
        if max(events, answers) < 5 * BATCH:
            break
        time.sleep(PAUSE)
    return gone


def sweep_recordings(store: Store, before: int, files: Files, until: float) -> int:
    """Delete the recordings that ended before a moment, their files last; how many went."""
    return _sweep(store, files, until, partial(recordings.ended_before, at=before, limit=BATCH), recordings.remove)


def sweep_faxes(store: Store, before: int, files: Files, until: float) -> int:
    """Delete the faxes that ended before a moment, and the documents that came in by them; how many went."""
    return _sweep(store, files, until, partial(faxes.ended_before, at=before, limit=BATCH), faxes.remove)


def sweep_messages(store: Store, before: int, files: Files, until: float) -> int:
    """Delete messages of before a moment with their receipts, but for those that nobody has read; how many went."""
    return _sweep(store, files, until, partial(messages.ended_before, before=before, limit=BATCH), messages.remove)


def _sweep(
    store: Store,
    files: Files,
    until: float,
    find: Callable[[sa.Connection], list[bytes]],
    remove: Callable[[sa.Connection, bytes], list[bytes]],
) -> int:
    gone = 0
    while time.monotonic() < until:
        with store.begin() as connection:
            old = find(connection)
            unneeded = [sha256 for identity in old for sha256 in remove(connection, identity)]
        for sha256 in unneeded:
            files.remove(sha256)
        gone += len(old)
        if len(old) < BATCH:
            break
        time.sleep(PAUSE)
    return gone


def _new_file(folder: Path) -> int:
    """A file that nobody else writes; its folder's entry is on the disk."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"sessions-{datetime.now(UTC):%Y-%m-%d}-{secrets.token_hex(4)}.ndjson.gz"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    for parent in (folder, folder.parent):
        entry = os.open(parent, os.O_RDONLY)
        os.fsync(entry)
        os.close(entry)
    return file


def _write(file: int, old: list[Old]) -> None:
    """Put a batch to the end of the file, as a gzip member of its own, and wait for the disk."""
    member = memoryview(gzip.compress(b"".join(_encoder.encode(_line(each)) + b"\n" for each in old), mtime=0))
    while member:
        member = member[os.write(file, member) :]
    os.fsync(file)


def _line(old: Old) -> dict[str, Any]:
    shown: dict[str, Any] = _shown(old.session)
    return shown | {name: [_shown(each) for each in getattr(old, name)] for name in ("turns", "legs", "commands")}


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    """Ids and times as the API writes them."""
    return {name: _value(name, value) for name, value in values.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, bytes) and len(value) == 16:
        return id_text(value)
    return from_micros(value) if name in TIMES and isinstance(value, int) else value

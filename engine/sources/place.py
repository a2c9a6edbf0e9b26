"""A connector's own place: one SQLite file, in which all lies that must survive it, and the folder around it.

The file has a name that is its own for ever, its stream: positions of records count within it. A file that is put back
from a backup counts positions anew that the platform has had; then it needs another name (`new_stream`).
"""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

import msgspec
import sqlalchemy as sa

from engine.store import Store, id_bytes, id_text, new_id, now_micros, own_settings, source_writes, spool, sqlite
from engine.store.tenant import metadata, setting
from engine.store.tenant.sources import KEPT, source_spool
from engine.store.times import SECOND

FILE = "connector.sqlite3"
STREAM = "stream"
WRITES_KNOWN = 400 * 86_400 * SECOND
"""So long a key of a write-back is known."""


class InUse(Exception):
    """Another connector works in this folder."""


class _Stream(msgspec.Struct, frozen=True):
    id: str = ""


class Place:
    """The folder of one connector, which no other process uses meanwhile."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._lock = _locked(folder / "connector.lock")
        engine = sqlite.open_file(folder / FILE, create=True)
        (folder / FILE).touch(mode=0o600)
        self.store = Store("connector", engine, one_writer=True)
        with self.store.begin() as connection:
            metadata.create_all(connection, tables=[*KEPT, setting])
            source_writes.forget(connection, before=now_micros() - WRITES_KNOWN)
        self.stream = self._stream()

    def new_stream(self) -> None:
        """Count positions under another name from now on."""
        with self.store.begin() as connection:
            own_settings.put(connection, STREAM, _Stream(id_text(new_id())), at=now_micros())
        self.stream = self._stream()

    def waiting(self) -> int:
        """How many records are kept here, about."""
        ends = sa.select(sa.func.min(source_spool.c.position), sa.func.max(source_spool.c.position))
        with self.store.read() as connection:
            first, last = connection.execute(ends).one()
        return 0 if first is None else int(last - first + 1)

    def head(self, limit: int) -> list[spool.Spooled]:
        """The first records that are to leave."""
        with self.store.read() as connection:
            return spool.head(connection, limit=limit)

    def close(self) -> None:
        """Let go of file and folder."""
        self.store.close()
        self._lock.close()

    def _stream(self) -> bytes:
        with self.store.begin() as connection:
            kept = own_settings.get(connection, STREAM, _Stream)
            if not kept.id:
                kept = _Stream(id_text(new_id()))
                own_settings.put(connection, STREAM, kept, at=now_micros())
        identity = id_bytes(kept.id)
        assert identity is not None
        return identity


def _locked(path: Path) -> IO[str]:
    lock = path.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise InUse(f"another connector works in {path.parent}") from None
    return lock

"""A connector's own place: one SQLite file, in which all lies that must survive it, and the folder around it.

The file has a name that is its own, its stream: positions of records count within it. A file that is put back from a
backup gives positions a second time. It is known by that: the platform has had more of them than this file has sent.
Then its rows travel under another name.
"""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

import msgspec
import sqlalchemy as sa
import structlog

from engine.store import Store, id_bytes, id_text, new_id, now_micros, own_settings, source_writes, spool, sqlite
from engine.store.tenant import metadata, setting
from engine.store.tenant.sources import KEPT, source_spool
from engine.store.times import SECOND

log = structlog.get_logger()

FILE = "connector.sqlite3"
STREAM = "stream"
WRITES_KNOWN = 400 * 86_400 * SECOND
"""So long a key of a write-back is known."""


class InUse(Exception):
    """Another connector works in this folder."""


class Stream(msgspec.Struct, frozen=True):
    """The file's name, and the last position that was sent under it, arrived or not."""

    id: str = ""
    sent: int = 0


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

    def about_to_send(self, last: int) -> None:
        """Positions up to this one leave now."""
        with self.store.begin() as connection:
            kept = own_settings.get(connection, STREAM, Stream)
            if last > kept.sent:
                own_settings.put(connection, STREAM, Stream(kept.id, last), at=now_micros())

    def compare(self, through: int) -> None:
        """The platform has had positions up to this one under our name."""
        with self.store.begin() as connection:
            if through <= own_settings.get(connection, STREAM, Stream).sent:
                return
            log.warning("the file was put back from a backup: its rows travel under another name")
            own_settings.put(connection, STREAM, Stream(id_text(new_id())), at=now_micros())
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
            kept = own_settings.get(connection, STREAM, Stream)
            if not kept.id:
                kept = Stream(id_text(new_id()))
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

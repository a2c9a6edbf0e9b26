"""Reading the files of a feed: each once, by what is in it, in pieces that go on where they ended.

A file is moved away by the reading after its last rows: by then they are kept. A process that is killed in between
finds the file still there and its place in it, and nothing comes twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from engine.adapters.gateway import Refused
from engine.faults import Fault, dotted
from engine.sources.csv_folder.config import FolderFeed
from engine.sources.csv_folder.folder import Folder, digest_of
from engine.sources.csv_folder.tables import NoTable, Table
from engine.sources.csv_folder.translate import FILE, ROW, row_of
from engine.sources.source import Batch, PlainRow, Surroundings

MOST_KNOWN = 5_000
"""Files that are known by what was in them."""
MOST_REPORTED = 1_000
"""Rows that a report names."""
MESSAGES = {"was taken away while it was read"}
"""Sentences of this module; each has its translation."""


class _File(msgspec.Struct, array_like=True):
    """The file that is being read: how many of its rows were, and what was wrong."""

    name: str
    digest: bytes
    row: int = 0
    taken: int = 0
    wrong: int = 0
    reasons: list[str] = []
    ended: bool = False


class _Cursor(msgspec.Struct, array_like=True):
    file: _File | None = None
    known: list[bytes] = []


class FolderReader:
    """Reads one feed."""

    def __init__(
        self, name: str, feed: FolderFeed, zone: str, around: Surroundings, clock: Callable[[], float] = time.time
    ) -> None:
        self._name, self._feed, self._zone = name, feed, ZoneInfo(zone)
        self._around = around
        self._clock = clock
        self._folder: Folder | None = None
        self._open: tuple[bytes, int, Table, Iterator[tuple[int, Sequence[Any]]]] | None = None

    def read(self, cursor: bytes | None, limit: int) -> Batch:
        """The next rows of the file that is being read, or of the next one that is complete."""
        try:
            place = msgspec.msgpack.decode(cursor, type=_Cursor) if cursor else _Cursor()
        except (msgspec.DecodeError, msgspec.ValidationError):
            raise Refused("the place in this feed was written by another version") from None
        if self._folder is None:
            self._folder = Folder(self._around.place(self._feed.folder), self._feed)
        rows: list[PlainRow] = []
        faults: list[Fault] = []
        if place.file is not None and place.file.ended:
            self._finish(self._folder, place, place.file)
        if place.file is None and (path := self._next(self._folder, place)) is not None:
            place.file = _File(path.name, digest_of(path))
        if place.file is not None:
            self._take(self._folder.path / place.file.name, place.file, limit, rows, faults)
        return Batch(rows=rows, cursor=msgspec.msgpack.encode(place), more=place.file is not None, faults=tuple(faults))

    def close(self) -> None:
        """Let the file go."""
        if self._open is not None:
            self._open[2].close()
            self._open = None

    def _next(self, folder: Folder, place: _Cursor) -> Path | None:
        """The next file that is not the same as one before; those are put away."""
        for path in folder.complete(self._clock()):
            if digest_of(path) not in place.known:
                return path
            folder.put_away(path, failed=False, report=["The same as a file before: nothing was taken from it."])
        return None

    def _finish(self, folder: Folder, place: _Cursor, file: _File) -> None:
        """Put the file away, if it is still the one that was read."""
        self.close()
        path = folder.path / file.name
        if path.is_file() and digest_of(path) == file.digest:
            lines = [f"{file.taken} rows taken, {file.wrong} not.", *file.reasons]
            if file.wrong > len(file.reasons):
                lines.append("…")
            folder.put_away(path, failed=file.wrong > 0, report=lines)
        place.known = [*place.known, file.digest][-MOST_KNOWN:]
        place.file = None

    def _take(self, path: Path, file: _File, limit: int, rows: list[PlainRow], faults: list[Fault]) -> None:
        def wrong(fault: Fault, row: int) -> None:
            file.wrong += 1
            faults.append(Fault(dotted(self._name, file.name, row or ""), fault.message, fault.params))
            if len(file.reasons) < MOST_REPORTED:
                file.reasons.append(f"row {row}: {fault.sentence}" if row else fault.sentence)

        try:
            table, lines = self._opened(path, file)
            for number, cells in lines:
                file.row += 1
                found = row_of(table.names, cells, self._zone, self._feed.text, exact=table.exact)
                if isinstance(found, Fault):
                    wrong(found, number)
                elif found is not None:
                    rows.append(found | {FILE: file.name, ROW: number})
                    file.taken += 1
                if len(rows) + len(faults) >= limit:
                    break
            else:
                file.ended = True
            self._open = (file.digest, file.row, table, lines)
        except NoTable as error:
            wrong(error.fault, error.row)
            file.ended = True
        except FileNotFoundError:
            wrong(Fault("", "was taken away while it was read"), 0)
            file.ended = True

    def _opened(self, path: Path, file: _File) -> tuple[Table, Iterator[tuple[int, Sequence[Any]]]]:
        """The file at the row where reading goes on; from its beginning if it is another one by now."""
        if self._open is not None and self._open[:2] == (file.digest, file.row):
            return self._open[2], self._open[3]
        self.close()
        if file.row and (found := digest_of(path)) != file.digest:
            file.digest, file.row, file.taken, file.wrong, file.reasons = found, 0, 0, 0, []
        table = Table(path, self._feed)
        lines = iter(table)
        for _ in range(file.row):
            if next(lines, None) is None:
                break
        return table, lines

"""A file as a table: the header, and its rows one after the other, with the numbers that a person sees beside them."""

from __future__ import annotations

import codecs
import csv
import zipfile
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from engine.faults import Fault
from engine.sources.csv_folder import translate
from engine.sources.csv_folder.config import FolderFeed
from engine.spreadsheets import guard

SPREADSHEETS: Final = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_PACKED: Final = 20
"""A spreadsheet is packed; it may be so many times as large as its file when it is unpacked."""
_PIECE: Final = 1024 * 1024
_MARKS: Final = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
Lines = Iterator[tuple[int, Sequence[Any]]]
MESSAGES = {
    "is larger than {limit} bytes", "is no text in {expected}", "cannot be read: {reason}",
    "has no sheet {value}: there are {expected}", "has more than {limit} rows",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class NoTable(Exception):
    """The file as a whole cannot be read; `row` is where that was seen, 0 for at once."""

    def __init__(self, fault: Fault, row: int = 0) -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.row = row


class Table:
    """An open file. Raises NoTable when it is opened, or in the middle of its rows."""

    def __init__(self, path: Path, feed: FolderFeed) -> None:
        if path.stat().st_size > feed.largest_file:
            raise NoTable(Fault("", "is larger than {limit} bytes", {"limit": feed.largest_file}))
        self.exact = path.suffix.lower() not in SPREADSHEETS
        rows = _text_rows(path, feed) if self.exact else _sheet_rows(path, feed)
        self._rows = _counted(rows, feed)
        self.names = list(feed.columns)
        if not self.names:
            _, cells = next(self._rows, (0, []))
            found = translate.header_of(cells, feed.most_columns)
            if isinstance(found, Fault):
                raise NoTable(found)
            self.names = found

    def __iter__(self) -> Lines:
        return self._rows

    def close(self) -> None:
        """Let the file go."""
        self._rows.close()


def _counted(rows: Lines, feed: FolderFeed) -> Generator[tuple[int, Sequence[Any]], None, None]:
    """The rows behind those above the header, as many as there may be."""
    for count, (number, cells) in enumerate(rows):
        if count < feed.skip_rows:
            continue
        if count - feed.skip_rows > feed.most_rows:
            raise NoTable(Fault("", "has more than {limit} rows", {"limit": feed.most_rows}), number)
        yield number, cells


def _text_rows(path: Path, feed: FolderFeed) -> Lines:
    encoding: str = feed.encoding if feed.encoding != "auto" else "utf-8"
    with path.open("rb") as file:
        start = file.read(4)
    encoding = next((known for mark, known in _MARKS.items() if start.startswith(mark)), encoding)
    if feed.encoding == "auto" and encoding == "utf-8" and _wrong_line(path, "utf-8"):
        encoding = "gb18030"  # as Chinese systems write
    try:
        yield from _records(path, encoding, feed)
    except UnicodeDecodeError:
        line = _wrong_line(path, encoding)
        raise NoTable(Fault("", "is no text in {expected}", {"expected": encoding}), line) from None


def _records(path: Path, encoding: str, feed: FolderFeed) -> Lines:
    with path.open(encoding=encoding, newline="") as file:
        delimiter: str = feed.delimiter
        if delimiter == "auto":
            for _ in range(feed.skip_rows):
                file.readline()
            delimiter = translate.delimiter_of(file.readline(100_000))
            file.seek(0)
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for cells in reader:
                yield reader.line_num, cells
        except csv.Error as error:
            raise NoTable(Fault("", "cannot be read: {reason}", {"reason": str(error)}), reader.line_num) from None


def _wrong_line(path: Path, encoding: str) -> int:
    """The first line that is no text in this encoding; 0 if all of them are."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            piece = file.read(_PIECE)
            try:
                line += decoder.decode(piece, final=not piece).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            if not piece:
                return 0


def _sheet_rows(path: Path, feed: FolderFeed) -> Lines:
    from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _PACKED * feed.largest_file:
                raise NoTable(Fault("", "is larger than {limit} bytes", {"limit": _PACKED * feed.largest_file}))
    try:
        with path.open("rb") as file:
            guard(file)
        book = CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0) if feed.sheet is None else book.get_sheet_by_name(feed.sheet)
        rows = sheet.to_python(skip_empty_area=False, nrows=feed.skip_rows + feed.most_rows + 2)
    except WorksheetNotFound:
        params = {"value": feed.sheet, "expected": ", ".join(book.sheet_names)}
        raise NoTable(Fault("", "has no sheet {value}: there are {expected}", params)) from None
    except (CalamineError, OSError, ValueError, IndexError) as error:  # TooLarge is a ValueError
        raise NoTable(Fault("", "cannot be read: {reason}", {"reason": str(error)[:200]})) from None
    yield from enumerate(rows, 1)

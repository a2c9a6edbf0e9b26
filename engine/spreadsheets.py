"""Whether a spreadsheet may be opened at all: a file of some kilobytes can unpack to gigabytes, or name a far cell.

XLSX is a zip of XML. What it unpacks to is counted by unpacking it, for what its directory says of that is the sender's
word. A cell far out makes the reader lay out every cell before it, so the cells' places are looked at as well.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

MOST_BYTES = 512 * 1024 * 1024
MOST_FILES = 1_000
MOST_CELLS = 30_000_000
"""Cells from the first to the farthest one, written or not."""
_PIECE = 1 << 16
_PLACE = re.compile(rb'<(?:\w+:)?(?:c|row)\b[^<>]{0,200}?\br="([A-Z]{0,4})(\d{1,9})"')
_TAIL = 300
"""So much of a piece is looked at again with the next one."""


class TooLarge(ValueError):
    """It would unpack to more than anybody means; the message says to what."""


def guard(file: IO[bytes], *, most_cells: int = MOST_CELLS) -> None:
    """Raise TooLarge for a spreadsheet that must not be opened; what is no zip is nothing to this."""
    try:
        with zipfile.ZipFile(file) as packed:
            entries = packed.infolist()
            if len(entries) > MOST_FILES:
                raise TooLarge(f"holds more than {MOST_FILES} files")
            left = MOST_BYTES
            for entry in entries:
                left = _counted(file, entry, left, most_cells)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        return  # its reader says what is wrong with it
    finally:
        file.seek(0)


def _counted(file: IO[bytes], entry: zipfile.ZipInfo, left: int, most_cells: int) -> int:
    """Unpack one of its files, and look at its cells if it is a sheet; how much more all may unpack to."""
    sheet = entry.filename.lower().lstrip("/").startswith("xl/worksheets/")
    rows = columns = 1
    before = b""
    for piece in _unpacked(file, entry):
        left -= len(piece)
        if left < 0:
            raise TooLarge(f"unpacks to more than {MOST_BYTES} bytes")
        if sheet:
            for column, row in _PLACE.findall(before + piece):
                rows, columns = max(rows, int(row)), max(columns, _number(column))
            if rows * columns > most_cells:
                raise TooLarge(f"has {rows} rows of {columns} columns")
            before = piece[-_TAIL:]
    return left


def _unpacked(file: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a file in the zip unpacks to, whatever the zip says of its length."""
    file.seek(entry.header_offset)
    head = file.read(30)
    if head[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
    left = entry.compress_size
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (piece := file.read(min(_PIECE, left))):
        left -= len(piece)
        if unpacker is None:
            yield piece
            continue
        while piece:
            yield unpacker.decompress(piece, _PIECE)
            piece = unpacker.unconsumed_tail


def _number(column: bytes) -> int:
    """The number of a column: A is 1, XFD the last one that there may be."""
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number

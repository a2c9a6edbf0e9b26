"""Whether a spreadsheet may be opened at all: a file of some kilobytes can unpack to gigabytes, or name a far cell.

XLSX is a zip of XML. What it unpacks to is counted by unpacking it, for what its directory says of that is the sender's
word. A cell far out makes the reader lay out every cell before it, so the cells' places are looked at as well; and each
element costs the reader some tens of bytes, however short it is, so they are counted. Every file in it is looked at as
if it were a sheet: which ones are, is the sender's word, too.
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
MOST_TEXTS = 4_000_000
"""Texts that cells share, which are there whether a cell has them or not."""
MOST_NAMES = 400_000
"""Names, formats, and relations between files."""
_PIECE = 1 << 16
_BEGIN = {
    "cells": (b"<c", b":c"), "texts": (b"<si", b":si"),
    "names and formats": (b"Relationship", b"definedName", b"numFmt", b"<xf", b":xf"),
}  # fmt: skip
"""How such an element begins, with a prefix or without; a few others do, too, which makes no difference to so many."""
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
            counted = dict.fromkeys(_BEGIN, 0)
            for entry in entries:
                left = _measured(file, entry, left, most_cells, counted)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        return  # its reader says what is wrong with it
    finally:
        file.seek(0)


def _measured(file: IO[bytes], entry: zipfile.ZipInfo, left: int, most_cells: int, counted: dict[str, int]) -> int:
    """Unpack one of its files, and look at what is in it; how much more all may unpack to.

    With a prefix an element's end is counted as well, so twice as many are let pass.
    """
    most = {"cells": 2 * most_cells, "texts": 2 * min(most_cells, MOST_TEXTS), "names and formats": MOST_NAMES}
    rows = columns = 1
    before = b""
    for piece in _unpacked(file, entry):
        left -= len(piece)
        if left < 0:
            raise TooLarge(f"unpacks to more than {MOST_BYTES} bytes")
        seen = before + piece
        for column, row in _PLACE.findall(seen):
            rows, columns = max(rows, int(row)), max(columns, _number(column))
        if rows * columns > most_cells:
            raise TooLarge(f"has {rows} rows of {columns} columns")
        for kind, limit in most.items():
            counted[kind] += sum(seen.count(word) - before.count(word) for word in _BEGIN[kind])
            if counted[kind] > limit:
                raise TooLarge(f"has more than {limit} {kind}")
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

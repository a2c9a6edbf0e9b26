"""Spreadsheets that would fill the memory are refused before they are opened; ordinary ones are not."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

import pytest
import xlsxwriter

from engine import spreadsheets
from engine.host.campaigns.tables import NoTable, rows
from engine.spreadsheets import TooLarge, guard


def book(*cells: tuple[int, int, str]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as written:
        sheet = written.add_worksheet()
        for row, column, text in cells:
            sheet.write_string(row, column, text)
    return file.getvalue()


def packed(name: str, content: bytes, *, said: int | None = None) -> bytes:
    """A book with one more file; `said` is what the zip says of its length."""
    file = io.BytesIO(book((0, 0, "phone")))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as added:
        added.writestr(name, content)
    written = file.getvalue()
    if said is not None:
        real, lie = len(content).to_bytes(4, "little"), said.to_bytes(4, "little")
        written = written.replace(real, lie)
    return written


def test_an_ordinary_table_is_read() -> None:
    content = book((0, 0, "phone"), (0, 1, "name"), (1, 0, "13800138000"), (1, 1, "Li"), (5_000, 40, "x"))
    guard(io.BytesIO(content))
    assert next(rows(content)) == {"phone": "13800138000", "name": "Li"}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: book((0, 0, "phone"), (1_048_575, 16_383, "x")), "1048576 rows of 16384 columns"),
        (lambda: book((0, 0, "phone"), (1_048_575, 0, "x"), (0, 16_383, "x")), "1048576 rows of 16384"),
        (lambda: packed("xl/media/a.bin", bytes(3_000_000)), "unpacks to more than 2000000"),
        (lambda: packed("xl/media/a.bin", bytes(3_000_000), said=17), "unpacks to more than 2000000"),
        (lambda: packed("xl/worksheets/sheet2.xml", b'<x:row r="9"><x:c s="1"\n r="ZZZ999999"/>'), "999999 rows of 18278"),
    ],
)
def test_a_bomb_is_refused(make: Callable[[], bytes], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_BYTES", 2_000_000)
    content = make()
    assert len(content) < 20_000
    with pytest.raises(TooLarge, match=words):
        guard(io.BytesIO(content))
    with pytest.raises(NoTable, match=words):
        list(rows(content))


@pytest.mark.parametrize(
    ("name", "element", "what"),
    [
        ("xl/sharedStrings2.xml", b"<si/>", "texts"), ("xl/sharedStrings2.xml", b"<x:si\n/>", "texts"),
        ("xl/worksheets/sheet2.xml", b"<c/>", "cells"), ("elsewhere/sheet.xml", b"<x:c><x:v>1</x:v></x:c>", "cells"),
        ("xl/styles2.xml", b"<xf\t/>", "names and formats"), ("xl/_rels/another.xml.rels", b'<Relationship Id="r"/>', "names and formats"),
        ("xl/workbook2.xml", b'<definedName name="a">b</definedName>', "names and formats"),
    ],
)  # fmt: skip
def test_elements_that_cost_the_reader_more_than_the_sender_are_counted(
    name: str, element: bytes, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty million texts of one letter were 1.2 MB that took the reader 1.6 GB, and no cell had to have them."""
    monkeypatch.setattr(spreadsheets, "MOST_TEXTS", 10_000)
    monkeypatch.setattr(spreadsheets, "MOST_NAMES", 20_000)
    with pytest.raises(TooLarge, match=f"more than 20000 {what}"):
        guard(io.BytesIO(packed(name, element * 20_100)), most_cells=10_000)
    guard(io.BytesIO(packed(name, element * 9_000)), most_cells=10_000)


def test_a_cell_far_out_is_found_whatever_its_sheet_is_called() -> None:
    """Which file is a sheet is said by another file, and that by the sender."""
    with pytest.raises(TooLarge, match="rows of"):
        guard(io.BytesIO(packed("somewhere/else.bin", b'<row r="9"><c r="ZZZ999999"/>')))


def test_many_files_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for number in range(spreadsheets.MOST_FILES + 1):
            written.writestr(f"xl/{number}", b"")
    with pytest.raises(TooLarge, match="more than 1000 files"):
        guard(file)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"no zip", zlib.compress(b"x") * 9])
def test_what_is_no_zip_is_left_to_its_reader(content: bytes) -> None:
    guard(io.BytesIO(content))


def test_a_cell_between_two_pieces_is_seen() -> None:
    filler = b"<!--" + b"x" * (spreadsheets._PIECE - 10) + b"-->"
    for shift in range(0, 60, 7):
        content = packed("xl/worksheets/sheet2.xml", filler[: len(filler) - shift] + b'<c r="ZZZ999999"/>')
        with pytest.raises(TooLarge):
            guard(io.BytesIO(content))

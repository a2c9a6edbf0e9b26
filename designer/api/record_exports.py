"""`/exports/records/{type}`: records as CSV, XLSX or a line each, as one is shown them; read as they are sent."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, Any, Literal

import msgspec
import sqlalchemy as sa
import xlsxwriter
from flask import Response, send_file
from pydantic import Field

from designer.access.identity import store
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.record_data import TypePath, intake_of
from designer.api.record_search import Asked, Search
from designer.api.replies import resource
from designer.problems import Problem
from engine.records.intake import Intake
from engine.records.seeing import ADDRESSES, Sight, hidden, seen
from engine.records.table import LONGEST_CELL, Cell, cells, columns, guarded
from engine.store import Store, records

api = resource("record_exports", 404)
MOST_ROWS = 1_000_000
MOST_ROWS_XLSX = 100_000
AT_A_TIME = 500
BOM = "\ufeff"
"""By it spreadsheets see that a CSV file is UTF-8."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MESSAGES = {"There are more than {limit} records of this type: take another format, or ask for fewer."}
"""Sentences of this module; each has its translation."""


class ExportQuery(Asked):
    format: Literal["csv", "xlsx", "ndjson"] = Field("csv", description="ndjson has every field, the others a table.")


@api.get("/exports/records/<type>", responses={200: None})
@needs("records.read")
def export_records(path: TypePath, query: ExportQuery) -> Response:
    """Records of a type by key, without what your role is not shown; 413 for more than a million, 100,000 as XLSX."""
    limit = MOST_ROWS_XLSX if query.format == "xlsx" else MOST_ROWS
    looks, of = sight(), store()
    with of.read() as connection:
        intake = intake_of(connection, path.type)
        if records.count(connection, path.type, at_most=limit + 1) > limit:
            message = "There are more than {limit} records of this type: take another format, or ask for fewer."
            raise Problem(413, message, {"limit": limit})
    rows = _rows(of, Search(query, intake, looks), intake, looks)
    named = f'attachment; filename="{path.type}.{query.format}"'
    if query.format == "ndjson":
        return Response(_lines(rows), content_type="application/x-ndjson", headers={"Content-Disposition": named})
    names = columns(intake.kind, _unseen(intake, looks))
    if query.format == "csv":
        kind = "text/csv; charset=utf-8"
        return Response(_csv(rows, names), content_type=kind, headers={"Content-Disposition": named})
    return send_file(_xlsx(rows, names), mimetype=XLSX, as_attachment=True, download_name=f"{path.type}.xlsx")


def _unseen(intake: Intake, looks: Sight) -> frozenset[str]:
    """Fields of which nothing is shown; of addresses there are the ends."""
    addresses = {getattr(intake.kind, role) for role in ADDRESSES}
    return hidden(intake.kind, looks) - addresses


def _rows(of: Store, search: Search, intake: Intake, looks: Sight) -> Iterator[dict[str, Any]]:
    """What is shown of each record. Each page is a transaction of its own, so that a slow reader holds nobody up."""
    after: str | None = None
    while True:
        with of.read() as connection:
            found, after = _page(connection, search, after)
        for row in found:
            yield seen(intake.kind, row.data, looks)
        if after is None:
            return


def _page(connection: sa.Connection, search: Search, after: str | None) -> tuple[list[records.Kept], str | None]:
    return search.page(connection, after=after, limit=AT_A_TIME)


def _lines(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        yield msgspec.json.encode(row) + b"\n"


def _csv(rows: Iterator[dict[str, Any]], names: Sequence[str]) -> Iterator[str]:
    held = io.StringIO()
    writer = csv.writer(held)
    held.write(BOM)
    writer.writerow([guarded(name) for name in names])
    for row in rows:
        writer.writerow([_word(guarded(cell)) for cell in cells(row, names)])
        if held.tell() > 1 << 16:
            yield _taken(held)
    yield _taken(held)


def _taken(held: io.StringIO) -> str:
    written = held.getvalue()
    held.seek(0)
    held.truncate()
    return written


def _word(cell: Cell) -> Cell:
    """True and false as JSON has them."""
    return {True: "true", False: "false"}[cell] if isinstance(cell, bool) else cell


def _xlsx(rows: Iterator[dict[str, Any]], names: Sequence[str]) -> IO[bytes]:
    """The file, written row by row; every text is a text, whatever it begins with."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (it is sent, and closed then)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for place, name in enumerate(names):
            sheet.write_string(0, place, name, bold)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(cells(row, names)):
                _write(sheet, number, place, cell)
    file.seek(0)
    return file


def _write(sheet: Any, row: int, place: int, cell: Cell) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, place, cell)
    elif isinstance(cell, int | float) and abs(cell) < 1e15:  # larger ones lose digits in a spreadsheet
        sheet.write_number(row, place, cell)
    elif cell is not None:
        sheet.write_string(row, place, str(cell)[:LONGEST_CELL])

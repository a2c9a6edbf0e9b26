"""A file of records before any of it is put in: read as a table, and every row checked.

What a file is, is seen by its content. A spreadsheet is measured before it is opened (`engine/spreadsheets.py`), more
strictly than one that the organisation's own source brings, for anybody who may write records can send one.
"""

from __future__ import annotations

import codecs
import io
import tempfile
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import Response, request
from flask_openapi3 import FileStorage
from pydantic import BaseModel, Field

from designer.access.identity import store
from designer.access.rights import needs
from designer.api.record_data import TypePath, intake_of
from designer.api.record_rows import MOST_BYTES, Broken, rows_of
from designer.api.records import BODY
from designer.api.replies import reply, resource
from designer.api.shapes.records import CheckedRowsShape, TableShape
from designer.bodies import JsonRequest
from designer.problems import Problem
from designer.uploads import content_of, takes_uploads
from designer.words import say_fault
from engine.faults import Fault
from engine.media_types import XLSX, media_type_of
from engine.records.rows import Row
from engine.sources.csv_folder import translate
from engine.sources.csv_folder.config import FolderFeed
from engine.sources.csv_folder.tables import NoTable, Table
from engine.spreadsheets import TooLarge, guard

api = takes_uploads(resource("record_tables", 404))
MOST_ROWS = 100_000
MOST_CELLS = 4_000_000
MOST_COLUMNS = 500
_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MESSAGES = {"is no table: XLSX, or CSV as text", "cannot be read: {reason}"}
"""Sentences of this module; each has its translation."""


class TableForm(BaseModel):
    file: FileStorage = Field(description="XLSX, or CSV in UTF-8, UTF-16 or GB 18030; at most 25 MiB, 100,000 rows.")
    sheet: str | None = Field(None, max_length=100, description="Which sheet of it; the first one if not given.")


@api.before_request
def _take_many_rows() -> None:
    if request.method == "POST" and request.mimetype != "multipart/form-data":
        request.max_content_length = MOST_BYTES


@api.post("/tables", responses={200: TableShape})
@needs("records.write")
def read_table(form: TableForm) -> Response:
    """Read a spreadsheet or a CSV file as rows of text, each with its line in the file. Nothing of it is kept."""
    content = content_of(form.file)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("table.xlsx" if _is_sheet(content) else "table.csv")
        path.write_bytes(content)
        try:
            return reply(_read(path, form.sheet or None))
        except NoTable as wrong:
            place = "file" if wrong.row == 0 else f"file.{wrong.row}"
            place = "sheet" if wrong.fault.message.startswith("has no sheet") else place
            fault = Fault(place, wrong.fault.message, wrong.fault.params)
            raise Problem(422, "The request does not fit.", errors=[fault]) from wrong


@api.post("/checks/records/<type>", responses={200: CheckedRowsShape}, openapi_extensions=BODY)
@needs("records.write")
def check_records(path: TypePath) -> Response:
    """Say of each row whether it would be taken in, with every fault; nothing is written and nothing begins."""
    given = rows_of(cast(JsonRequest, request).body_bytes(), request.mimetype)
    with store().read() as connection:
        intake = intake_of(connection, path.type)
    rejected = []
    for number, data in enumerate(given):
        found = [data.fault] if isinstance(data, Broken) else intake.read(number, Row(data=data))
        if isinstance(found, list):
            rejected.append({"row": number, "errors": [say_fault(fault) for fault in found]})
    return reply({"good": len(given) - len(rejected), "rejected": rejected})


def _is_sheet(content: bytes) -> bool:
    """Whether it is a spreadsheet that may be opened, or else text; raises Problem 422."""
    kind = media_type_of(content)
    if kind != XLSX:
        if kind in ("text/plain", "text/csv") or content.startswith(_BOMS):
            return False
        raise Problem(422, "The request does not fit.", errors=[Fault("file", "is no table: XLSX, or CSV as text")])
    try:
        guard(io.BytesIO(content), most_cells=MOST_CELLS)
    except TooLarge as large:
        wrong = Fault("file", "cannot be read: {reason}", {"reason": str(large)})
        raise Problem(422, "The request does not fit.", errors=[wrong]) from large
    return True


def _read(path: Path, sheet: str | None) -> dict[str, Any]:
    feed = FolderFeed(folder=str(path.parent), sheet=sheet, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS)
    table = Table(path, feed)
    zone = ZoneInfo(store().time_zone)
    lines: list[int] = []
    rows: list[list[str | None]] = []
    faults: list[dict[str, Any]] = []
    try:
        for line, cells in table:
            row = translate.row_of(table.names, cells, zone, (), exact=False)
            if isinstance(row, Fault):
                faults.append({"line": line, "message": say_fault(row)["message"]})
            elif row is not None:
                lines.append(line)
                rows.append([_text(value) for value in row.values()])
    finally:
        table.close()
    sheets = [] if table.exact else _sheets(path)
    return {"sheets": sheets, "columns": table.names, "lines": lines, "rows": rows, "faults": faults}


def _sheets(path: Path) -> list[str]:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(str(path)).sheet_names


def _text(value: Any) -> str | None:
    """A cell as somebody would have written it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)

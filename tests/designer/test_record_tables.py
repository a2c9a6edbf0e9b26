"""A file of records is read by what it is and checked row by row, and nothing of it is kept by that."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from werkzeug.test import TestResponse

from tests.designer.conftest import KEY
from tests.designer.test_records import VISIT

Send = Callable[..., Any]
Caller = Callable[..., Any]
on_both = pytest.mark.parametrize("database_urls", ["sqlite", "schemas"], indirect=True)


@pytest.fixture
def send(app: Flask) -> Send:
    client = app.test_client()

    def post(content: bytes, name: str = "x.bin", **fields: str) -> TestResponse:
        given = {"file": (io.BytesIO(content), name), **fields}
        headers = {"Authorization": f"Bearer {KEY}"}
        return client.post("/api/v1/tables", data=given, headers=headers, content_type="multipart/form-data")

    return post


def book(rows: list[list[Any]], *more: str, widest: int = 0) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as written:
        sheet = written.add_worksheet("Patients")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if widest:
            sheet.write(widest, 0, "x")
            sheet.write(0, 400, "x")
        for name in more:
            written.add_worksheet(name).write_row(0, 0, ["a", "b"])
    return file.getvalue()


def test_a_spreadsheet_is_read_as_it_was_meant(send: Send) -> None:
    seen = datetime.fromisoformat("2026-12-03T15:30")
    rows: list[list[Any]] = [
        ["编号", "mobile", "born", "seen", "well"],
        ["007", 13800138000, date(1980, 2, 1), seen, True],
        [],
        ["008", 36.6, None, None, False],
        ["009", "x", None, None, None, "far"],
    ]
    content = book(rows, "Second")
    answer = send(content, "patients.csv")
    assert answer.status_code == 200, answer.text
    table = answer.json
    assert (table["sheets"], table["columns"]) == (["Patients", "Second"], ["编号", "mobile", "born", "seen", "well"])
    assert table["lines"] == [2, 4]
    assert table["rows"] == [
        ["007", "13800138000", "1980-02-01", "2026-12-03T15:30:00+08:00", "true"],
        ["008", "36.6", None, None, "false"],
    ]
    assert [fault["line"] for fault in table["faults"]] == [5]
    second = send(content, sheet="Second").json
    assert (second["columns"], second["rows"]) == (["a", "b"], [])
    assert send(content, sheet="Third").json["errors"][0]["path"] == "sheet"


def test_text_is_read_in_any_writing(send: Send) -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        table = send("编号;姓名\r\n007;李明\r\n".encode(encoding), "x.xlsx").json
        assert (table["columns"], table["rows"], table["lines"]) == (["编号", "姓名"], [["007", "李明"]], [2])


def test_what_is_no_table_or_too_much_of_one_is_not_opened(send: Send) -> None:
    refused = {
        b"MZ\x90\x00" + bytes(99): "is no table",
        b"\x89PNG\r\n\x1a\n": "is no table",
        b"<html><script>alert(1)</script>": "is no table",
        b"PK\x03\x04 xl/workbook" + bytes(50): "cannot be read",
        book([["a"]], widest=20_000): "20001 rows of 401 columns",
        b"a,b,a\n1,2,3\n": "stands twice",
        b" \n": "has no header",
    }
    for content, words in refused.items():
        answer = send(content)
        assert answer.status_code == 422, answer.text
        assert words in answer.json["errors"][0]["message"]
    assert send(b"").status_code == 422


@on_both
def test_rows_are_checked_and_nothing_is_written(call: Caller) -> None:
    call("PUT", "/record-types/visit", VISIT)
    rows = [{"visit_no": "V1", "name": "Li"}, {"visit_no": "V2", "seen": "often"}, {"name": "Fang"}, 7]
    checked = call("POST", "/checks/records/visit", rows).json
    assert checked["good"] == 1
    assert [row["row"] for row in checked["rejected"]] == [1, 2, 3]
    assert checked["rejected"][0]["errors"][0]["path"] == "seen"
    assert call("GET", "/records/visit").json["items"] == []
    assert [row["row"] for row in call("POST", "/records/visit", rows).json["rejected"]] == [1, 2, 3]
    assert call("POST", "/checks/records/none", rows).status_code == 404

"""Records as files: CSV, XLSX, a line each; nothing in them is a formula, and nobody gets what he is not shown."""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from designer.api import record_exports
from tests.designer.conftest import Caller
from tests.designer.test_records import VISIT, as_role, post

ROWS = [
    {"visit_no": "V1", "name": '=HYPERLINK("http://x")', "mobile": "13800000001", "seen": 1, "diagnosis": "angina"},
    {"visit_no": "V2", "name": "-1+2", "patient_no": "+8613800000001", "seen": -2},
    {"visit_no": "V3", "name": '王"小,明'},
]
HEAD = ["visit_no", "patient_no", "name", "mobile", "ward", "diagnosis", "seen"]


@pytest.fixture
def visits(call: Caller) -> Caller:
    call("PUT", "/record-types/visit", VISIT)
    post(call, ROWS)
    return call


def as_csv(call: Caller, query: str = "") -> list[list[str]]:
    answer = call("GET", f"/exports/records/visit{query}")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    written = answer.get_data().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(written)))


def test_csv_has_no_formula(visits: Caller) -> None:
    assert as_csv(visits) == [
        HEAD,
        ["V1", "", "'=HYPERLINK(\"http://x\")", "13800000001", "", "angina", "1"],
        ["V2", "+8613800000001", "'-1+2", "", "", "", "-2"],
        ["V3", "", '王"小,明', "", "", "", ""],
    ]
    assert [row[0] for row in as_csv(visits, "?when=record.seen == 1")] == ["visit_no", "V1"]


def test_xlsx_says_what_is_text(visits: Caller) -> None:
    answer = visits("GET", "/exports/records/visit?format=xlsx")
    assert answer.headers["Content-Disposition"].endswith("visit.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.get_data())).get_sheet_by_index(0).to_python()
    assert rows[0] == HEAD
    assert rows[1][2] == '=HYPERLINK("http://x")' and rows[1][3] == "13800000001" and rows[1][6] == 1.0


def test_a_line_each(visits: Caller) -> None:
    lines = visits("GET", "/exports/records/visit?format=ndjson").get_data().splitlines()
    assert [json.loads(line) for line in lines] == ROWS


def test_who_is_not_shown_a_field_does_not_export_it(app: Flask, visits: Caller) -> None:
    visits("PUT", "/privacy", {"numbers": []})
    desk = as_role(app, "desk")
    rows = as_csv(desk)
    assert rows[0] == [name for name in HEAD if name != "diagnosis"]
    assert rows[1][3] == "138****0001"
    assert b"angina" not in desk("GET", "/exports/records/visit?format=ndjson").get_data()


def test_all_that_is_asked_for_comes(visits: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    post(visits, [{"visit_no": f"W{at:04}"} for at in range(1_200)])
    assert len(as_csv(visits)) == 1_204
    monkeypatch.setattr(record_exports, "MOST_ROWS_XLSX", 1_000)
    assert visits("GET", "/exports/records/visit?format=xlsx").status_code == 413
    assert visits("GET", "/exports/records/none").status_code == 404


def test_fields_that_no_schema_lists_have_a_column(call: Caller) -> None:
    call("PUT", "/record-types/visit", {"schema": {"type": "object", "properties": {"a": {}}}, "key": "a"})
    post(call, {"a": "1", "b": {"c": [True]}})
    assert as_csv(call) == [["a", "…"], ["1", '{"b":{"c":[true]}}']]

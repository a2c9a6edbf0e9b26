"""Folders with files: what a cell is, which file is taken, that each is taken once, and what is said of the rest."""

# ruff: noqa: DTZ001 - times in spreadsheets have no zone
from __future__ import annotations

import os
import shutil
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from pydantic import ValidationError

from engine.adapters.gateway import NotNow, Refused
from engine.faults import Fault, from_validation
from engine.sources.csv_folder import FolderConfig
from engine.sources.csv_folder import translate as t
from engine.sources.csv_folder.config import FolderFeed
from engine.sources.csv_folder.reading import FolderReader
from engine.sources.keeping import unpacked
from engine.sources.source import PlainRow, Surroundings
from engine.store import spool
from tests.connector.place import Beside, setup

SHANGHAI = ZoneInfo("Asia/Shanghai")
VISITS = "编号,姓名,电话\r\n007,张三,013800138000\r\n008,\"李,四\",\r\n"


@pytest.mark.parametrize(
    ("written", "cell"),
    [("007", "007"), (" 7\t", "7"), ('="00123"', "00123"), ("", None), ("  ", None), ("a\x00b", "ab"), ("1e5", "1e5")],
)
def test_cells(written: str, cell: str | None) -> None:
    assert t.cell_of(written) == cell


@pytest.mark.parametrize(
    ("line", "delimiter"), [("a,b;c,d", ","), ("a;b;c", ";"), ("a\tb", "\t"), ("a|b|c", "|"), ("alone", ","), ('"a;b;c",d', ",")]
)
def test_delimiters(line: str, delimiter: str) -> None:
    assert t.delimiter_of(line) == delimiter


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["a", " b ", "", None], ["a", "b"]), ([2026, "x"], ["2026", "x"]), ([], "has no header"), (["", ""], "has no header"),
        (["a", "a"], "the column 'a' stands twice"), (["a", "", "b"], "the header has no name for column 2"),
        (["a", "b", "c", "d"], "has 4 columns, 3 at most"),
    ],
)  # fmt: skip
def test_headers(cells: list[Any], found: Any) -> None:
    header = t.header_of(cells, 3)
    assert (header.sentence if isinstance(header, Fault) else header) == found


@pytest.mark.parametrize(
    ("cells", "exact", "found"),
    [
        (["1", "2"], True, {"a": "1", "b": "2"}), (["1", "2", "", ""], True, {"a": "1", "b": "2"}), (["", ""], True, None), ([], True, None),
        (["1"], True, "has 1 cells, the header has 2"), (["1"], False, {"a": "1", "b": None}), (["1", "2", "3"], False, "has 3 cells, the header has 2"),
        ([13800138000.0, date(2026, 11, 24)], False, {"a": "13800138000", "b": "2026-11-24"}),
        ([1.5, datetime(2026, 11, 24, 9)], False, {"a": "1.5", "b": "2026-11-24T09:00:00+08:00"}), ([True, 7.0], False, {"a": "True", "b": 7}),
    ],
)  # fmt: skip
def test_rows(cells: list[Any], exact: bool, found: Any) -> None:
    row = t.row_of(["a", "b"], cells, SHANGHAI, {"a"}, exact=exact)
    assert (row.sentence if isinstance(row, Fault) else row) == found


class Watched:
    """A folder, its reader, and a clock that is set by hand."""

    def __init__(self, folder: Path, **feed: Any) -> None:
        self.folder, self.now, self.cursor = folder, 1_000.0, None
        self.feed = FolderFeed.model_validate({"folder": str(folder)} | feed)
        self.restart()

    def restart(self) -> None:
        around = Surroundings(permits=lambda *_: True, place=Path, folder=self.folder)
        self.reader = FolderReader("visits", self.feed, "Asia/Shanghai", around, lambda: self.now)

    def put(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def round(self, limit: int = 100) -> tuple[list[PlainRow], list[str]]:
        """Read until there is no more."""
        rows, faults = [], []
        for _ in range(1_000):
            batch = self.reader.read(self.cursor, limit)
            rows += batch.rows
            faults += [str(fault) for fault in batch.faults]
            self.cursor = batch.cursor
            if not batch.more:
                return rows, faults
        raise AssertionError("reading comes to no end")

    def taken(self, limit: int = 100) -> tuple[list[PlainRow], list[str]]:
        """The same, after the files have settled."""
        self.round(limit)
        self.now += 10
        return self.round(limit)

    def there(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.folder / folder).iterdir()) if (self.folder / folder).exists() else []


ROWS = [
    {"编号": "007", "姓名": "张三", "电话": "013800138000", "_file": "v.csv", "_row": 2},
    {"编号": "008", "姓名": "李,四", "电话": None, "_file": "v.csv", "_row": 3},
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_found(tmp_path: Path, encoding: str) -> None:
    watched = Watched(tmp_path)
    watched.put("v.csv", VISITS, encoding)
    assert watched.taken() == (ROWS, [])
    assert watched.there("done") == ["v.csv", "v.csv.report.txt"]
    assert (tmp_path / "done" / "v.csv.report.txt").read_text("utf-8-sig").splitlines() == ["2 rows taken, 0 not."]


def test_a_file_is_taken_when_it_has_settled(tmp_path: Path) -> None:
    watched = Watched(tmp_path, files="V*.CSV")
    path = watched.put("v.csv", VISITS[:10])
    for name in ("other.csv", ".v.csv", "v.csv.tmp", "~$v.csv"):
        watched.put(name, VISITS)
    assert watched.round() == ([], [])
    watched.now += 4
    path.write_text(VISITS)
    os.utime(path, (1, 1))
    assert watched.round() == ([], []), "it is still being written"
    watched.now += 4.9
    assert watched.round() == ([], [])
    watched.now += 0.2
    assert watched.round()[0] == ROWS
    assert [name for name in watched.there(".") if name != ".v.csv"] == ["done", "other.csv", "v.csv.tmp", "~$v.csv"]


def test_a_file_is_taken_when_its_marker_is_there(tmp_path: Path) -> None:
    watched = Watched(tmp_path, ready="marker", marker=".ok")
    watched.put("v.csv", VISITS)
    assert watched.taken() == ([], [])
    watched.put("v.csv.ok", "")
    assert watched.round()[0] == ROWS
    assert watched.there(".") == ["done"]


def test_each_file_once_by_what_is_in_it(tmp_path: Path) -> None:
    watched = Watched(tmp_path, settle_seconds=0)
    watched.put("v.csv", VISITS)
    assert watched.round()[0] == ROWS
    watched.put("again.csv", VISITS)
    watched.restart()
    assert watched.round() == ([], [])
    assert "nothing was taken" in (tmp_path / "done" / "again.csv.report.txt").read_text("utf-8-sig")
    watched.put("v.csv", VISITS.replace("007", "009"))
    assert watched.round()[0][0]["编号"] == "009"
    assert watched.there("done") == ["again.csv", "again.csv.report.txt", "v-2.csv", "v-2.csv.report.txt", "v.csv", "v.csv.report.txt"]


def test_killed_anywhere_each_row_comes_once(tmp_path: Path) -> None:
    for step in range(8):
        folder = tmp_path / str(step)
        folder.mkdir()
        watched = Watched(folder, settle_seconds=0)
        watched.put("v.csv", "no\n" + "".join(f"{number}\n" for number in range(10)))
        rows: list[PlainRow] = []
        for number in range(20):
            if number == step:  # killed when it had read, and before that was kept
                watched.reader.read(watched.cursor, 3)
                watched.restart()
            if number % 3 == step % 3:
                watched.restart()
            batch = watched.reader.read(watched.cursor, 3)
            rows, watched.cursor = rows + batch.rows, batch.cursor
        assert [row["no"] for row in rows] == [str(number) for number in range(10)]
        assert watched.there("done") == ["v.csv", "v.csv.report.txt"]


def test_wrong_rows_are_named_and_the_others_come(tmp_path: Path) -> None:
    watched = Watched(tmp_path, settle_seconds=0)
    watched.put("v.csv", "a,b\n1,2\n3\n\n4,5,6\n7,8\n")
    rows, faults = watched.round()
    assert [row["a"] for row in rows] == ["1", "7"]
    assert faults == ["visits.v.csv.3: has 1 cells, the header has 2", "visits.v.csv.5: has 3 cells, the header has 2"]
    report = (tmp_path / "failed" / "v.csv.report.txt").read_text("utf-8-sig").splitlines()
    assert report == ["2 rows taken, 2 not.", "row 3: has 1 cells, the header has 2", "row 5: has 3 cells, the header has 2"]


@pytest.mark.parametrize(
    ("content", "feed", "fault"),
    [
        ("a,a\n1,2\n", {}, "visits.v.csv: the column 'a' stands twice"), ("", {}, "visits.v.csv: has no header"),
        ("a\n" * 9, {"largest_file": 10}, "visits.v.csv: is larger than 10 bytes"),
        ("a\n1\n2\n3\n", {"most_rows": 2}, "visits.v.csv.4: has more than 2 rows"),
        (b"a,b\n1,\xff\xff\xff\n", {}, "visits.v.csv.2: is no text in gb18030"),
        (b"a,b\n1,\xc4\xe3\n", {"encoding": "utf-8"}, "visits.v.csv.2: is no text in utf-8"),
        ('a,b\n1,"' + "x" * 200_000, {}, "visits.v.csv.2: cannot be read: field larger than field limit (131072)"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read(tmp_path: Path, content: str | bytes, feed: dict[str, Any], fault: str) -> None:
    watched = Watched(tmp_path, settle_seconds=0, **feed)
    watched.put("v.csv", content)
    _, faults = watched.round()
    assert faults == [fault]
    assert watched.there("failed") == ["v.csv", "v.csv.report.txt"]
    watched.put("v2.csv", VISITS[:12] if "largest_file" in feed else VISITS)
    assert watched.round() != ([], []), "the next one is read"


def test_declared_shapes(tmp_path: Path) -> None:
    watched = Watched(tmp_path, settle_seconds=0, skip_rows=1, delimiter="|", columns=["no", "name"])
    watched.put("v.csv", "Export of 22 November\n007|张三\n008|李四\n")
    assert [(row["no"], row["name"]) for row in watched.round()[0]] == [("007", "张三"), ("008", "李四")]


def spreadsheet(path: Path) -> None:
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Notes").write(0, 0, "x")
    sheet = book.add_worksheet("Visits")
    sheet.write_row(0, 0, ["no", "phone", "visit_at", "day", "fee", "note"])
    sheet.write_string(1, 0, "007")
    sheet.write_number(1, 1, 13800138000)
    sheet.write_datetime(1, 2, datetime(2026, 11, 24, 9, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    sheet.write_datetime(1, 3, datetime(2026, 11, 24), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_number(1, 4, 12.5)
    sheet.write_row(3, 0, ["008"])
    book.close()


def test_spreadsheets(tmp_path: Path) -> None:
    watched = Watched(tmp_path, settle_seconds=0, files="*.xlsx", sheet="Visits", text=["phone"])
    spreadsheet(tmp_path / "v.xlsx")
    rows, faults = watched.round(limit=1)
    assert faults == []
    assert rows[0] == {
        "no": "007", "phone": "13800138000", "visit_at": "2026-11-24T09:30:00+08:00", "day": "2026-11-24", "fee": 12.5, "note": None,
        "_file": "v.xlsx", "_row": 2,
    }  # fmt: skip
    assert [(row["no"], row["phone"], row["_row"]) for row in rows[1:]] == [("008", None, 4)]


def test_spreadsheets_that_cannot_be_read(tmp_path: Path) -> None:
    watched = Watched(tmp_path, settle_seconds=0, sheet="Missing", largest_file=100_000)
    spreadsheet(tmp_path / "a.xlsx")
    (tmp_path / "b.xlsx").write_text("no spreadsheet")
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bomb", b"\0" * 3_000_000)
    faults = sorted(watched.round()[1])
    assert faults[0] == "visits.a.xlsx: has no sheet Missing: there are Notes, Visits"
    assert faults[1].startswith("visits.b.xlsx: cannot be read: ")
    assert faults[2] == "visits.c.xlsx: is larger than 2000000 bytes"


def test_a_file_that_changes_under_our_hands(tmp_path: Path) -> None:
    watched = Watched(tmp_path, settle_seconds=0)
    path = watched.put("v.csv", "no\n1\n2\n3\n")
    first = watched.reader.read(None, 2)
    watched.restart()
    path.write_text("no\n4\n5\n6\n")
    watched.cursor = first.cursor
    rows, faults = watched.round()
    assert ([row["no"] for row in rows], faults) == (["4", "5", "6"], [])
    watched.put("w.csv", "no\n1\n2\n3\n")
    first = watched.reader.read(watched.cursor, 2)
    watched.restart()
    (tmp_path / "w.csv").unlink()
    watched.cursor = first.cursor
    assert watched.round() == ([], ["visits.w.csv: was taken away while it was read"])


def test_a_folder_that_is_not_there_or_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="there is no folder"):
        Watched(tmp_path / "missing").round()
    watched = Watched(tmp_path, settle_seconds=0)
    watched.put("v.csv", VISITS)
    batch = watched.reader.read(None, 100)

    def refused(*_: Any) -> None:
        raise OSError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "move", refused)
        with pytest.raises(NotNow, match="cannot be moved"):
            watched.reader.read(batch.cursor, 100)
    watched.cursor = batch.cursor
    assert watched.round() == ([], [])
    assert "v.csv" in watched.there("done")
    with pytest.raises(Refused, match="another version"):
        watched.reader.read(b"\xff", 1)


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        ({}, "feeds: is required"), ({"feeds": {"v": {"folder": "x", "files": "a/b"}}}, "feeds.v.files: 'a/b' does not fit"),
        ({"feeds": {"v": {"folder": "x", "ready": "marker", "marker": ""}}}, "needs the end of the marker's name"),
        ({"feeds": {"v": {"folder": "x"}}, "queries": {"q": {}}}, "a folder can only be read"),
        ({"feeds": {"v": {"folder": "x"}}, "time_zone": "Peking"}, "time_zone: 'Peking' is no time zone"),
    ],
)  # fmt: skip
def test_faults_of_a_set_up(config: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FolderConfig.model_validate(config)
    assert any(fault in str(each) for each in from_validation(refused.value, ""))


def test_beside_a_his_each_row_is_kept_once_and_a_wrong_one_is_shown(tmp_path: Path) -> None:
    """With what keeps rows, killed after each batch; the row that its mapping cannot take is there with file and line."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "v.csv").write_text("no,version\n" + "".join(f"{number},1\n" for number in range(9)) + f"9,{'x' * 300}\n")
    fields = {"fields": {"no": "{{ row.no }}"}, "source_version": "{{ row.version }}", "record_type": "visit"}
    beside = Beside(tmp_path / "kept", setup([{"feed": "visits", **fields}], name="files"))
    more = True
    while more:
        batch = Watched(folder, settle_seconds=0).reader.read(beside.keeper.cursor("visits"), 4)
        beside.keeper.keep_batch("visits", batch)
        more = batch.more
        beside.killed()
    kept = [unpacked(row.body).data["no"] for row in beside.place.head(100)]
    assert kept == [str(number) for number in range(9)]
    with beside.place.store.read() as connection:
        (wrong,) = spool.latest_faulty(connection, "files", limit=10)
    assert '"_file":"v.csv","_row":11' in (wrong.text or "")
    assert [path.name for path in (folder / "done").iterdir() if path.suffix == ".csv"] == ["v.csv"]

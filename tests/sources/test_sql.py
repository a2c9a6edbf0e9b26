"""Databases as sources: SQLite, PostgreSQL and MariaDB, real ones."""

# ruff: noqa: DTZ001 - times that are stored without a zone are what this is about
from __future__ import annotations

import datetime as dt
import random
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.secret import Secret
from engine.sources.source import RefusedBySource, Written
from engine.sources.sql.config import SqlFeed
from engine.sources.sql.reading import SqlReader
from tests import mariadb, postgresql
from tests.sources.houses import KINDS, House, Line, house

VISITS = {"table": "visit", "changed": "updated_at", "id": "id", "look_again": [5, 60]}
BASE = dt.datetime(2026, 11, 22, 8)
NOW = 1_795_305_600.0
"""2026-11-22 08:00 in Shanghai."""
TYPES = {"sqlite": "TEXT", "postgresql": "TIMESTAMP", "mysql": "DATETIME(6)"}


@pytest.fixture(scope="module", params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, sa.URL | None]]:
    if request.param == "sqlite":
        yield "sqlite", None
    elif request.param == "postgresql":
        with postgresql.server() as address:
            yield "postgresql", address.set(drivername="postgresql+psycopg")
    else:
        with mariadb.server() as address:
            yield "mysql", address


@pytest.fixture
def his(server: tuple[str, sa.URL | None], tmp_path: Path) -> Iterator[House]:
    with house(server[0], tmp_path, server[1]) as found:
        found.run(f"CREATE TABLE visit (id INTEGER PRIMARY KEY, name VARCHAR(50), updated_at {TYPES[found.kind]})")
        found.run("CREATE TABLE slot (no INTEGER PRIMARY KEY, taken_by VARCHAR(20), write_key VARCHAR(80) UNIQUE)")
        found.run("INSERT INTO slot (no) VALUES (1), (2)")
        yield found


def at(his: House, seconds: float) -> Any:
    moment = BASE + dt.timedelta(seconds=seconds)
    return str(moment) if his.kind == "sqlite" else moment


def visits(his: House, rows: list[tuple[int, float]]) -> None:
    with his.engine.begin() as connection:
        values = [{"id": id, "name": f"患者{id}", "at": at(his, seconds)} for id, seconds in rows]
        connection.execute(sa.text("INSERT INTO visit VALUES (:id, :name, :at)"), values)


def everything(reader: SqlReader, cursor: bytes | None, limit: int = 7) -> tuple[list[int], bytes]:
    ids: list[int] = []
    while True:
        batch = reader.read(cursor, limit)
        assert not batch.faults
        ids += [row["id"] for row in batch.rows]
        cursor = batch.cursor
        if not batch.more:
            return ids, cursor


def reader(his: House, now: list[float], **feed: Any) -> SqlReader:
    source = his.opened()
    return SqlReader("visits", SqlFeed.model_validate(VISITS | feed), "Asia/Shanghai", source._database, lambda: now[0])


def test_each_row_once_although_times_are_shared(his: House) -> None:
    visits(his, [(id, id // 20) for id in range(100)])
    now = [NOW + 200]
    read = reader(his, now)
    ids, cursor = everything(read, None)
    assert ids == list(range(100))
    assert everything(read, cursor)[0] == []
    his.run("UPDATE visit SET name = 'x', updated_at = :at WHERE id = 5", at=at(his, 90))
    ids, cursor = everything(read, cursor)
    assert ids == [5]
    now[0] += 100
    assert everything(read, cursor)[0] == [], "the further looks find nothing new"


def test_a_row_that_is_committed_late_comes_late(his: House) -> None:
    now = [NOW + 100]
    read = reader(his, now)
    visits(his, [(1, 10)])
    if his.kind == "sqlite":  # it has one writer at a time: the late one simply comes after
        visits(his, [(3, 30)])
        ids, cursor = everything(read, None)
        visits(his, [(2, 20)])
    else:
        with his.engine.begin() as late:
            late.execute(sa.text("INSERT INTO visit VALUES (2, 'late', :at)"), {"at": at(his, 20)})
            visits(his, [(3, 30)])
            ids, cursor = everything(read, None)
    assert ids == [1, 3]
    assert everything(read, cursor)[0] == []
    now[0] += 6
    ids, cursor = everything(read, cursor)
    assert ids == [2]
    visits(his, [(4, 25)])
    now[0] += 70
    assert everything(read, cursor)[0] == [4], "and the last look, later, finds what took longest"


def test_a_time_to_come_waits_and_stops_nothing(his: House) -> None:
    now = [NOW + 100]
    read = reader(his, now)
    visits(his, [(1, 10), (2, 5_000)])
    ids, cursor = everything(read, None)
    assert ids == [1]
    visits(his, [(3, 20)])
    ids, cursor = everything(read, cursor)
    assert ids == [3]
    now[0] += 5_000
    assert everything(read, cursor)[0] == [2]


def test_a_query_is_read_like_a_table(his: House) -> None:
    visits(his, [(id, id // 4) for id in range(30)])
    query = "SELECT id, name AS who, updated_at FROM visit WHERE id >= :least AND name LIKE '患%'"
    feed = {"table": None, "query": query, "parameters": {"least": 10}}
    read = reader(his, [NOW + 100], **feed)
    assert everything(read, None)[0] == list(range(10, 30))
    assert read.read(None, 1).rows == [
        {
            "id": 10,
            "who": "患者10",
            "updated_at": str(BASE + dt.timedelta(seconds=2)) if his.kind == "sqlite" else "2026-11-22T08:00:02+08:00",
        }
    ]


def test_columns_that_do_not_fit_are_named(his: House) -> None:
    visits(his, [(1, 1), (2, 1)])
    now = [NOW + 100]
    for feed, reason in (
        ({"table": "missing"}, "there is no table missing"),
        ({"changed": "seen_at"}, "there is no column seen_at"),
        ({"id": "updated_at"}, "does not tell rows apart"),
    ):
        with pytest.raises(Refused, match=reason):
            reader(his, now, **feed).read(None, 10)
    with pytest.raises(Refused, match="another version"):
        reader(his, now).read(b"\xff\xff", 10)
    assert [
        row["id"] for row in reader(his, now, changed="UPDATED_AT", columns=["name"], id="ID").read(None, 9).rows
    ] == [1, 2]


def test_a_row_that_is_too_large_is_a_fault_and_the_others_come(his: House) -> None:
    visits(his, [(1, 1), (3, 3)])
    his.run("INSERT INTO visit VALUES (2, :name, :at)", name="长" * 50, at=at(his, 2))
    batch = reader(his, [NOW + 100], largest_row=150).read(None, 10)
    assert [row["id"] for row in batch.rows] == [1, 3]
    assert [str(fault) for fault in batch.faults] == [
        f"visits.2: has {batch.faults[0].params['actual']} bytes, 150 at most"
    ]


def test_values(his: House) -> None:
    if his.kind == "sqlite":
        his.run(
            "CREATE TABLE v (no TEXT, n REAL, b BLOB, at TEXT, left_out TEXT)",
            "INSERT INTO v VALUES ('007', 1.5, x'00ff', '2026-11-24 09:00:00', NULL)",
        )
        expected = {"no": "007", "n": 1.5, "b": "AP8=", "at": "2026-11-24 09:00:00", "left_out": None}
    elif his.kind == "postgresql":
        his.run(
            "CREATE TABLE v (no CHAR(3), n NUMERIC(20,2), b BYTEA, at TIMESTAMPTZ, day DATE, clock TIME, j JSONB, flag BOOLEAN, tags TEXT[], left_out INT)",
            "INSERT INTO v VALUES ('007', 1.50, '\\x00ff', '2026-11-24T01:00:00Z', '2026-11-24', '09:30', '{\"a\": [1]}', true, '{a,b}', NULL)",
        )
        expected = {
            "no": "007",
            "n": 1.5,
            "b": "AP8=",
            "at": "2026-11-24T09:00:00+08:00",
            "day": "2026-11-24",
            "clock": "09:30:00",
            "j": {"a": [1]},
            "flag": True,
            "tags": ["a", "b"],
            "left_out": None,
        }
    else:
        his.run(
            "CREATE TABLE v (no CHAR(3), n DECIMAL(20,2), b VARBINARY(9), at DATETIME, day DATE, clock TIME, left_out INT)",
            "INSERT INTO v VALUES ('007', 1.50, x'00ff', '2026-11-24 09:00:00', '2026-11-24', '09:30', NULL)",
        )
        expected = {
            "no": "007",
            "n": 1.5,
            "b": "AP8=",
            "at": "2026-11-24T09:00:00+08:00",
            "day": "2026-11-24",
            "clock": "09:30:00",
            "left_out": None,
        }
    asker = his.opened(queries={"all": {"sql": "SELECT * FROM v"}}).asker
    assert asker is not None and asker.ask("all", {}) == [expected]
    assert Decimal(str(expected["n"])) == Decimal("1.5")


QUERIES = {
    "free": {
        "sql": "SELECT no FROM slot WHERE taken_by IS NULL AND no >= :least ORDER BY no",
        "parameters": ["least"],
        "most_rows": 1,
    },
    "whose": {"sql": "SELECT no FROM slot WHERE taken_by = :patient", "parameters": ["patient"]},
}
STATEMENTS = {
    "book": {
        "steps": [{"sql": "UPDATE slot SET taken_by = :patient, write_key = :key WHERE no = :slot AND taken_by IS NULL", "refusal": "the slot is taken"}],
        "parameters": ["patient", "slot"], "done_when": "SELECT 1 FROM slot WHERE write_key = :key",
        "reference": "SELECT no FROM slot WHERE write_key = :key",
    },
    "add": {"steps": [{"sql": "INSERT INTO slot (no) VALUES (:no)"}, {"sql": "UPDATE slot SET taken_by = 'x' WHERE no = 99"}], "parameters": ["no"]},
    "insert": {"steps": [{"sql": "INSERT INTO slot (no) VALUES (:no)"}], "parameters": ["no"]},
    "broken": {"steps": [{"sql": "DELETE FROM missing"}]},
}  # fmt: skip


def test_questions(his: House) -> None:
    source = his.opened(queries=QUERIES)
    ask = source.asker.ask  # type: ignore[union-attr]
    assert ask("free", {"least": 1}) == [{"no": 1}], "as many as the query may give"
    assert ask("whose", {"patient": Secret("x' OR '1'='1")}) == []
    for name, parameters, reason in (
        ("free", {}, "free needs the parameters least"),
        ("free", {"least": 1, "more": 2}, "free has no parameters more"),
        ("free", {"least": [1]}, "the parameter least is a list"),
        ("other", {}, "there is no query other"),
    ):
        with pytest.raises(Refused, match=reason):
            ask(name, parameters)
    source.close()


def test_writes_and_their_fate(his: House) -> None:
    source = his.opened(statements=STATEMENTS)
    asker = source.asker
    assert asker is not None
    assert asker.write("book", {"patient": "P1", "slot": 1}, "k1") == Written(reference="1")
    assert asker.write("book", {"patient": "P1", "slot": 1}, "k1") == Written(reference="1"), "once by its key"
    assert asker.write("book", {"patient": "P2", "slot": 1}, "k2") == RefusedBySource(reason="the slot is taken")
    assert asker.written("book", {"patient": "P1", "slot": 1}, "k1") is True
    assert asker.written("book", {"patient": "P2", "slot": 1}, "k2") is False
    assert asker.written("insert", {"no": 1}, "k3") is None
    assert isinstance(asker.write("insert", {"no": 1}, "k3"), RefusedBySource), "the key is there"
    refused = asker.write("add", {"no": 50}, "k4")
    assert refused == RefusedBySource(reason="step 2 changed 0 rows, 1 were expected")
    assert his.value("SELECT count(*) FROM slot") == 2, "all of it or nothing"
    assert his.value("SELECT taken_by FROM slot WHERE no = 1") == "P1"
    with pytest.raises(Refused, match="missing"):
        asker.write("broken", {}, "k5")
    source.close()


def test_questions_only_read(his: House) -> None:
    source = his.opened()
    with pytest.raises(sa.exc.DBAPIError), source._database.reading(5) as connection:
        connection.execute(sa.text("UPDATE slot SET taken_by = 'x'"))
    assert his.value("SELECT count(*) FROM slot WHERE taken_by = 'x'") == 0


SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(20)", "mysql": "SELECT sleep(20)",
}  # fmt: skip


def test_a_question_that_takes_too_long_is_ended(his: House) -> None:
    source = his.opened(queries={"slow": {"sql": SLOW[his.kind], "seconds": 0.2}, "quick": {"sql": "SELECT 1 AS one"}})
    began = time.monotonic()
    with pytest.raises(NotNow):
        source.asker.ask("slow", {})  # type: ignore[union-attr]
    assert time.monotonic() - began < 5
    assert source.asker.ask("quick", {}) == [{"one": 1}]  # type: ignore[union-attr]


@pytest.mark.parametrize("breaks", ["before", "after"])
def test_a_line_that_breaks_in_the_commit_leaves_it_unknown(his: House, breaks: str) -> None:
    if his.kind == "sqlite":
        pytest.skip("a file has no line")
    line = Line(his.config["port"])
    source = his.opened(statements=STATEMENTS, port=line.port)
    asker = source.asker
    assert asker is not None
    assert asker.write("insert", {"no": 7}, "k0") == Written(), "the line stands"
    line.breaks = breaks
    with pytest.raises(Unsure, match="in the commit"):
        asker.write("book", {"patient": "P1", "slot": 1}, "k1")
    line.breaks = None
    assert asker.written("book", {"patient": "P1", "slot": 1}, "k1") is (breaks == "after")
    source.close()
    line.close()


def test_a_line_that_breaks_before_the_commit_leaves_nothing(his: House) -> None:
    if his.kind == "sqlite":
        pytest.skip("a file has no line")
    line = Line(his.config["port"], at=b"UPDATE slot")
    source = his.opened(statements=STATEMENTS, port=line.port)
    line.breaks = "before"
    with pytest.raises(NotNow):
        source.asker.write("book", {"patient": "P1", "slot": 1}, "k1")  # type: ignore[union-attr]
    line.breaks = None
    assert source.asker.write("book", {"patient": "P1", "slot": 1}, "k1") == Written(reference="1")  # type: ignore[union-attr]
    source.close()
    line.close()


def test_who_may_not_be_reached_and_who_is_not_there(his: House) -> None:
    if his.kind == "sqlite":
        source = his.opened(name=str(his.folder / "missing.sqlite3"), queries=QUERIES)
    else:
        with pytest.raises(Refused, match="CALLWEAVE_ALLOW_HOSTS"):
            his.opened(lambda *_: False, queries=QUERIES).asker.ask("free", {"least": 1})  # type: ignore[union-attr]
        source = his.opened(port=1, queries=QUERIES)
    with pytest.raises(NotNow, match="no connection"):
        source.asker.ask("free", {"least": 1})  # type: ignore[union-attr]
    assert not (his.folder / "missing.sqlite3").exists()


NOWS = {"sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')", "postgresql": "now() at time zone 'utc'", "mysql": "utc_timestamp(6)"}
"""PostgreSQL's is the time at which the transaction began: all of its rows come to light late."""


def test_many_writers_at_once_and_a_reader_that_is_started_again(his: House) -> None:
    if his.kind == "sqlite":
        pytest.skip("it has one writer at a time")
    seconds, ids = 2.0, 60
    his.run("CREATE TABLE busy (id INTEGER PRIMARY KEY, value INTEGER, updated_at " + TYPES[his.kind] + ")")
    his.run("INSERT INTO busy VALUES " + ", ".join(f"({id}, 0, {NOWS[his.kind]})" for id in range(ids)))
    end = time.monotonic() + seconds

    def write(number: int) -> None:
        chance = random.Random(number)
        while time.monotonic() < end:
            with his.engine.begin() as connection:
                for id in sorted(chance.sample(range(number, ids, 4), 3)):
                    connection.execute(sa.text(f"UPDATE busy SET value = value + 1, updated_at = {NOWS[his.kind]} WHERE id = {id}"))
                time.sleep(chance.choice([0, 0, 0.02, 0.3]))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for each in writers:
        each.start()
    known: dict[int, int] = {}
    cursor, source = None, his.opened(time_zone="UTC")
    feed = SqlFeed.model_validate({"table": "busy", "changed": "updated_at", "id": "id", "look_again": [0.2, 1.0]})
    until = end + 2.5
    while time.monotonic() < until:
        read = SqlReader("busy", feed, "UTC", source._database)
        batch = read.read(cursor, 20)
        if random.random() < 0.8:  # else it was killed before that was kept
            known |= {row["id"]: row["value"] for row in batch.rows}
            cursor = batch.cursor
        if not batch.more:
            time.sleep(0.02)
    for each in writers:
        each.join()
    with his.engine.connect() as connection:
        wanted = {row.id: row.value for row in connection.execute(sa.text("SELECT id, value FROM busy"))}
    assert sum(wanted.values()) > 100
    assert known == wanted
    source.close()

"""Values of databases as plain data, their errors by meaning, and what a set-up may say."""

# ruff: noqa: DTZ001 - times that are stored without a zone are what this is about
from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.dialects import mssql, oracle, sqlite

from engine.adapters.gateway import NotNow, Refused
from engine.faults import from_validation
from engine.sources.plain import plain
from engine.sources.source import Surroundings
from engine.sources.sql import SqlSource, errors, statements
from engine.sources.sql.config import SqlConfig, SqlFeed
from engine.sources.sql.translate import instant

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None), (True, True), (7, 7), ("007", "007"), (1.5, 1.5), (float("nan"), None),
        (Decimal("12.50"), 12.5), (Decimal("7"), 7), (Decimal("7.000"), 7), (Decimal("0.1"), 0.1), (Decimal("NaN"), None),
        (Decimal("12345678901234567890"), "12345678901234567890"), (Decimal("0.12345678901234567890"), "0.12345678901234567890"),
        (datetime(2026, 11, 24, 9), "2026-11-24T09:00:00+08:00"),
        (datetime(2026, 11, 24, 1, 0, 0, 500, tzinfo=UTC), "2026-11-24T09:00:00.000500+08:00"),
        (date(2026, 11, 24), "2026-11-24"), (time(9, 30), "09:30:00"),
        (timedelta(hours=9, minutes=30), "09:30:00"), (timedelta(hours=-25, seconds=-1), "-25:00:01"),
        (b"\x00\xff", "AP8="), (memoryview(b"ab"), "YWI="), (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"a": [Decimal("1"), {1: None}]}, {"a": [1, {"1": None}]}), ((1, date(2026, 1, 1)), [1, "2026-01-01"]),
    ],
)  # fmt: skip
def test_values(value: object, expected: object) -> None:
    assert plain(value, SHANGHAI) == expected
    assert type(plain(value, SHANGHAI)) is type(expected)


def test_local_times_over_changes_of_clocks() -> None:
    assert plain(datetime(2026, 3, 29, 2, 30), BERLIN) == "2026-03-29T03:00:00+02:00"
    assert plain(datetime(2026, 10, 25, 2, 30), BERLIN) == "2026-10-25T02:30:00+02:00"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(datetime(1970, 1, 1, 8), 0.0), ("1970-01-01 08:00:00", 0.0), ("1970-01-01T00:00:01Z", 1.0), (7, None), ("V0000000000000007", None)],
)
def test_moments(value: object, expected: float | None) -> None:
    assert instant(value, SHANGHAI) == expected


def driver_error(kind: type[sa.exc.DBAPIError], *args: Any, gone: bool = False, **more: Any) -> sa.exc.DBAPIError:
    orig = type("Error", (Exception,), more)(*args)
    return kind("statement", {}, orig, connection_invalidated=gone)


@pytest.mark.parametrize(
    ("error", "dialect", "meaning"),
    [
        (driver_error(sa.exc.OperationalError, "gone", gone=True), "postgresql", "passes"),
        (driver_error(sa.exc.OperationalError, "deadlock detected", sqlstate="40P01"), "postgresql", "passes"),
        (driver_error(sa.exc.OperationalError, "statement timeout", sqlstate="57014"), "postgresql", "passes"),
        (driver_error(sa.exc.IntegrityError, "duplicate key", sqlstate="23505"), "postgresql", "rule"),
        (driver_error(sa.exc.ProgrammingError, "the ward is closed", sqlstate="P0001"), "postgresql", "rule"),
        (driver_error(sa.exc.ProgrammingError, "no such table", sqlstate="42P01"), "postgresql", "stays"),
        (driver_error(sa.exc.OperationalError, 1213, "Deadlock found"), "mysql", "passes"),
        (driver_error(sa.exc.OperationalError, 1644, "the slot is gone"), "mysql", "rule"),
        (driver_error(sa.exc.OperationalError, 3819, "Check constraint"), "mysql", "rule"),
        (driver_error(sa.exc.OperationalError, 1045, "Access denied"), "mysql", "stays"),
        (driver_error(sa.exc.OperationalError, 50_001, b"closed"), "mssql", "rule"),
        (driver_error(sa.exc.OperationalError, (1205, b"deadlock")), "mssql", "passes"),
        (driver_error(sa.exc.DatabaseError, SimpleNamespace(code=20_001)), "oracle", "rule"),
        (driver_error(sa.exc.DatabaseError, SimpleNamespace(code=60)), "oracle", "passes"),
        (driver_error(sa.exc.DatabaseError, SimpleNamespace(code=942)), "oracle", "stays"),
        (driver_error(sa.exc.OperationalError, "database is locked"), "sqlite", "passes"),
        (driver_error(sa.exc.OperationalError, "no such table: x"), "sqlite", "stays"),
    ],
)  # fmt: skip
def test_errors_by_meaning(error: sa.exc.DBAPIError, dialect: str, meaning: str) -> None:
    told = "rule" if errors.by_rule(error, dialect) else "passes" if errors.passing(error, dialect) else "stays"
    assert told == meaning


@pytest.mark.parametrize(
    ("error", "dialect", "expected"),
    [
        (driver_error(sa.exc.OperationalError, "gone", gone=True), "postgresql", False),
        (driver_error(sa.exc.OperationalError, "could not serialize", sqlstate="40001"), "postgresql", True),
        (driver_error(sa.exc.IntegrityError, "deferred", sqlstate="23505"), "postgresql", True),
        (driver_error(sa.exc.OperationalError, 2013, "Lost connection"), "mysql", False),
    ],
)  # fmt: skip
def test_a_commit_that_failed(error: sa.exc.DBAPIError, dialect: str, expected: bool) -> None:
    assert errors.rolled_back(error, dialect) is expected


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (driver_error(sa.exc.IntegrityError, "duplicate key\nDETAIL: Key (no)=(1)"), "duplicate key"),
        (driver_error(sa.exc.OperationalError, 1213, "Deadlock found"), "Deadlock found"),
        (driver_error(sa.exc.IntegrityError, (2627, b"Violation of a keyDB-Lib error message 20018, severity 14:\nGeneral")), "Violation of a key"),
        (driver_error(sa.exc.OperationalError, (20009, b"DB-Lib error message 20009, severity 9:\nUnable to connect")), "Unable to connect"),
        (driver_error(sa.exc.OperationalError), "Error"),
    ],
)  # fmt: skip
def test_words_of_drivers(error: sa.exc.DBAPIError, said: str) -> None:
    assert errors.words(error) == said


@pytest.mark.parametrize(
    ("database", "tls"),
    [("mssql", "none"), ("mssql", "required"), ("oracle", "none"), ("oracle", "verified"), ("mariadb", "verified"), ("postgresql", "verified")],
)
def test_every_driver_is_guarded_and_says_that_nobody_is_there(tmp_path: Path, database: str, tls: str) -> None:
    def asked(permits: Callable[[str, str, int], bool]) -> None:
        config = {"database": database, "host": "localhost", "port": 1, "name": "his", "tls": tls, "queries": {"q": {"sql": "select 1"}}}
        source = SqlSource(SqlConfig.model_validate(config), Surroundings(permits=permits, place=Path, folder=tmp_path))
        source.asker.ask("q", {})  # type: ignore[union-attr]

    with pytest.raises(NotNow, match="no connection"):
        asked(lambda name, address, port: (name, port) == ("localhost", 1))
    with pytest.raises(Refused, match="CALLWEAVE_ALLOW_HOSTS"):
        asked(lambda *_: False)


def test_a_page_is_read_behind_time_and_id() -> None:
    feed = SqlFeed(table="visit", changed="updated_at", id="no")
    source, selected = statements.source_of(feed, ["no", "updated_at", "ward"])
    page = statements.page(source, selected, ("updated_at", "no"), after=("T", 7), upto=None, limit=10)
    sql = " ".join(str(page.compile(dialect=sqlite.dialect())).split())
    assert sql.partition("WHERE ")[2] == (
        "visit.updated_at IS NOT NULL AND visit.no IS NOT NULL AND visit.updated_at >= ? "
        "AND (visit.updated_at > ? OR visit.updated_at = ? AND visit.no > ?) "
        "ORDER BY visit.updated_at, visit.no LIMIT ? OFFSET ?"
    )


@pytest.mark.parametrize(
    ("dialect", "name", "time", "end"),
    [
        (mssql.dialect(), "mssql", "convert(DATETIME2(6), :param_2)", "ORDER BY rows_read.changed, rows_read.no"),
        (oracle.dialect(), "oracle", ":param_1", "FETCH FIRST __[POSTCOMPILE_param_3] ROWS ONLY"),
    ],
)  # fmt: skip
def test_the_same_page_where_no_server_is_at_hand(dialect: sa.Dialect, name: str, time: str, end: str) -> None:
    feed = SqlFeed.model_validate({"query": "select no, changed from visit", "changed": "changed", "id": "no"})
    source, selected = statements.source_of(feed, [])
    page = statements.page(source, selected, ("changed", "no"), after=(datetime(2026, 1, 1), 7), upto=None, limit=10, dialect=name)
    compiled = page.compile(dialect=dialect)
    sql = " ".join(str(compiled).split())
    assert f"rows_read.changed >= {time} AND (rows_read.changed > {time} OR rows_read.changed = {time} AND rows_read.no > " in sql
    assert sql.endswith(end)
    moment = next(value for value in compiled.params.values() if value not in (7, 10))
    assert moment == ("2026-01-01T00:00:00" if name == "mssql" else datetime(2026, 1, 1))


def test_columns_by_any_capitals() -> None:
    assert statements.named("UPDATED_AT", ["id", "updated_at"]) == "updated_at"
    with pytest.raises(KeyError):
        statements.named("missing", ["id"])


SERVER = {"database": "postgresql", "host": "his", "name": "his"}
VISITS = {"table": "visit", "changed": "updated_at", "id": "id"}


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        ({"database": "postgresql", "name": "his"}, "needs a host: postgresql is a server"),
        ({"database": "sqlite", "name": "x", "host": "his"}, "has a host, and sqlite is a file"),
        (SERVER | {"database": "mssql", "tls": "verified"}, "mssql has no encryption of this kind by its driver"),
        (SERVER | {"time_zone": "Peking"}, "time_zone: 'Peking' is no time zone such as Asia/Shanghai"),
        (SERVER | {"colour": 1}, "colour: is not known here"),
        (SERVER | {"feeds": {"v": VISITS | {"query": "select 1"}}}, "feeds.v: needs a table or a query, and not both"),
        (SERVER | {"feeds": {"v": {"query": "select :a", "changed": "a", "id": "b"}}}, "feeds.v: :a stands in the SQL and is not declared as a parameter"),
        (SERVER | {"feeds": {"v": {"query": "delete from x", "changed": "a", "id": "b"}}}, "feeds.v.query: must begin with SELECT / WITH, and be one statement"),
        (SERVER | {"queries": {"q": {"sql": "select 1; drop table x"}}}, "queries.q.sql: must begin with SELECT / WITH, and be one statement"),
        (SERVER | {"queries": {"q": {"sql": "select 1", "parameters": ["a"]}}}, "queries.q: a is declared and does not stand in the SQL"),
        (SERVER | {"statements": {"s": {"steps": [{"sql": "select 1"}]}}}, "statements.s.steps.0.sql: must begin with"),
        (SERVER | {"statements": {"s": {"steps": [{"sql": "delete from x where k = :key"}], "parameters": ["key"]}}}, "statements.s: key is given by Callweave itself"),
        (SERVER | {"ca": "nonsense"}, "ca: has no certificate in PEM form that can be read"),
    ],
)  # fmt: skip
def test_faults_of_a_set_up(config: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SqlConfig.model_validate(config)
    assert any(fault in str(each) for each in from_validation(refused.value, ""))


@pytest.mark.parametrize("sql", ["select ';' as x", "select 1;", "with a as (select 1) select * from a", "select a -- ; no\nfrom b", "select '2026-01-01 10:30'"])
def test_sql_that_is_one_statement(sql: str) -> None:
    SqlConfig.model_validate(SERVER | {"queries": {"q": {"sql": sql}}})

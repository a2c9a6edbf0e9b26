"""Local time and lengths of time: over every change of clocks, never early and in order."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.durations import Duration, parse_duration
from engine.zoned import later, moment_at, next_time_of_day, parse_when, when_is

ZONES = [
    "Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Cairo",
    "Pacific/Apia", "America/Havana", "Asia/Tehran", "Antarctica/Troll", "UTC",
]  # fmt: skip
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(1995, 1, 1), date(2036, 12, 31))
clocks = st.times()
moments = st.integers(788_918_400, 2_114_294_400).map(lambda at: datetime.fromtimestamp(at, UTC))


@pytest.mark.parametrize(
    ("text", "days", "seconds"),
    [
        ("90s", 0, 90), ("10m", 0, 600), ("2h30m", 0, 9_000), ("3d", 3, 0), ("1w", 7, 0), ("1w2d3h4m5s", 9, 11_045),
        ("2h 30m", 0, 9_000), (" 3D ", 3, 0), ("-1d", -1, 0), ("+2h", 0, 7_200), ("0s", 0, 0), ("P3D", 3, 0),
        ("P1W", 7, 0), ("PT10M", 0, 600), ("P1DT2H30M", 1, 9_000), ("-P1D", -1, 0), ("pt90s", 0, 90), ("3660d", 3_660, 0),
    ],
)  # fmt: skip
def test_a_length_of_time(text: str, days: int, seconds: int) -> None:
    assert parse_duration(text) == Duration(days, seconds)


@pytest.mark.parametrize(
    "text",
    ["", "3", "d", "3x", "3 days", "P", "PT", "P1DT", "P1Y", "P1M", "1.5h", "--1d", "3d3d", "3661d", "999999999w", "١d",
     "1d\n2h!", "99999999999s"],
)  # fmt: skip
def test_what_is_no_length_of_time(text: str) -> None:
    assert parse_duration(text) is None


@given(st.integers(-3_000, 3_000), st.integers(0, 86_399))
def test_a_length_of_time_is_written_as_it_is_read(days: int, seconds: int) -> None:
    duration = Duration(days, -seconds if days < 0 else seconds)
    assert parse_duration(str(duration)) == duration


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        ("Europe/Berlin", date(2026, 3, 29), time(1, 59, 59), "2026-03-29T00:59:59+00:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(2, 0), "2026-03-29T01:00:00+00:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(2, 59), "2026-03-29T01:00:00+00:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(3, 0), "2026-03-29T01:00:00+00:00"),
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), "2026-10-25T00:30:00+00:00"),
        ("America/Sao_Paulo", date(2018, 11, 4), time(0, 0), "2018-11-04T03:00:00+00:00"),
        ("Pacific/Apia", date(2011, 12, 30), time(9, 0), "2011-12-30T10:00:00+00:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:30:00+00:00"),
        ("Asia/Shanghai", date(2026, 11, 24), time(9, 0), "2026-11-24T01:00:00+00:00"),
    ],
)
def test_gaps_and_times_that_come_twice(zone: str, day: date, clock: time, expected: str) -> None:
    assert moment_at(day, clock, ZoneInfo(zone)).isoformat() == expected


@given(days, clocks, zones)
def test_never_early(day: date, clock: time, zone: ZoneInfo) -> None:
    moment = moment_at(day, clock, zone)
    local = moment.astimezone(zone)
    assert local.replace(tzinfo=None) >= datetime.combine(day, clock)
    assert local.fold == 0
    before = (moment - timedelta(microseconds=1)).astimezone(zone)
    assert before.replace(tzinfo=None) < datetime.combine(day, clock), "it is the first such moment"


@given(days, clocks, days, clocks, zones)
def test_in_order(day: date, clock: time, other_day: date, other: time, zone: ZoneInfo) -> None:
    first, second = sorted([(day, clock), (other_day, other)])
    assert moment_at(*first, zone) <= moment_at(*second, zone)


@given(moments, moments, clocks, zones)
def test_the_next_time_of_day(at: datetime, other: datetime, clock: time, zone: ZoneInfo) -> None:
    found = next_time_of_day(at, clock, zone)
    assert at <= found < at + timedelta(days=3)
    first, second = sorted([at, other])
    assert next_time_of_day(first, clock, zone) <= next_time_of_day(second, clock, zone)


@given(moments, st.integers(-40, 40), zones)
def test_days_keep_the_time_of_day(at: datetime, count: int, zone: ZoneInfo) -> None:
    found, local = later(at, Duration(count), zone), at.astimezone(zone)
    day = local.date() + timedelta(days=count)
    assert found == (at if not count else moment_at(day, local.time(), zone))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-12-03", "2026-12-02T16:00:00+00:00"), ("2026-12-03T10:00", "2026-12-03T02:00:00+00:00"),
        ("2026-12-03 10:00:00", "2026-12-03T02:00:00+00:00"), ("2026-12-03T10:00Z", "2026-12-03T10:00:00+00:00"),
        ("2026-12-03T10:00+01:00", "2026-12-03T09:00:00+00:00"), (date(2026, 12, 3), "2026-12-02T16:00:00+00:00"),
    ],
)  # fmt: skip
def test_dates_in_records(value: Any, expected: str) -> None:
    when = parse_when(value)
    assert isinstance(when, date)
    assert when_is(when, ZoneInfo("Asia/Shanghai")).isoformat() == expected


@pytest.mark.parametrize(
    "value", ["", "soon", "2026-13-01", "2026-12-03T25:00", "9999-12-31", "0001-01-01", 5, None, [], "x" * 50]
)
def test_what_is_no_date(value: Any) -> None:
    assert parse_when(value) is None

"""Dates: the moment is the same as a person with a calendar would name it, in every zone, and a date that moves moves it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.store.times import to_micros
from engine.triggers.date import DateTrigger, Planned
from engine.triggers.kinds import read_trigger

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe",
         "Africa/Casablanca", "Asia/Beirut", "America/Santiago", "Pacific/Apia", "UTC"]  # fmt: skip
days = st.dates(date(2000, 1, 1), date(2037, 12, 31))
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


def trigger(**more: Any) -> DateTrigger:
    found, faults = read_trigger("date", {"record_type": "visit", "field": "visit_at", **more})
    assert faults == [], [str(fault) for fault in faults]
    assert isinstance(found, DateTrigger)
    return found


def moment(planned: Planned | None) -> datetime:
    assert planned is not None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=planned.moment)


@given(days, clocks, st.integers(-30, 30), clocks, st.sampled_from(ZONES))
@example(date(2026, 3, 29), time(14), 0, time(2, 30), "Europe/Berlin")
@example(date(2026, 10, 26), time(9), -1, time(2, 30), "Europe/Berlin")
@example(date(2011, 12, 31), time(9), -1, time(10), "Pacific/Apia")
def test_at_a_time_of_day(day: date, clock: time, offset: int, at: time, name: str) -> None:
    zone = ZoneInfo(name)
    record = {"visit_at": datetime.combine(day, clock).isoformat()}
    local = moment(trigger(offset=f"{offset}d", at=f"{at:%H:%M}").planned(record, zone)).astimezone(zone)
    wanted = datetime.combine(day + timedelta(days=offset), at)
    real = wanted.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wanted
    if datetime.combine(day, clock).replace(tzinfo=zone).astimezone(UTC).astimezone(zone).date() != day:
        return  # the day of the visit itself was left out: nobody has such a visit
    if real:
        assert local.replace(tzinfo=None) == wanted
        assert local.fold == 0
    else:
        assert local.replace(tzinfo=None) > wanted
        before = local.astimezone(UTC) - timedelta(microseconds=1)
        assert before.astimezone(zone).replace(tzinfo=None) < wanted


@given(days, st.one_of(st.none(), clocks), st.integers(-40, 40), st.integers(1, 400), st.sampled_from(ZONES))
def test_a_later_visit_is_never_called_earlier(
    day: date, clock: time | None, offset: int, later: int, name: str
) -> None:
    zone, wanted = ZoneInfo(name), trigger(offset=f"{offset}d", at="10:00")
    shown = [each.isoformat() if clock is None else datetime.combine(each, clock).isoformat()
             for each in (day, day + timedelta(days=later))]  # fmt: skip
    first, second = (moment(wanted.planned({"visit_at": each}, zone)) for each in shown)
    assert first < second


@given(days, clocks, st.integers(-10_000, 10_000), st.sampled_from(ZONES))
def test_hours_go_by_the_clock(day: date, clock: time, minutes: int, name: str) -> None:
    zone = ZoneInfo(name)
    record = {"visit_at": datetime.combine(day, clock).isoformat()}
    offset = f"{'-' if minutes < 0 else ''}{abs(minutes)}m"
    exact, moved = moment(trigger().planned(record, zone)), moment(trigger(offset=offset).planned(record, zone))
    assert moved - exact == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("offset", "value", "over"),
    [
        ("-1d", "2026-12-03T09:00:00+08:00", "2026-12-03T09:00:00+08:00"),
        ("-1d", "2026-12-03", "2026-12-04T00:00:00+08:00"),
        ("-2h", "2026-12-03T09:00:00", "2026-12-03T09:00:00+08:00"),
        ("7d", "2026-12-03", None),
        (None, "2026-12-03T09:00", None),
    ],
)
def test_a_reminder_is_of_use_until_the_date(offset: str | None, value: str, over: str | None) -> None:
    planned = trigger(offset=offset).planned({"visit_at": value}, ZoneInfo("Asia/Shanghai"))
    assert planned is not None
    assert planned.over_at == (None if over is None else to_micros(datetime.fromisoformat(over)))


@pytest.mark.parametrize("value", [None, "", "soon", "10:30", 7, "0001-01-01", [], "2026-02-30"])
def test_no_date_no_moment(value: Any) -> None:
    assert trigger(offset="-1d", at="10:00").planned({"visit_at": value}, ZoneInfo("UTC")) is None


def test_the_moment_is_the_patients() -> None:
    wanted, record = trigger(offset="-1d", at="10:00"), {"visit_at": "2026-12-03"}
    here = moment(wanted.planned(record, ZoneInfo("Asia/Shanghai")))
    there = moment(wanted.planned(record, ZoneInfo("Asia/Urumqi")))
    assert there - here == timedelta(hours=2)

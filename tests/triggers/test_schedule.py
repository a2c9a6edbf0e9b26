"""Schedules: the moments of a rule are those that dateutil names from its first day on, whenever one asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.triggers.kinds import read_trigger
from engine.triggers.schedule import ScheduleTrigger

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def schedule(rule: str, **more: Any) -> ScheduleTrigger:
    found, faults = read_trigger("schedule", {"rrule": rule, **more})
    assert faults == [], [str(fault) for fault in faults]
    assert isinstance(found, ScheduleTrigger)
    return found


def shown(trigger: ScheduleTrigger, after: str, zone: ZoneInfo, count: int = 3) -> list[str]:
    moments = islice(trigger.moments(datetime.fromisoformat(after), zone), count)
    return [f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" for moment in moments]


def test_weekly() -> None:
    rule = schedule("RRULE:FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=30", start="2026-01-05T00:00")
    assert shown(rule, "2026-11-22T10:00:00+08:00", SHANGHAI) == [
        "2026-11-23 09:30", "2026-11-26 09:30", "2026-11-30 09:30",
    ]  # fmt: skip


def test_every_other_week_keeps_its_weeks() -> None:
    rule = schedule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=9;BYMINUTE=0", start="2026-01-05")
    first = shown(rule, "2026-01-01T00:00:00Z", SHANGHAI, 30)
    assert shown(rule, "2026-08-01T00:00:00Z", SHANGHAI)[0] in first


def test_over_a_change_of_clocks() -> None:
    rule = schedule("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", start="2026-03-27")
    assert shown(rule, "2026-03-28T00:00:00Z", BERLIN, 3) == [
        "2026-03-28 02:30", "2026-03-29 03:00", "2026-03-30 02:30",
    ]  # fmt: skip
    assert shown(rule, "2026-10-24T12:00:00Z", BERLIN, 2) == ["2026-10-25 02:30", "2026-10-26 02:30"]


def test_two_times_in_one_gap_are_one_moment() -> None:
    rule = schedule("FREQ=DAILY;BYHOUR=2;BYMINUTE=0,15,30,45", start="2026-03-28")
    assert shown(rule, "2026-03-28T12:00:00Z", BERLIN, 2) == ["2026-03-29 03:00", "2026-03-30 02:00"]


def test_ends() -> None:
    day = schedule("FREQ=DAILY;BYHOUR=8;BYMINUTE=0;UNTIL=20261124", start="2026-11-01")
    assert len(shown(day, "2026-11-22T10:00:00+08:00", SHANGHAI, 9)) == 2
    exactly = schedule("FREQ=DAILY;BYHOUR=8;BYMINUTE=0;UNTIL=20261124T000000Z", start="2026-11-01")
    assert len(shown(exactly, "2026-11-22T10:00:00+08:00", SHANGHAI, 9)) == 2
    counted = schedule("FREQ=DAILY;COUNT=3", start="2026-11-21T08:00")
    assert shown(counted, "2026-11-22T10:00:00+08:00", SHANGHAI, 9) == ["2026-11-23 08:00"]


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("FREQ=SECONDLY", "at least a minute apart"), ("FREQ=DAILY;BYSECOND=1", "at least a minute apart"),
        ("every day", "is no rule such as"), ("FREQ=DAILY;FREQ=DAILY", "is no rule such as"),
        ("FREQ=OFTEN", "is no rule:"), ("BYDAY=MO", "is no rule:"), ("FREQ=DAILY;BYDAY=XX", "is no rule:"),
        ("FREQ=DAILY;BYEASTER=1", "is not known in a rule here"), ("FREQ=MINUTELY;BYMONTH=2", "is not known"),
        ("FREQ=DAILY;INTERVAL=0", "from 1 to 1000"), ("FREQ=DAILY;COUNT=100000", "from 1 to 1000"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20261231", "says COUNT and UNTIL"), ("FREQ=DAILY;UNTIL=20261331", "is no date"),
        ("FREQ=DAILY;BYHOUR=25", "is no rule:"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused_in_words(rule: str, reason: str) -> None:
    found, faults = read_trigger("schedule", {"rrule": rule})
    assert found is None
    assert [fault.path for fault in faults] == ["rrule"]
    assert reason in faults[0].sentence


def test_a_rule_that_never_fits_ends() -> None:
    for rule in ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"):
        assert shown(schedule(rule, start="2026-01-01"), "2026-11-22T00:00:00Z", SHANGHAI) == []


rules = st.builds(
    lambda frequency, interval, hours, minutes, weekdays: ";".join(
        part for part in (
            f"FREQ={frequency}", f"INTERVAL={interval}",
            f"BYHOUR={','.join(map(str, sorted(hours)))}" if hours else "",
            f"BYMINUTE={','.join(map(str, sorted(minutes)))}" if minutes else "",
            f"BYDAY={','.join(sorted(weekdays))}" if weekdays and frequency in ("WEEKLY", "DAILY") else "",
        ) if part
    ),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]), st.integers(1, 5), st.sets(st.integers(0, 23), max_size=3),
    st.sets(st.integers(0, 59), max_size=3), st.sets(st.sampled_from(["MO", "WE", "SA"])),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(rules, st.integers(0, 700))
def test_near_the_moment_as_from_the_first_day(rule: str, days: int) -> None:
    """The walk begins near the moment that is asked for, and finds what a walk from the beginning finds."""
    first = datetime.fromisoformat("2026-01-05T08:30")
    after = first + timedelta(days=days, minutes=7)
    wanted = rrule.rrulestr(rule, dtstart=first).xafter(after, count=3)
    found = islice(schedule(rule, start=first.isoformat()).moments(after.replace(tzinfo=UTC), UTC), 3)
    assert [moment.replace(tzinfo=None) for moment in found] == list(wanted)


@settings(max_examples=30, deadline=None)
@given(rules, st.integers(0, 1_000_000), st.sampled_from(["Europe/Berlin", "Asia/Beirut"]))
def test_moments_go_forward(rule: str, minutes: int, name: str) -> None:
    first = moment = datetime(2026, 1, 6, tzinfo=UTC) + timedelta(minutes=minutes)
    for found in islice(schedule(rule, start="2026-01-05T08:30").moments(moment, ZoneInfo(name)), 5):
        assert found > moment
        assert found - moment >= timedelta(minutes=1) or moment == first
        moment = found

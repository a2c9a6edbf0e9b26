"""Calendars: hours, holidays, days worked instead, exceptions; and every fault with its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.calendars import Calendar, is_open
from engine.faults import from_validation
from engine.flow import FlowErrors, compile_flow
from engine.scenarios import ScenarioError, play, read_scenario

DAY = [["08:00", "12:00"], ["14:00", "17:30"]]
HOSPITAL = {
    "time_zone": "Asia/Shanghai", "week": {"mon": DAY, "tue": DAY, "wed": DAY, "thu": DAY, "fri": [["08:00", "24:00"]]},
    "holidays": "CN", "except": {"2026-10-10": [["08:00", "12:00"]], "2026-12-31": [], "2026-10-02": []},
}  # fmt: skip
SHANGHAI = ZoneInfo("Asia/Shanghai")


def calendar(**more: Any) -> Calendar:
    return Calendar.model_validate(HOSPITAL | more)


@pytest.mark.parametrize(
    ("at", "state", "opens"),
    [
        ("2026-11-24T07:59:59", "closed", "2026-11-24T08:00:00"),
        ("2026-11-24T08:00", "open", "2026-11-24T08:00"),
        ("2026-11-24T12:00", "closed", "2026-11-24T14:00"),
        ("2026-11-24T17:30", "closed", "2026-11-25T08:00"),
        ("2026-11-27T23:59:59", "open", "2026-11-27T23:59:59"),
        ("2026-11-28T09:00", "closed", "2026-11-30T08:00"),
        ("2026-10-01T09:00", "holiday", "2026-10-08T08:00"),  # National Day, and the week after it
        ("2026-10-02T09:00", "holiday", "2026-10-08T08:00"),  # a holiday stays one when an exception says the same
        ("2026-09-20T09:00", "open", "2026-09-20T09:00"),  # a Sunday worked for Tuesday, 6 October
        ("2026-02-14T23:00", "open", "2026-02-14T23:00"),  # a Saturday worked for a Friday, with a Friday's hours
        ("2026-10-10T09:00", "open", "2026-10-10T09:00"),  # an exception goes before the day worked instead
        ("2026-10-10T15:00", "closed", "2026-10-12T08:00"),
        ("2026-12-31T09:00", "closed", "2027-01-04T08:00"),  # closed by exception; New Year's Day; a weekend
    ],
)
def test_open_or_not(at: str, state: str, opens: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    found = calendar().next_opening(moment, ZoneInfo("UTC"))
    assert is_open(calendar(), moment.astimezone(UTC)) == state
    assert found == datetime.fromisoformat(opens).replace(tzinfo=SHANGHAI)


def test_without_a_zone_of_its_own_it_is_asked_in_another() -> None:
    plain = Calendar.model_validate({"week": {"tue": [["08:00", "12:00"]]}})
    at = datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert is_open(plain, at) == "closed"
    assert is_open(plain, at, SHANGHAI) == "open"


def test_holidays_of_a_part_of_a_country() -> None:
    corpus_christi = datetime(2026, 6, 4, 10, tzinfo=UTC)
    week = {"thu": [["08:00", "20:00"]]}
    assert is_open(Calendar.model_validate({"week": week, "holidays": "DE-BY"}), corpus_christi) == "holiday"
    assert is_open(Calendar.model_validate({"week": week, "holidays": "DE"}), corpus_christi) == "open"


def test_hours_over_a_change_of_clocks() -> None:
    night = Calendar.model_validate(
        {"time_zone": "Europe/Berlin", "week": {"sun": [["02:15", "02:45"], ["04:00", "05:00"]]}}
    )
    before = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    assert night.next_opening(before, SHANGHAI) == datetime(2026, 3, 29, 2, tzinfo=UTC), "02:15 to 02:45 do not exist"


def test_never_open() -> None:
    assert (
        Calendar.model_validate({"week": {"mon": []}}).next_opening(datetime(2026, 1, 1, tzinfo=UTC), SHANGHAI) is None
    )


@given(
    st.integers(1_577_836_800, 1_893_456_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
)
def test_at_the_next_opening_it_is_open_and_not_before(at: datetime, zone: str) -> None:
    subject = calendar(time_zone=zone)
    opens = subject.next_opening(at, SHANGHAI)
    assert opens is not None
    assert opens >= at
    assert is_open(subject, opens) == "open"
    if opens > at:
        assert is_open(subject, at) != "open"
        assert is_open(subject, opens - timedelta(seconds=1)) != "open" or opens - at < timedelta(seconds=1)


def test_every_fault_with_its_place() -> None:
    broken = {
        "time_zone": "Mars/Base", "week": {"mon": [["08:00", "12:00"], ["11:00", "13:00"]], "tue": [["8", "9"], 3], "day": []},
        "holidays": "XX", "except": {"2026-13-01": [], "2026-12-31": [["12:00", "10:00"]]}, "hours": 1,
    }  # fmt: skip
    with pytest.raises(ValidationError) as raised:
        Calendar.model_validate(broken)
    assert {fault.path for fault in from_validation(raised.value, "c")} == {
        "c.time_zone", "c.week.mon", "c.week.tue.0", "c.week.tue.1", "c.week.day", "c.holidays", "c.except.2026-13-01",
        "c.except.2026-12-31.0", "c.hours",
    }  # fmt: skip


@pytest.mark.parametrize("value", [{}, {"week": {}}, [], 5, "", None, {"week": []}, {"except": {"2026-01-01": "x"}}])
def test_what_is_no_calendar(value: Any) -> None:
    document = flow(value)
    with pytest.raises(FlowErrors) as raised:
        compile_flow(document)
    assert all(fault.path.startswith("nodes.subject.config.calendar") for fault in raised.value.errors)


def flow(of: Any) -> dict[str, Any]:
    node = {"type": "hours", "config": {"calendar": of}, "outlets": {}}
    return {"callweave": 1, "name": "f", "languages": ["en"], "start": "subject", "nodes": {"subject": node}}


def test_a_calendar_by_its_name() -> None:
    scenario = read_scenario({"name": "n", "at": datetime(2026, 11, 24, 9, tzinfo=SHANGHAI), "steps": [{}]})
    program = compile_flow(flow("hospital"), calendars={"hospital": HOSPITAL})
    assert [step.outlet for step in play(program, scenario).walked] == ["open"]
    assert [step.outlet for step in play(compile_flow(flow("hospital")), scenario).walked] == ["closed"]


def test_a_name_that_is_not_kept_and_a_calendar_that_is_not_sound() -> None:
    with pytest.raises(FlowErrors) as raised:
        compile_flow(flow("clinic"), calendars={"hospital": {"week": {"mon": [["9", "10"]]}}})
    assert {fault.path for fault in raised.value.errors} == {
        "nodes.subject.config.calendar",
        "calendars.hospital.week.mon.0",
    }


def test_a_scenario_brings_the_calendars_that_its_flow_names() -> None:
    data = {"name": "n", "at": datetime(2026, 11, 24, 9, tzinfo=SHANGHAI), "steps": [{}]}
    program = compile_flow(flow("hospital"))
    walked = play(program, read_scenario(data | {"calendars": {"hospital": HOSPITAL}})).walked
    assert [step.outlet for step in walked] == ["open"]
    outer = flow("hospital") | {
        "nodes": {"subject": {"type": "run_flow", "config": {"flow": "inner"}, "outlets": {"completed": "subject_2"}},
                  "subject_2": {"type": "end", "config": {}, "outlets": {}}},
    }  # fmt: skip
    with_both = data | {"calendars": {"hospital": HOSPITAL}, "flows": {"inner": flow("hospital")}}
    walked = play(compile_flow(outer), read_scenario(with_both)).walked
    assert [step.outlet for step in walked if step.node == "subject"] == [None, "open", "completed"]
    with pytest.raises(ScenarioError, match=r"calendars\.hospital\.week\.mon\.0"):
        play(program, read_scenario(data | {"calendars": {"hospital": {"week": {"mon": [["9", "10"]]}}}}))

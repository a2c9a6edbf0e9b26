"""The rules of campaigns: policies and their faults, windows, retries by fate, caps, stops; each pain of the field once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from engine.calendars import Calendar
from engine.campaigns import (
    Attempt,
    Coming,
    Done,
    Member,
    Policy,
    Reason,
    Retry,
    Tally,
    Touch,
    after_attempt,
    capped,
    decide,
    estimated_end,
    next_allowed,
    precedence,
    spread,
    stop_for,
    why,
)  # fmt: skip
from engine.campaigns.advice import advice
from engine.faults import from_validation

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
WEEK = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "20:00"}
EVERY = {"from": "00:00", "to": "24:00"}
RETRIES = [
    {"fate": "busy", "after": "10m", "times": 2}, {"fate": "no_answer", "after": "2h", "times": 3},
    {"fate": "not_completed", "after": "1d"},
]  # fmt: skip


def policy(**more: Any) -> Policy:
    return Policy.model_validate({"windows": [WEEK], "holidays": "CN", "retries": RETRIES} | more)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def tried(fate: Any, began: str, *, rang: str | None = None, ended: str | None = None, completed: bool = False) -> Attempt:
    return Attempt(
        fate=fate, began_at=at(began), rang_at=None if rang is None else at(rang), ended_at=at(ended or rang or began),
        completed=completed,
    )  # fmt: skip


def member(**more: Any) -> Member:
    given: dict[str, Any] = {"matter": "a/1", "address": "+8613800000000", "zone": SHANGHAI, "due_at": at("2026-11-23T09:00")}
    return Member(**(given | more))


# --- the policy


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"windows": []}, "windows: at least one is needed"),
        ({"windows": [{"from": "09:00", "to": "25:00"}]}, "windows.0.to: '25:00' is no time of day such as 09:30"),
        ({"windows": [{"from": "22:00", "to": "06:00"}]},
         "windows.0.to: ends before it begins (22:00–06:00): over midnight it is two windows"),
        ({"windows": [{"from": "09:00", "to": "09:00"}]},
         "windows.0.to: ends before it begins (09:00–09:00): over midnight it is two windows"),
        ({"windows": [WEEK | {"days": ["mon", "mon"]}]}, "windows.0.days: names mon twice"),
        ({"windows": [WEEK | {"days": []}]}, "windows.0.days: at least one is needed"),
        ({"holidays": "XX"}, "holidays: 'XX' is no country whose holidays are known, such as CN"),
        ({"pace": {"calls_per_second": 0}}, "pace.calls_per_second: more than 0 (is 0)"),
        ({"pace": {"at_once": 1.5}}, "pace.at_once: must be a whole number (is 1.5)"),
        ({"pace": {"spread": "3 days"}}, "pace.spread: '3 days' is no length of time such as 10m, 2h or 3d"),
        ({"pace": {"warm_up": {"over": "1h"}}}, "pace: needs calls_per_second or at_once: there is nothing to warm up"),
        ({"retries": [{"fate": "busy", "after": "-1h"}]}, "retries.0.after: must be longer than nothing (is '-1h')"),
        ({"retries": [{"fate": "busy", "after": "5s"}]}, "retries.0.after: at least one minute (is 5s)"),
        ({"retries": [{"fate": "busy", "after": "1h", "times": 0}]}, "retries.0.times: at least 1 (is 0)"),
        ({"attempts": {"per_day": 0}}, "attempts.per_day: at least 1 (is 0)"),
        ({"cap": {"contacts": 1}}, "cap.per: is required"),
        ({"stop_at": {}}, "stop_at: says nothing"),
        ({"stop_at": {"failure_rate": 1.5}}, "stop_at.failure_rate: at most 1 (is 1.5)"),
        ({"stop_at": {"until": "2026-12-03T18:00"}},
         "stop_at.until: '2026-12-03T18:00' is no moment with a time zone such as 2026-12-03T18:00+08:00"),
        ({"priority": 101}, "priority: at most 100 (is 101)"),
        ({"colour": "red"}, "colour: is not known here"),
    ],
)  # fmt: skip
def test_a_fault_has_its_path(body: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError) as caught:
        policy(**body)
    assert [str(each) for each in from_validation(caught.value, "")] == [fault]


def test_what_is_not_said_is_the_careful_choice() -> None:
    plain = Policy.model_validate({})
    assert next_allowed(plain, None, SHANGHAI, at("2026-11-22T23:00")) == at("2026-11-23T09:00"), "not at night"
    first = tried("no_answer", "2026-11-23T09:00", rang="2026-11-23T09:00")
    assert after_attempt(plain, [first], zone=SHANGHAI) == Done(Reason("no_rule", {"fate": "no_answer"}))


def test_a_policy_goes_into_json_and_back() -> None:
    full = policy(
        pace={"calls_per_second": 2, "at_once": 9, "spread": "3d", "warm_up": {"over": "1h", "from": 0.2}},
        cap={"per": "24h"}, stop_at={"budget": 50, "until": "2026-12-03T18:00+08:00"}, calendar="clinic",
    )  # fmt: skip
    assert Policy.model_validate_json(full.model_dump_json(by_alias=True)) == full
    Policy.model_json_schema()


# --- windows


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("2026-11-23T08:59:59", "2026-11-23T09:00"),
        ("2026-11-23T09:00", "2026-11-23T09:00"),
        ("2026-11-23T19:59:49", "2026-11-23T19:59:49"),
        ("2026-11-23T19:59:50", "2026-11-24T09:00"),  # it would ring after the window
        ("2026-11-27T20:00", "2026-11-30T09:00"),  # a weekend
        ("2026-09-30T20:00", "2026-10-08T09:00"),  # National Day, and the week after it
        ("2026-09-20T10:00", "2026-09-20T10:00"),  # a Sunday that is worked
        ("2026-02-14T08:00", "2026-02-14T09:00"),  # a Saturday that is worked
    ],
)
def test_the_next_allowed_moment(asked: str, allowed: str) -> None:
    assert next_allowed(policy(), None, SHANGHAI, at(asked)) == at(allowed)


def test_windows_are_those_of_the_persons_own_clocks() -> None:
    moment = at("2026-11-23T09:00")
    assert next_allowed(policy(), None, SHANGHAI, moment) == moment
    assert next_allowed(policy(), None, BERLIN, moment) == at("2026-11-23T09:00", BERLIN)


@pytest.mark.parametrize(
    ("window", "asked", "allowed"),
    [
        (("02:15", "02:45"), "2026-03-29T00:00", "2026-03-30T02:15"),  # left out on that day
        (("02:30", "04:00"), "2026-03-29T00:00", "2026-03-29T03:00"),  # begins in the gap
        (("02:30", "04:00"), "2026-10-25T02:30", "2026-10-25T02:30"),  # the earlier of two
    ],
)
def test_windows_over_a_change_of_clocks(window: tuple[str, str], asked: str, allowed: str) -> None:
    night = Policy.model_validate({"windows": [{"from": window[0], "to": window[1]}]})
    assert next_allowed(night, None, BERLIN, at(asked, BERLIN)) == at(allowed, BERLIN).astimezone(UTC)


def test_clocks_that_are_set_back_show_no_time_before_the_window() -> None:
    night = Policy.model_validate({"windows": [{"from": "02:30", "to": "04:00"}]})
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # the second 02:10
    assert next_allowed(night, None, BERLIN, second) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_kept_calendar_closes_besides() -> None:
    clinic = Calendar.model_validate({"time_zone": "Asia/Shanghai", "week": {"tue": [["14:00", "17:00"]]}})
    assert next_allowed(policy(calendar="clinic"), clinic, SHANGHAI, at("2026-11-23T10:00")) == at("2026-11-24T14:00")
    verdict = decide(policy(calendar="clinic"), member(), at("2026-11-23T10:00"), calendar=clinic)
    assert [reason.code for reason in verdict.reasons] == ["calendar"]


def test_no_window_ever_comes() -> None:
    never = Calendar.model_validate({"week": {"mon": [["21:00", "22:00"]]}})
    assert decide(policy(), member(), at("2026-11-23T10:00"), calendar=never).at is None


def test_a_spread_fills_the_windows_evenly() -> None:
    three_days = policy(pace={"spread": "3d"})
    shares = [(number + 0.5) / 300 for number in range(300)]
    moments = spread(three_days, None, SHANGHAI, at("2026-11-23T09:00"), shares)
    days = [sum(at(f"2026-11-{day}T09:00") <= one < at(f"2026-11-{day}T20:00") for one in moments) for day in (23, 24, 25)]
    assert days == [100, 100, 100]
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert max(gap for gap in gaps if gap < timedelta(hours=1)) < timedelta(minutes=7)
    assert spread(policy(), None, SHANGHAI, at("2026-11-23T03:00"), [0.5]) == [at("2026-11-23T03:00")], "no spread"


# --- retries


def test_the_clock_of_a_retry_starts_when_it_rang() -> None:
    """surveda#1619: queued at nine, rung at ten."""
    queued = tried("no_answer", "2026-11-23T09:00", rang="2026-11-23T10:00", ended="2026-11-23T10:00:30")
    found = after_attempt(policy(), [queued], zone=SHANGHAI)
    assert isinstance(found, Retry)
    assert found.at == at("2026-11-23T12:00")
    assert found.reasons[0].values == {"fate": "no_answer", "after": "2h", "number": 1}


def test_attempts_that_never_rang_exhaust_nobody() -> None:
    """surveda#1619: a trunk is down for a morning; the person still has all of his attempts."""
    moments = [f"2026-11-23T{hour}:00" for hour in ("09", "10", "11", "12")]
    down = [tried("failed", moment) for moment in moments]
    found = after_attempt(policy(attempts={"per_day": 1, "in_all": 1}), down, zone=SHANGHAI)
    assert isinstance(found, Retry)
    assert found.at == at("2026-11-23T14:00"), "fifteen minutes, doubled three times"
    silent = after_attempt(policy(), [*down, *down], zone=SHANGHAI)
    assert silent == Done(Reason("never_rang", {"times": 8}))
    rang = tried("no_answer", "2026-11-23T14:00", rang="2026-11-23T14:00")
    assert isinstance(after_attempt(policy(), [*down, rang], zone=SHANGHAI), Retry), "its first retry of three"


def test_never_ninety_six_attempts() -> None:
    """surveda#2369: whatever windows and delays there are, a day has its most, and so has the campaign."""
    often = policy(windows=[EVERY], retries=[{"fate": "busy", "after": "1m", "times": 20}] * 5, attempts={"per_day": 3})
    attempts: list[Attempt] = []
    moment = at("2026-11-23T00:00")
    for _ in range(200):
        attempts.append(Attempt(fate="busy", began_at=moment, ended_at=moment))
        found = after_attempt(often, attempts, zone=SHANGHAI)
        if isinstance(found, Done):
            break
        moment = found.at
    assert len(attempts) == 101
    assert (moment - attempts[0].began_at).days == 33


@pytest.mark.parametrize(
    ("attempts", "follows"),
    [
        ([tried("busy", "2026-11-23T09:00")], "2026-11-23T09:10"),
        ([tried("busy", "2026-11-23T09:00"), tried("busy", "2026-11-23T09:10"), tried("busy", "2026-11-23T09:20")],
         "retries_used"),
        ([tried("no_answer", "2026-11-23T19:00", rang="2026-11-23T19:00")], "2026-11-24T09:00"),
        ([tried("no_answer", "2026-11-27T19:00", rang="2026-11-27T19:00")], "2026-11-30T09:00"),
        ([tried("busy", f"2026-11-23T{hour}:00") for hour in ("09", "10")]
         + [tried("no_answer", "2026-11-23T11:00", rang="2026-11-23T11:00")], "2026-11-24T09:00"),
        ([tried("answered", "2026-11-23T09:00", rang="2026-11-23T09:00")], "2026-11-24T09:00"),
        ([tried("answered", "2026-11-23T09:00", rang="2026-11-23T09:00", completed=True)], "completed"),
        ([tried("machine", "2026-11-23T09:00", rang="2026-11-23T09:00")], "no_rule"),
        ([tried("unknown", "2026-11-23T09:00")], "unknown"),
        ([tried("cancelled", "2026-11-23T09:00")], "cancelled"),
    ],
)  # fmt: skip
def test_each_fate_has_its_own_retries(attempts: list[Attempt], follows: str) -> None:
    found = after_attempt(policy(), attempts, zone=SHANGHAI)
    if isinstance(found, Done):
        assert found.reason.code == follows
    else:
        assert found.at == at(follows)


def test_not_answered_and_not_completed_are_counted_apart() -> None:
    left_early = tried("answered", "2026-11-23T09:00", rang="2026-11-23T09:00")
    silent = [tried("no_answer", f"2026-11-{day}T09:00", rang=f"2026-11-{day}T09:00") for day in (24, 25, 26)]
    found = after_attempt(policy(), [left_early, *silent], zone=SHANGHAI)
    assert isinstance(found, Retry), "its third retry after no answer, whatever came before"
    again = tried("answered", "2026-11-27T09:00", rang="2026-11-27T09:00")
    done = after_attempt(policy(), [left_early, *silent, again], zone=SHANGHAI)
    assert done == Done(Reason("retries_used", {"fate": "not_completed", "times": 1}))


def test_no_attempt_after_the_campaigns_last_moment() -> None:
    ending = policy(stop_at={"until": "2026-11-23T12:00+08:00"})
    found = after_attempt(ending, [tried("no_answer", "2026-11-23T11:00", rang="2026-11-23T11:00")], zone=SHANGHAI)
    assert isinstance(found, Done)
    assert found.reason.code == "ends_before"


# --- caps and priority

CAP = {"contacts": 1, "per": "24h"}
NOON = at("2026-11-23T12:00")


def test_the_cap_is_over_all_campaigns_and_an_address() -> None:
    mother = [Touch("b/7", at("2026-11-23T10:00"))]
    assert capped(policy(cap=CAP), "a/1", mother, NOON) == Reason(
        "capped", {"contacts": 1, "per": "24h"}, at("2026-11-24T10:00")
    )
    assert capped(policy(cap=CAP | {"contacts": 2}), "a/1", mother, NOON) is None
    assert capped(policy(cap=CAP), "a/1", mother, at("2026-11-24T10:00")) is None, "a day is over"
    child = [Touch("a/2", at("2026-11-23T10:00"))]
    assert capped(policy(cap=CAP), "a/1", child, NOON) is not None, "two children, one telephone"


def test_a_contact_that_has_begun_is_not_held_back_by_itself() -> None:
    own = [Touch("a/1", at("2026-11-23T10:00"))]
    assert capped(policy(cap=CAP), "a/1", own, NOON) is None


def test_a_campaign_gives_way_to_one_of_higher_priority() -> None:
    coming = [Coming("b/7", 80, at("2026-11-23T18:00"))]
    held = capped(policy(cap=CAP), "a/1", [], NOON, coming)
    assert held == Reason("gives_way", {"priority": 80}, at("2026-11-24T18:00"))
    assert capped(policy(cap=CAP, priority=90), "a/1", [], NOON, coming) is None
    own = [Touch("a/1", at("2026-11-23T10:00"))]
    assert capped(policy(cap=CAP), "a/1", own, NOON, coming) is None, "a contact that has begun goes on"
    waiting = [(50, NOON, "c"), (80, NOON + timedelta(hours=1), "b"), (50, NOON, "a")]
    assert [matter for *_, matter in sorted(waiting, key=lambda each: precedence(*each))] == ["b", "a", "c"]


# --- one verdict


@pytest.mark.parametrize(
    ("given", "asked", "codes", "allowed"),
    [
        ({}, "2026-11-23T10:00", ["now"], "2026-11-23T10:00"),
        ({"address": ""}, "2026-11-23T10:00", ["no_address"], None),
        ({"barred": Reason("do_not_contact", {"since": "2026-11-01"})}, "2026-11-23T10:00", ["do_not_contact"], None),
        ({"due_at": at("2026-11-24T10:00")}, "2026-11-23T10:00", ["not_due"], "2026-11-24T10:00"),
        ({"due_at": at("2026-11-28T10:00")}, "2026-11-23T10:00", ["not_due", "outside_window"], "2026-11-30T09:00"),
        ({}, "2026-10-02T10:00", ["not_due"], "2026-11-23T09:00"),
        ({"due_at": at("2026-10-02T10:00")}, "2026-10-02T10:00", ["holiday"], "2026-10-08T09:00"),
        ({"touches": [Touch("b", at("2026-11-26T21:00"))]}, "2026-11-27T10:00", ["capped", "outside_window"],
         "2026-11-30T09:00"),
        ({"attempts": [tried("no_answer", "2026-11-23T09:00", rang="2026-11-23T09:00")]}, "2026-11-23T10:00", ["retry"],
         "2026-11-23T11:00"),
    ],
)  # fmt: skip
def test_the_verdict_says_when_and_why_not_now(
    given: dict[str, Any], asked: str, codes: list[str], allowed: str | None
) -> None:
    verdict = decide(policy(cap=CAP), member(**given), at(asked))
    assert [reason.code for reason in verdict.reasons] == codes
    assert verdict.at == (None if allowed is None else at(allowed))


def test_why_is_one_story() -> None:
    attempts = [
        tried("failed", "2026-11-23T09:00"), tried("busy", "2026-11-23T09:15"),
        tried("no_answer", "2026-11-23T19:00", rang="2026-11-23T19:00"),
    ]  # fmt: skip
    told = why(policy(), member(attempts=attempts), at("2026-11-23T19:05"))
    assert [str(reason) for reason in told] == [
        "the line did not ring: tried again 15m later, and not counted", "tried again 10m after busy",
        "tried again 2h after no answer", "outside the windows of the campaign",
    ]  # fmt: skip
    assert told[-1].until_local(SHANGHAI) == "2026-11-24T09:00:00+08:00"


# --- stops, the end, advice


def test_a_campaign_stops_at_its_budget_its_failure_rate_its_end() -> None:
    stopping = policy(stop_at={"budget": 100, "failure_rate": 0.3, "sample": 20, "until": "2026-12-01T00:00+08:00"})
    assert stop_for(stopping, Tally(), NOON) is None
    assert stop_for(stopping, Tally(100.004), NOON) == Reason("budget", {"limit": 100.0, "spent": 100.0})
    assert stop_for(stopping, Tally(0, ["failed"] * 19), NOON) is None, "too few to say"
    some = ["failed"] * 6 + ["no_answer"] * 14
    found = stop_for(stopping, Tally(0, some), NOON)
    assert found == Reason("failure_rate", {"percent": 30, "limit": 30.0, "sample": 20})
    assert stop_for(stopping, Tally(0, ["answered"] * 5_000 + some), NOON) == found, "the latest count"
    assert stop_for(stopping, Tally(0, [*some, *["busy"] * 14]), NOON) is None
    last = at("2026-12-01T00:00")
    assert stop_for(stopping, Tally(), last) == Reason("until", {}, last)
    assert stop_for(policy(), Tally(1e9, ["failed"] * 999), last) is None


def test_the_estimated_end() -> None:
    fast = policy(pace={"calls_per_second": 1})
    end = estimated_end(fast, at("2026-11-23T09:00"), {SHANGHAI: 60_000}, attempts_each=1.0)
    assert end is not None
    assert timedelta(0) <= end - at("2026-11-24T14:40:10") < timedelta(seconds=2), "eleven hours, then the rest"
    lines = policy(pace={"at_once": 10})
    assert estimated_end(lines, at("2026-11-23T09:00"), {SHANGHAI: 800}, seconds_each=45) == at("2026-11-23T10:00")
    late = at("2026-11-26T18:00")
    assert estimated_end(fast, at("2026-11-23T09:00"), {SHANGHAI: 5}, last_due=late) == late
    assert estimated_end(policy(pace={"calls_per_second": 1e-4}), NOON, {SHANGHAI: 9_999}) is None


def test_advice_about_days_that_are_not_known_yet() -> None:
    told = advice(policy(pace={"at_once": 5}), at("2026-12-20T09:00"), at("2027-01-20T09:00"), SHANGHAI)
    assert [str(fault) for fault in told] == [
        "holidays: the days worked for holidays in 2027 are not published yet: they count as weekends"
    ]
    german = policy(holidays="DE", attempts={"in_all": 2})
    assert [fault.path for fault in advice(german, NOON, at("2027-06-01T09:00"), BERLIN)] == [
        "retries.0.times", "retries.1.times", "pace",
    ]  # fmt: skip

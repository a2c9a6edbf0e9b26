"""The driver on both databases, with real sessions on an imagined line: pace, calls at once, retries, stops, restarts."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from engine.host.at_hand import AtHand
from engine.host.campaigns import ending
from engine.store import attempts, campaign_members, campaigns, do_not_contact
from engine.store.attempts import AttemptRow
from engine.store.campaign_members import Member
from engine.store.do_not_contact import Entry
from engine.store.tenant import inbox
from tests.campaigns.line import RESTING, SECOND, Line, freeze, people

DAY = 86_400 * SECOND
ON_BOTH = (
    "test_each_is_called_by_the_rules_and_stands_in_the_ledger_once",
    "test_a_driver_that_dies_anywhere_starts_nobody_twice_and_keeps_the_pace",
    "test_stop_cancels_what_is_not_dialled_and_what_rings_if_asked",
    "test_windows_do_not_contact_and_caps_hold_people_back",
)


def started(line: Line, parts: AtHand, who: list[dict[str, Any]], **policy: Any) -> bytes:
    identity = line.campaign(who, **policy)
    with line.store.begin() as connection:
        ending.start(connection, identity, by="test", at=line.at)
    freeze(line, identity, parts)
    return identity


def members(line: Line, identity: bytes) -> list[Member]:
    with line.store.read() as connection:
        return campaign_members.page(connection, identity, after=None, limit=1_000)


def ledger(line: Line, identity: bytes) -> list[AttemptRow]:
    with line.store.read() as connection:
        return attempts.page(connection, identity, before=None, limit=1_000)[::-1]


def densest(moments: list[int], seconds: float = 10.0) -> int:
    times = sorted(moments)
    return max(bisect_right(times, at + int(seconds * SECOND)) - index for index, at in enumerate(times))


def test_each_is_called_by_the_rules_and_stands_in_the_ledger_once(line: Line, parts: AtHand) -> None:
    endings = ["0200", "0486", "0202", "0404", "0201"]
    retries = [{"fate": "busy", "after": "10m", "times": 2}, {"fate": "not_completed", "after": "1h"}]
    identity = started(line, parts, people(endings), retries=retries, never_rang={"times": 0}, attempts={"per_day": 20})
    for _ in range(30):
        line.driver.look()
        line.work()
        line.dial()
        line.answer(300)
    assert line.get(identity).state == "finished"
    rows = ledger(line, identity)
    counted = Counter((row.called[-4:], row.fate, bool(row.rang), row.completed) for row in rows)
    assert counted == {
        ("0200", "answered", True, True): 1, ("0486", "busy", True, False): 3, ("0202", "no_answer", True, False): 1,
        ("0404", "failed", False, False): 1, ("0201", "answered", True, False): 2,
    }  # fmt: skip
    busy = [row for row in rows if row.fate == "busy"]
    assert [row.number for row in busy] == [1, 2, 3]
    gaps = [later.at - (earlier.dialled_at or 0) for earlier, later in pairwise(busy)]
    assert all(600 * SECOND <= gap <= 1_000 * SECOND for gap in gaps), "ten minutes after it rang, at the next look"
    why = {member.number[-4:]: (member.why or {}).get("code") for member in members(line, identity)}
    assert why == {
        "0200": "completed", "0486": "retries_used", "0202": "no_rule", "0404": "never_rang", "0201": "retries_used",
    }  # fmt: skip
    assert all(row.seconds == 3.0 for row in rows if row.fate == "answered")


def test_pace_and_calls_at_once_hold_where_calls_are_placed(line: Line, parts: AtHand) -> None:
    identity = started(line, parts, people(["0200"] * 40), pace={"calls_per_second": 2, "at_once": 5})
    for number in range(100):
        line.driver.look()
        line.work()
        line.dial()
        if number % 15 == 14:
            line.answer(0.1)
        line.at += SECOND // 5
    line.answer(0.1)
    while line.get(identity).state != "finished":
        line.driver.look()
        line.work()
        line.dial()
        line.answer(0.5)
    moments = [at for at, _ in line.dialled]
    assert len(moments) == 40
    assert densest(moments) <= 21
    assert line.most_at_once == 5, "as many as are allowed, and no more"


def test_what_has_gathered_while_nobody_dialled_leaves_at_the_pace(line: Line, parts: AtHand) -> None:
    started(line, parts, people(["0200"] * 40), pace={"calls_per_second": 4})
    for _ in range(25):  # five seconds without an engine
        line.driver.look()
        line.work()
        line.at += SECOND // 5
    for _ in range(50):
        line.driver.look()
        line.work()
        line.dial()
        line.at += SECOND // 10
    assert densest([at for at, _ in line.dialled], 1.0) <= 5
    assert densest([at for at, _ in line.dialled]) <= 41


def test_a_driver_that_dies_anywhere_starts_nobody_twice_and_keeps_the_pace(line: Line, parts: AtHand) -> None:
    identity = started(line, parts, people(["0200"] * 40), pace={"calls_per_second": 4})
    for number in range(60):
        if number % 5 == 0:
            line.driver = line.new_driver()
        line.driver.look()
        line.new_driver(may_act=lambda: False).look()  # one that has lost its lease
        line.work()
        line.dial()
        line.at += SECOND // 5
    with line.store.read() as connection:
        at = [row.at for row in ledger(line, identity)]
        starts = connection.scalar(sa.select(sa.func.count()).select_from(inbox).where(inbox.c.source == "campaign"))
    assert len(at) == 40 == starts
    assert densest(at) <= 41
    assert max(Counter(number for _, number in line.dialled).values()) == 1


def test_pause_holds_what_is_not_dialled_and_resume_goes_on(line: Line, parts: AtHand) -> None:
    identity = started(line, parts, people(["0200"] * 12), pace={"calls_per_second": 2})
    line.run(10)
    line.driver.look()
    line.work()
    with line.store.begin() as connection:
        ending.pause(connection, identity, by="test", at=line.at)
    before = len(line.dialled)
    line.run(20)
    assert len(line.dialled) == before
    with line.store.begin() as connection:
        ending.resume(connection, identity, by="test", at=line.at)
    for _ in range(60):
        line.run(1)
        line.answer(0.0)
    line.driver.look()
    assert (len(line.dialled), line.get(identity).state) == (12, "finished")


def test_stop_cancels_what_is_not_dialled_and_what_rings_if_asked(line: Line, parts: AtHand) -> None:
    identity = started(line, parts, people(["0202"] * 12), pace={"at_once": 10})
    line.driver.look()
    line.work()
    line.dial(most=4)
    ending.stop(line.store, identity, why={"code": "person", "values": {}}, by="test", at=line.at)
    line.work()
    assert line.outcomes().count("stopped") == 6, "those that ring go on"
    assert line.dial() == 0
    line.answer(5)
    line.driver.look()
    fates = Counter((row.fate, row.cause) for row in ledger(line, identity))
    assert fates == {("no_answer", "no_answer"): 4, ("cancelled", "stopped"): 6}
    states = Counter((member.state, (member.why or {}).get("code")) for member in members(line, identity))
    assert states["waiting", None] == 2, "who was not tried yet is as he was"
    assert line.get(identity).state == "stopped"
    with line.store.read() as connection:
        assert attempts.open_ones(connection, limit=1) == []


def test_windows_do_not_contact_and_caps_hold_people_back(line: Line, parts: AtHand) -> None:
    who = people(["0200", "0200", "0200"])
    who.append({"phone": who[2]["phone"], "id": "a child of the same mother"})
    line.at = (line.at // DAY + 1) * DAY + 3 * 3600 * SECOND  # at 03:00 UTC
    entry = Entry(medium="sms", address="+8613900010200", source="api", at=line.at)
    with line.store.begin() as connection:
        do_not_contact.add(connection, entry)
    who[0] |= {"time_zone": "Asia/Shanghai"}  # where it is eleven
    for one in who[1:]:
        one["time_zone"] = "UTC"
    windows = [{"from": "09:00", "to": "20:00"}]
    identity = started(line, parts, who, windows=windows, cap={"contacts": 1, "per": "24h"})
    line.run(5)
    assert [number for _, number in line.dialled] == ["13900000200"]
    why = [(member.state, (member.why or {}).get("code")) for member in members(line, identity)]
    assert why == [
        ("under_way", None), ("left_out", "do_not_contact"), ("waiting", "outside_window"), ("waiting", "outside_window"),
    ]  # fmt: skip
    line.answer(5)
    line.at += 6 * 3600 * SECOND
    line.run(5)
    line.answer(5)
    line.run(5)
    assert [number for _, number in line.dialled][1:] == [who[2]["phone"]], "the other one's address is capped"
    capped = members(line, identity)[3]
    assert (capped.state, (capped.why or {})["code"]) == ("waiting", "capped")
    line.at += 24 * 3600 * SECOND
    line.run(5)
    assert len(line.dialled) == 3


def test_what_is_asked_for_before_the_window_closes_is_not_dialled_after_it(line: Line, parts: AtHand) -> None:
    line.at = (line.at // DAY + 1) * DAY + 20 * 3600 * SECOND - 15 * SECOND
    windows = [{"from": "09:00", "to": "20:00"}]
    identity = started(line, parts, people(["0200"]), windows=windows)
    line.driver.look()
    line.work()
    line.at += 30 * SECOND
    assert line.dial() == 0
    line.work()
    line.driver.look()
    [row] = ledger(line, identity)
    assert (row.fate, row.cause, row.rang) == ("failed", "too_late", False)
    [member] = members(line, identity)
    assert member.state == "waiting"
    line.at = member.next_at or 0
    line.run(3)
    assert [at // SECOND % 86_400 for at, _ in line.dialled] == [9 * 3600]


def test_a_campaign_of_higher_priority_goes_first(line: Line, parts: AtHand) -> None:
    low = started(line, parts, people(["0200"] * 5), priority=10, cap={"contacts": 1, "per": "24h"})
    high = started(line, parts, people(["0200"] * 5), priority=90, cap={"contacts": 1, "per": "24h"})
    line.run(5)
    assert len(line.dialled) == 5
    assert {member.state for member in members(line, high)} == {"under_way"}
    assert {(member.why or {})["code"] for member in members(line, low)} <= {"capped", "gives_way"}


def test_a_call_that_could_not_be_placed_keeps_no_place_while_its_session_goes_on(line: Line, parts: AtHand) -> None:
    first = started(line, parts, people(["0200"] * 3), flow=RESTING, pace={"at_once": 1}, priority=90)
    later = started(line, parts, people(["0200"] * 2, 50), priority=10)
    refused = 0
    for _ in range(20):
        line.driver.look()
        line.work()
        refused += line.refuse()
        line.at += SECOND
    assert refused == 3 + 2
    assert [member.state for member in members(line, first)] == ["under_way"] * 3, "their sessions rest for three days"
    assert [member.attempts for member in members(line, later)] == [1, 1], "and nobody waits for them"


def test_budget_and_failures_stop_a_campaign(line: Line, parts: AtHand) -> None:
    costly = started(
        line, parts, people(["0200"] * 20), pace={"at_once": 2}, stop_at={"budget": 1.0},
        settings={"tariff": {"per_minute": 0.25}},
    )  # fmt: skip
    broken = started(
        line, parts, people(["0404"] * 40, 50), pace={"at_once": 5}, stop_at={"failure_rate": 0.5, "sample": 10}
    )
    for _ in range(20):
        line.run(1)
        line.answer(1)
    line.driver.look()
    assert (line.get(costly).why or {})["code"] == "budget"
    assert len(ledger(line, costly)) == 4
    assert (line.get(broken).why or {})["code"] == "failure_rate"
    assert len(ledger(line, broken)) <= 20
    with line.store.read() as connection:
        told = campaigns.stopped_by_themselves(connection, since=line.at - 900 * SECOND)
    assert sorted(told) == ["Autumn (budget)", "Autumn (failure_rate)"], "for an alert"
    _dead_numbers_that_are_left_stop_nothing(line, parts)


def _dead_numbers_that_are_left_stop_nothing(line: Line, parts: AtHand) -> None:
    """A retry after a failure says nothing new of lines: at a campaign's end nearly all of them are such."""
    never_rang = {"after": "1m", "times": 2}
    ending = started(
        line, parts, people(["0200"] * 8 + ["0404"] * 4, 90), never_rang=never_rang, stop_at={"failure_rate": 0.5, "sample": 10}
    )
    for _ in range(12):
        line.run(1)
        line.answer(20)
    line.driver.look()
    assert len(ledger(line, ending)) == 8 + 3 * 4
    assert line.get(ending).state == "finished"
    with line.store.read() as connection:
        assert sorted(attempts.latest_fates(connection, ending, limit=99, but=())) == ["answered"] * 8 + ["failed"] * 4


def test_a_spread_lays_first_attempts_over_the_open_hours(line: Line, parts: AtHand) -> None:
    windows = [{"from": "09:00", "to": "10:00"}]
    identity = started(line, parts, people(["0200"] * 24), windows=windows, pace={"spread": "2d"})
    moments = [member.next_at or 0 for member in members(line, identity)]
    hours = {moment // SECOND % 86_400 // 3600 for moment in moments}
    assert hours == {9}
    by_day = Counter(moment // SECOND // 86_400 for moment in moments)
    assert 2 <= len(by_day) <= 3, "from now on, two days"
    assert max(by_day.values()) == 12, "each whole hour has its half"

"""A rehearsal: it keeps the rules that the driver keeps, counts add up, and a flow's dead ends are found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from engine.campaigns import Policy, Reason, Touch
from engine.campaigns.answers import AnswerModel, World
from engine.campaigns.rehearsal import Contactee, Rehearsal
from engine.campaigns.report import Report, plain
from engine.campaigns.sampling import DeadEnd, FlowSample, Person
from engine.campaigns.tariff import Tariff
from engine.faults import from_validation
from engine.flow import compile_flow
from tests.engine.any_campaign import shown_open

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
BEGINS = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)
POLICY: dict[str, Any] = {
    "windows": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "18:00"}], "holidays": "CN",
    "pace": {"calls_per_second": 1, "at_once": 20},
    "retries": [{"fate": "busy", "after": "10m", "times": 2}, {"fate": "no_answer", "after": "2h", "times": 3},
                {"fate": "not_completed", "after": "1d"}],
}  # fmt: skip
CALM = {"dead_numbers": 0, "fates": {"answered": 1}, "completion": 1}
"""A model in which everybody answers and listens."""


def people(count: int, zones: tuple[ZoneInfo, ...] = (SHANGHAI,), **more: Any) -> list[Contactee]:
    return [Contactee(matter=f"m{n}", address=f"+86{n:011}", zone=zones[n % len(zones)], **more) for n in range(count)]


def rehearse(count: int = 200, given: list[Contactee] | None = None, **more: Any) -> Rehearsal:
    written = {**POLICY, **more.pop("policy", {})}
    model = AnswerModel.model_validate(more.pop("model", {}))
    sample, progress = more.pop("flow", None), more.pop("progress", None)
    if sample is not None:
        sample = FlowSample(compile_flow(sample), World(model), BEGINS, sessions=60, mocks=more.pop("mocks", {}))
    found = Rehearsal(
        Policy.model_validate(written), given or people(count), begins_at=BEGINS, model=model, sample=sample, zone=SHANGHAI,
        **more,
    )  # fmt: skip
    found.run(progress)
    return found


def test_it_keeps_the_rules_and_its_counts_add_up() -> None:
    given = people(600, (SHANGHAI, BERLIN))
    shares: list[float] = []
    rehearsal = rehearse(given=given, progress=lambda share: not shares.append(share))
    report = rehearsal.report
    assert [round(share * 600) for share in shares] == [500], "told every five hundred"
    for person, attempts in zip(given, rehearsal.attempts, strict=True):
        assert all(shown_open(POLICY, attempt.began_at, person.zone) for attempt in attempts)
        assert sum(attempt.counts for attempt in attempts) <= 7
    begun = sorted(attempt.began_at for attempts in rehearsal.attempts for attempt in attempts)
    assert all(begun[n + 11] - begun[n] > timedelta(seconds=10) for n in range(len(begun) - 11)), "the pace"
    assert report.peak <= 20
    assert sum(report.fates.values()) == report.attempts == sum(hour.attempts for hour in report.hours) == len(begun) == report.calls
    assert sum(number * count for number, count in report.attempts_each.items()) == report.attempts
    assert report.completed + sum(left.people for left in report.left) == report.people == 600
    assert max(hour.most_at_once for hour in report.hours) == report.peak
    assert report.busiest is not None
    assert plain(report, SHANGHAI)["begins_at"] == "2026-11-23T08:00:00+08:00"


def test_one_that_is_stopped_reports_what_was_played_until_then() -> None:
    whole, part = rehearse(1_200).report, rehearse(1_200, progress=lambda share: share < 0.4).report
    assert part.stopped == Reason("not_rehearsed")
    unplayed = next(left.people for left in part.left if left.reason == part.stopped)
    assert 0 < unplayed <= 700, "five hundred were done when it was stopped"
    assert part.completed + sum(left.people for left in part.left) == part.people == whole.people == 1_200
    assert 0 < part.attempts < whole.attempts and 0 < part.completed < whole.completed


def test_the_same_seed_is_the_same_campaign() -> None:
    first, again = rehearse(100).report, rehearse(100).report
    assert first == again
    assert rehearse(100, model={"seed": 2}).report.fates != first.fates


def test_a_rule_that_changes_moves_nobody_elses_answer() -> None:
    """What somebody answers at his first call is his: were it the next number of a row, one retry would move all."""
    plain_one = rehearse(100)
    without = rehearse(100, policy={"retries": []})
    first = [[attempts[0].fate for attempts in each.attempts] for each in (plain_one, without)]
    assert first[0] == first[1]


def test_its_price() -> None:
    tariff = Tariff(setup=0.01, per_minute=0.12, billed_in=60)
    report = rehearse(50, model=CALM | {"talk_seconds": 40}, tariff=tariff).report
    assert report.completed == 50
    assert report.cost >= 50 * 0.13
    by_second = Tariff(per_minute=0.12, billed_in=1)
    exact = rehearse(50, model=CALM, tariff=by_second).report
    assert exact.cost == pytest.approx(exact.talked_seconds / 60 * 0.12, abs=50 * 0.002)
    assert Tariff(setup=1, per_minute=6).call(0) == 0, "nobody answered"
    assert Tariff(per_minute=6, billed_in=6).call(7) == pytest.approx(1.2)


def test_it_stops_at_its_budget() -> None:
    report = rehearse(500, policy={"stop_at": {"budget": 5}}, tariff=Tariff(per_minute=0.1), model=CALM).report
    assert report.stopped is not None
    assert report.stopped.code == "budget"
    assert 5 <= report.cost < 6.5
    assert report.completed + sum(left.people for left in report.left) == 500
    assert [left.reason.code for left in report.left] == ["budget"]


def test_it_stops_where_a_trunk_is_down_and_not_where_dead_numbers_are_left() -> None:
    """At a campaign's end numbers that do not exist are nearly all that is tried."""
    careful = {"stop_at": {"failure_rate": 0.4, "sample": 20}, "never_rang": {"times": 6}}
    well = rehearse(300, policy=careful, model={"dead_numbers": 0.1, "fates": {"answered": 1}}).report
    assert well.stopped is None
    assert well.fates["failed"] >= 20 * 7
    down = rehearse(300, policy=careful, model={"dead_numbers": 0, "fates": {"failed": 1}}).report
    assert down.stopped == Reason("failure_rate", {"percent": 100, "limit": 40.0, "sample": 20})
    assert down.attempts < 30


def test_lines_that_are_too_few_are_seen() -> None:
    wide = rehearse(100, model=CALM, policy={"pace": {"calls_per_second": 5}})
    narrow = rehearse(100, model=CALM, policy={"pace": {"calls_per_second": 5}}, slots=3)
    assert wide.report.peak > 30
    assert narrow.report.peak == 3
    assert narrow.report.waited_seconds > 600
    assert narrow.report.ends_at > wide.report.ends_at


def test_who_is_never_reached_and_why() -> None:
    given = [
        *people(3), *people(1, barred=Reason("do_not_contact")), Contactee(matter="none", address="", zone=SHANGHAI),
        Contactee(matter="far", address="+1", zone=ZoneInfo("America/New_York")),
    ]  # fmt: skip
    report = rehearse(
        given=given, model=CALM, policy={"stop_at": {"until": "2026-11-23T18:00+08:00"}, "cap": {"contacts": 1, "per": "1d"}}
    ).report
    left = {each.reason.code: each.examples for each in report.left}
    assert left == {"do_not_contact": ["m0"], "no_address": ["none"], "ends_before": ["far"]}
    assert report.completed == 3


def test_a_cap_holds_in_a_rehearsal() -> None:
    mother = [Contactee(matter=f"child{n}", address="+8613800000000", zone=SHANGHAI) for n in range(3)]
    rehearsal = rehearse(given=mother, model=CALM, policy={"cap": {"contacts": 1, "per": "24h"}})
    days = sorted(attempts[0].began_at.astimezone(SHANGHAI).date().day for attempts in rehearsal.attempts)
    assert days == [23, 24, 25]
    busy = people(1, touches=(Touch("other", datetime(2026, 11, 23, 7, tzinfo=UTC)),))
    rehearsal = rehearse(given=busy, model=CALM, policy={"cap": {"contacts": 1, "per": "24h"}})
    assert rehearsal.attempts[0][0].began_at == datetime(2026, 11, 24, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "path"),
    [({"fates": {"answered": 0}}, ""), ({"fates": {"sleepy": 1}}, "fates.sleepy"), ({"completion": 2}, "completion"),
     ({"by_hour": [{"from": "09:00", "to": "12:00", "times": {"busy": -1}}]}, ""),
     ({"by_attempt": {"second": {"busy": 1}}}, "by_attempt.second")],
)  # fmt: skip
def test_a_model_that_cannot_be(body: dict[str, Any], path: str) -> None:
    with pytest.raises(ValidationError) as caught:
        AnswerModel.model_validate(body)
    assert [fault.path for fault in from_validation(caught.value, "")] == [path]


def test_hours_and_attempts_change_the_answers() -> None:
    model = AnswerModel.model_validate(
        {"dead_numbers": 0, "fates": {"answered": 1, "no_answer": 1},
         "by_hour": [{"from": "09:00", "to": "12:00", "times": {"answered": 0}}], "by_attempt": {"2": {"no_answer": 0}}}
    )  # fmt: skip
    world = World(model)
    morning, evening = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI), datetime(2026, 11, 23, 19, tzinfo=SHANGHAI)
    assert {world.answer(n, 1, morning, SHANGHAI).fate for n in range(50)} == {"no_answer"}
    assert {world.answer(n, 1, evening, SHANGHAI).fate for n in range(50)} == {"no_answer", "answered"}
    assert {world.answer(n, 3, evening, SHANGHAI).fate for n in range(50)} == {"answered"}
    shares = [world.chance(n, 7) for n in range(4_000)]
    assert 0.48 < sum(shares) / len(shares) < 0.52


# --- the flow


def flow(nodes: dict[str, Any], start: str = "call", **more: Any) -> dict[str, Any]:
    return {"callweave": 1, "name": "x", "languages": ["en"], "start": start, "nodes": nodes} | more


CALL = {
    "type": "call", "config": {"to": "{{ contact.phone }}"},
    "outlets": {"answered": "ask", "machine": "end", "busy": "end", "no_answer": "text", "failed": "end"},
}  # fmt: skip
ASK = {
    "type": "menu", "config": {"prompt": "Press 1 or 2", "choices": [{"key": "1", "label": "Yes"}, {"key": "2", "label": "No"}]},
    "outlets": {"1": "end", "2": "end", "no_input": "end", "no_match": "end", "failed": "end", "hung_up": "text"},
}  # fmt: skip
TEXT = {"type": "send_sms", "config": {"to": "{{ contact.phone }}", "text": "Hello"}, "outlets": {"sent": "end", "failed": "end"}}
END = {"type": "end", "config": {"outcome": "done"}}
SOUND = {"call": CALL, "ask": ASK, "text": TEXT, "end": END}


def sampled(nodes: dict[str, Any], **more: Any) -> FlowSample:
    model = AnswerModel.model_validate(more.pop("model", {}))
    return FlowSample(compile_flow(flow(nodes, **more)), World(model), BEGINS, sessions=60, people=[Person({"phone": "13800000000"})])


def test_a_flow_is_played_by_the_real_engine() -> None:
    sample = sampled(SOUND, model={"talk_seconds": 3})
    assert sample.dead_ends() == []
    assert sample.unvisited() == []
    assert set(sample.outcomes()) == {"done"}
    answered = sample.pools["completed"]
    assert all(len(played.lines) == 1 and played.lines[0].talked > 1 and played.completed for played in answered)
    assert all(played.texts == 1 and not played.completed for played in sample.pools["no_answer"])
    assert any(played.texts == 1 for played in sample.pools["not_completed"]), "hung up in the menu"


@pytest.mark.parametrize(
    ("nodes", "end"),
    [
        ({"ask": ASK | {"outlets": ASK["outlets"] | {"2": "gone"}}, "gone": {"type": "say", "config": {"prompt": "Bye"}, "outlets": {}}},
         DeadEnd("unconnected", "gone", "done")),
        ({"ask": ASK | {"outlets": ASK["outlets"] | {"2": "hold"}},
          "hold": {"type": "wait_for", "config": {"what": "signal", "name": "go"}, "outlets": {"received": "end"}}},
         DeadEnd("stuck", "hold")),
        ({"text": TEXT | {"outlets": {"sent": "again", "failed": "end"}},
          "again": {"type": "wait", "config": {"for": "1h"}, "outlets": {"done": "text"}}}, DeadEnd("endless", "again")),
    ],
)  # fmt: skip
def test_dead_ends_are_found(nodes: dict[str, Any], end: DeadEnd) -> None:
    found = sampled(SOUND | nodes).dead_ends()
    assert [(one.kind, one.outlet) for one in found] == [(end.kind, end.outlet)]
    assert found[0].sessions > 0


def test_a_text_is_answered_and_a_flow_without_calls_takes_no_line() -> None:
    ask = {
        "type": "ask_sms", "config": {"to": "{{ contact.phone }}", "text": "1 or 2?", "choices": [{"label": "1"}, {"label": "2"}]},
        "outlets": {"1": "end", "2": "end", "other": "end", "timed_out": "end", "failed": "end"},
    }  # fmt: skip
    texting = flow({"ask": ask, "end": END}, start="ask")
    report: Report = rehearse(30, flow=texting, model=CALM, tariff=Tariff(per_text=0.05)).report
    assert report.texts >= 30
    assert report.peak == report.calls == 0
    assert report.fates == {"completed": 30}, "whoever was written to was reached"
    assert report.cost == pytest.approx(report.texts * 0.05)
    assert report.dead_ends == []
    assert report.sample == 60

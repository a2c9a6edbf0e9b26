"""Rehearsals by a worker: each done once, whom it was about forgotten, what hinders it said; nothing leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from engine.host import at_hand, rehearsing
from engine.host.at_hand import AtHand
from engine.host.campaigns import ending
from engine.store import attempts, do_not_contact, now_micros, rehearsals
from engine.store.do_not_contact import Entry
from engine.store.ids import id_text
from engine.store.rehearsals import SILENT, TRIES, Kept
from engine.store.tenant import inbox, outbox, session
from tests.campaigns.line import CALLING, SECOND, Line, freeze, people
from tests.host.conftest import publish

ON_BOTH = ("test_a_rehearsal_is_done_once_and_nothing_leaves",)
BEGINS = "2026-11-23T09:00+08:00"
SURE = {"dead_numbers": 0, "fates": {"answered": 1}, "completion": 1}

HINDERED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"audience": {"list": "nobody"}}, {"code": "no_list", "values": {"name": "nobody"}}),
    ({"people": {"count": 1}, "flow": "none"}, {"code": "no_flow", "values": {}}),
    ({"people": {"count": 1}, "flow": "Reminder", "version": 9}, {"code": "no_flow", "values": {}}),
]


@pytest.fixture(autouse=True)
def hands(parts: AtHand) -> Iterator[None]:
    at_hand.use(parts)
    yield
    at_hand.use(None)


def asked(line: Line, **body: Any) -> bytes:
    with line.store.begin() as connection:
        return rehearsals.create(connection, {"begins_at": BEGINS, "answers": SURE} | body, None, at=now_micros()).id


def done(line: Line, **body: Any) -> Kept:
    identity = asked(line, **body)
    rehearsing.rehearse("main", id_text(identity))
    return kept(line, identity)


def kept(line: Line, identity: bytes) -> Kept:
    with line.store.read() as connection:
        found = rehearsals.get(connection, identity)
    assert found is not None
    return found


def test_a_rehearsal_is_done_once_and_nothing_leaves(line: Line) -> None:
    publish(line.store, CALLING)
    identity = asked(line, flow="Reminder", audience={"contacts": people(["0200"] * 30)}, slots=5)
    rehearsing.rehearse("main", id_text(identity))
    found = kept(line, identity)
    assert (found.state, found.tries) == ("done", 1)
    assert found.report is not None
    assert (found.report["people"], found.report["completed"], found.report["attempts"]) == (30, 30, 30)
    assert found.report["begins_at"] == "2026-11-23T01:00:00+00:00"
    assert found.report["outcomes"]["told"] > 50
    assert found.report["unvisited"] == ["left", "machine"], "machines are not looked for"
    assert found.asked["audience"] == {"contacts": 30}, "who they are is forgotten"
    rehearsing.rehearse("main", id_text(identity))
    assert kept(line, identity) == found
    with line.store.read() as connection:
        for table in (session, inbox, outbox):
            assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    _taken_again_three_times_at_most(line)


def test_whom_it_counts_and_what_hinders_it(line: Line, parts: AtHand) -> None:
    publish(line.store, CALLING)
    who = people(["0200"] * 4)
    identity = line.campaign(who[:1])
    with line.store.begin() as connection:
        ending.start(connection, identity, by="test", at=line.at)
    freeze(line, identity, parts)
    line.driver.look()
    line.work()
    line.dial()
    with line.store.begin() as connection:
        assert len(attempts.page(connection, identity, before=None, limit=9)) == 1
    barred = Entry(
        medium="voice", address=rehearsing.canonical(who[1]["phone"], "CN"), source="person", reason="", at=1, by=""
    )  # fmt: skip
    with line.store.begin() as connection:
        do_not_contact.add(connection, barred)
    windows = [{"from": "00:00", "to": "24:00"}]
    begins = rehearsing.from_micros(line.at + 60 * SECOND).isoformat()
    found = done(
        line, audience={"contacts": who}, windows=windows, cap={"contacts": 1, "per": "30d"}, begins_at=begins,
        stop_at={"until": rehearsing.from_micros(line.at + 86_400 * SECOND).isoformat()},
    )  # fmt: skip
    assert found.report is not None
    left = {each["reason"]["code"]: each["examples"] for each in found.report["left"]}
    assert left == {"do_not_contact": [1], "ends_before": [0]}
    assert found.report["completed"] == 2

    in_zones = done(
        line, people={"count": 10, "zones": {"Asia/Shanghai": 4, "Europe/Berlin": 1}}, pace={"calls_per_second": 1}
    )
    assert in_zones.report is not None
    assert [(hour["at"][11:13], hour["calls"]) for hour in in_zones.report["hours"]] == [("01", 8), ("08", 2)]
    for body, why in HINDERED:
        failed = done(line, **body)
        assert (failed.state, failed.why, failed.report) == ("failed", why, None)


def test_one_that_is_stopped_keeps_what_was_played(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = asked(line, audience={"contacts": people(["0200"] * 3)})
    assert stopped(line, waiting).state == "stopped", "nobody has it in hand"
    rehearsing.rehearse("main", id_text(waiting))
    nothing = kept(line, waiting)
    assert (nothing.report, nothing.why, nothing.asked["audience"]) == (None, rehearsals.BY_SOMEBODY, {"contacts": 3})

    come_so_far, seen = rehearsals.come_so_far, []

    def pressed(connection: sa.Connection, one: Kept, share: float, *, at: int) -> bool:
        seen.append(share)
        if share > 0:
            assert rehearsals.stop(connection, one.id, at=at).state == "stopping"  # type: ignore[union-attr]
        return come_so_far(connection, one, share, at=at)

    monkeypatch.setattr(rehearsals, "come_so_far", pressed)
    found = done(line, people={"count": 1_500}, pace={"spread": "2d"})
    assert (found.state, found.why, len(seen), found.share) == ("stopped", rehearsals.BY_SOMEBODY, 1, seen[0])
    assert found.report is not None and found.report["stopped"]["code"] == "not_rehearsed"
    assert 0 < found.report["completed"] < found.report["people"] == 1_500
    assert stopped(line, found.id) == found, "it has ended"

    publish(line.store, CALLING)
    monkeypatch.setattr(rehearsals, "come_so_far", lambda *_, **__: False)
    monkeypatch.setattr(rehearsing, "NOTED_EVERY", 0)
    early = done(line, flow="Reminder", people={"count": 5})
    assert (early.state, early.report) == ("stopped", None), "between the sessions of its sample"


def test_one_that_is_stopped_while_its_worker_is_dead(line: Line) -> None:
    at = now_micros()
    identity = asked(line, people={"count": 1})
    with line.store.begin() as connection:
        assert rehearsals.take(connection, identity, at=at) is not None
        assert rehearsals.stop(connection, identity, at=at).state == "stopping"  # type: ignore[union-attr]
        assert rehearsals.take(connection, identity, at=at + SILENT - 1) is None
        assert rehearsals.take(connection, identity, at=at + SILENT + 1) is None
    assert (kept(line, identity).state, kept(line, identity).ended_at) == ("stopped", at + SILENT + 1)


def stopped(line: Line, identity: bytes) -> Kept:
    with line.store.begin() as connection:
        found = rehearsals.stop(connection, identity, at=now_micros())
    assert found is not None
    return found


def _taken_again_three_times_at_most(line: Line) -> None:
    identity, at = asked(line, people={"count": 1}), now_micros()
    for number in range(TRIES):
        with line.store.begin() as connection:
            taken = rehearsals.take(connection, identity, at=at)
            assert taken is not None
            assert rehearsals.take(connection, identity, at=at + SILENT - 1) is None, "somebody is at it"
        assert taken.tries == number + 1
        with line.store.begin() as connection:
            rehearsals.come_so_far(connection, taken, 0.5, at=at)
        at += SILENT + 1
    with line.store.begin() as connection:
        assert rehearsals.take(connection, identity, at=at) is None
        rehearsals.end(connection, taken, report={}, why=None, at=at)
    assert (kept(line, identity).state, kept(line, identity).why) == ("failed", {"code": "interrupted"})

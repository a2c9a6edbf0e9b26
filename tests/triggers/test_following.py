"""Triggers over records: what a change starts, plans, moves and cancels, once, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from engine.host import planned
from engine.host.ingest import ingest
from engine.records.rows import Row
from engine.store import flow_state, from_micros, trigger_changes
from engine.store import started as starting
from engine.store.tenant import plan, record, started
from engine.store.tenant import trigger as table
from engine.store.times import SECOND
from tests.triggers.hospital import AT, DAY, HOUR, Hospital, shanghai, visit


def test_a_record_starts_its_flow_with_whom_it_is_about(hospital: Hospital) -> None:
    hospital.trigger("record", on=["created"], when="record.ward == 'cardio'")
    assert hospital.post(visit(ward="cardio"), visit("V2", ward="eyes")).sessions == 1
    assert hospital.post(visit(ward="cardio"), visit("V2", ward="eyes")).sessions == 0, "the same again"
    assert hospital.post(visit(ward="cardio", bed=7)).sessions == 0, "it is not new"
    (start,) = hospital.starts()
    assert start["contact"] == {"id": "PV1", "name": "王芳", "phone": "13800138000"}
    assert start["record"]["ward"] == "cardio"
    with hospital.store.read() as connection:
        assert start["record_id"] == connection.scalar(sa.select(record.c.id).where(record.c.key == "V1"))


@pytest.mark.parametrize(
    ("once", "expected"), [(None, 4), ("record", 3), ("contact", 2), ("day", 3)], ids=["each", "record", "contact", "day"]
)
def test_once(hospital: Hospital, once: str | None, expected: int) -> None:
    """Two visits of one patient and one of another; the first is changed; the next day one more of the first patient's."""
    hospital.trigger("record", once=once) if once else hospital.trigger("record")
    first = [visit("V1", patient_no="A"), visit("V3", patient_no="B")]
    count = hospital.post(*first).sessions
    count += hospital.post(visit("V1", patient_no="A", state="moved"), at=AT + HOUR).sessions
    count += hospital.post(visit("V2", patient_no="A"), at=AT + DAY).sessions
    assert count == len(hospital.starts()) == expected


def test_the_same_contact_twice_in_one_batch_is_started_once(hospital: Hospital) -> None:
    hospital.trigger("record", once="contact")
    assert hospital.post(visit("V1", patient_no="A"), visit("V2", patient_no="A")).sessions == 1


def test_what_comes_and_goes_in_one_batch_starts_nothing(hospital: Hospital) -> None:
    hospital.trigger("record", on=["created", "updated"])
    rows = [Row(data=visit("V1")), Row(data=visit("V1", state="moved")), Row(data=visit("V1"), deleted=True), Row(data=visit("V2"))]
    done = ingest(hospital.store, "visit", rows, source="his", at=AT)
    assert (done.accepted, done.updated, done.deleted, done.sessions) == (2, 1, 1, 1)
    assert [start["record"]["visit_no"] for start in hospital.starts()] == ["V2"]


def test_the_session_hears_of_the_next_change_and_not_of_its_own(hospital: Hospital) -> None:
    hospital.trigger("record", on=["created"])
    hospital.post(visit(state="new"))
    hospital.post(visit(state="moved"))  # before the session has its first turn
    assert hospital.turns() == [("completed", "moved")]


def test_cancel_when_ends_what_was_started_begun_or_not(on_both: Hospital) -> None:
    hospital = on_both
    hospital.trigger("record", on=["created"], cancel_when="record.state == 'A11'")
    hospital.post(visit("V1"), visit("V2"))
    assert hospital.turns() == [("waiting", None)] * 2
    hospital.post(visit("V3"))
    hospital.post(visit("V1", state="A11"), visit("V3", state="A11"))
    by_status = sorted(status for status, _ in hospital.turns())
    assert by_status == ["cancelled", "cancelled", "completed"] or by_status == ["cancelled", "cancelled", "waiting"]
    assert hospital.post(visit("V4", state="A11")).sessions == 0


def test_the_call_moves_with_the_visit(on_both: Hospital) -> None:
    hospital = on_both
    trigger = hospital.trigger("date", field="visit_at", offset="-1d", at="10:00")
    assert hospital.serve(AT) == 0
    hospital.post(visit(visit_at="2026-11-30T15:00"))
    assert hospital.plan(trigger) == [(None, from_micros(shanghai("2026-11-29T10:00")))]
    hospital.post(visit(visit_at="2026-12-03T15:00"))
    assert hospital.serve(shanghai("2026-11-29T10:00")) == 0, "it has moved"
    due = shanghai("2026-12-02T10:00")
    assert hospital.serve(due - 1) == 0, "never early"
    assert hospital.serve(due) == 1
    assert hospital.serve(due + DAY) == 0, "never twice"
    hospital.post(visit(visit_at="2026-12-03T15:00", bed=1), at=due + HOUR)
    assert hospital.serve(due + HOUR) == 0, "the same moment"
    hospital.post(visit(visit_at="2026-12-20T15:00"), at=due + HOUR)
    assert hospital.serve(shanghai("2026-12-19T10:00")) == 1, "another visit"
    assert [start["record"]["visit_at"] for start in hospital.starts()] == ["2026-12-03T15:00", "2026-12-20T15:00"]


def test_the_patients_clock(hospital: Hospital) -> None:
    trigger = hospital.trigger("date", field="visit_at", offset="-1d", at="10:00")
    hospital.post(visit(visit_at="2026-12-03", zone="Asia/Urumqi"))
    assert hospital.plan(trigger) == [(None, from_micros(shanghai("2026-12-02T12:00")))]
    hospital.post(visit(visit_at="2026-12-03", zone="Asia/Shanghai"))
    assert hospital.plan(trigger) == [(None, from_micros(shanghai("2026-12-02T10:00")))]


def test_a_visit_that_is_cancelled_is_not_called_and_its_session_ends(hospital: Hospital) -> None:
    trigger = hospital.trigger("date", field="visit_at", offset="-1d", cancel_when="record.state == 'S15'")
    rows = [visit(f"V{number}", visit_at="2026-12-03T10:00") for number in range(4)]
    hospital.post(*rows)
    hospital.post(visit("V0", visit_at="2026-12-03T10:00", state="S15"), visit("V1"))
    hospital.post(rows[2], deleted=True)
    fates = [fate for fate, _ in hospital.plan(trigger)]
    assert sorted(fates, key=str) == [None, "cancelled", "cancelled", "cancelled"]
    assert hospital.serve(shanghai("2026-12-02T10:00")) == 1
    assert hospital.turns() == [("waiting", None)]
    hospital.post(visit("V3"), at=shanghai("2026-12-02T11:00"))
    assert [status for status, _ in hospital.turns()] in (["cancelled"], ["completed"])
    hospital.post(visit("V0", visit_at="2026-12-03T10:00"))
    assert hospital.serve(shanghai("2026-12-02T12:00")) == 1, "the visit is on again"


def test_a_moment_that_has_passed(hospital: Hospital) -> None:
    skips = hospital.trigger("date", field="visit_at", offset="-1d")
    starts = hospital.trigger("date", field="visit_at", offset="-1d", if_past="start")
    hospital.post(visit("V1", visit_at="2026-11-22T15:00"), visit("V2", visit_at="2020-01-01"))
    assert hospital.plan(skips) == []
    assert len(hospital.plan(starts)) == 1, "the visit of years ago is of no use"
    assert hospital.serve(AT) == 1
    hospital.post(visit("V3", visit_at="2026-12-03T10:00"))
    hospital.post(visit("V3", visit_at="2026-11-21T10:00"))
    assert [fate for fate, _ in hospital.plan(skips)] == ["past"]


def test_a_reminder_that_was_held_up_until_the_visit_is_not_sent(hospital: Hospital) -> None:
    trigger = hospital.trigger("date", field="visit_at", offset="-1d")
    hospital.post(visit(visit_at="2026-12-03T10:00"))
    assert hospital.serve(shanghai("2026-12-03T10:00")) == 0
    assert [fate for fate, _ in hospital.plan(trigger)] == ["over"]


def test_the_condition_is_asked_when_the_moment_has_come(hospital: Hospital) -> None:
    trigger = hospital.trigger("date", field="visit_at", when="record.state != 'done'")
    hospital.post(visit("V1", visit_at="2026-12-03T10:00"), visit("V2", visit_at="2026-12-03T10:00", state="done"))
    assert len(hospital.plan(trigger)) == 1
    hospital.post(visit("V1", visit_at="2026-12-03T10:00", state="done"))
    assert [fate for fate, _ in hospital.plan(trigger)] == ["cancelled"]
    hospital.post(visit("V1", visit_at="2026-12-03T10:00", state="open"))
    assert hospital.serve(shanghai("2026-12-03T10:00")) == 1


def test_a_new_trigger_looks_at_the_records_that_are_there(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planned, "AUDIENCE", 3)
    hospital.post(*(visit(f"V{number}", visit_at="2026-12-03T10:00") for number in range(8)))
    trigger = hospital.trigger("date", field="visit_at", offset="-1d")
    assert hospital.serve(AT) == 0
    assert len(hospital.plan(trigger)) == 8
    assert hospital.serve(AT + 60 * SECOND) == 0, "the second look finds nothing new"
    assert hospital.serve(shanghai("2026-12-02T10:00")) == 8


def test_switched_off_and_paused(hospital: Hospital) -> None:
    by_record = hospital.trigger("record")
    by_date = hospital.trigger("date", field="visit_at")
    with hospital.store.begin() as connection:
        for trigger in (by_record, by_date):
            assert trigger_changes.set_enabled(connection, trigger, False)
    assert hospital.post(visit(visit_at="2026-12-03T10:00")).sessions == 0
    assert hospital.serve(shanghai("2026-12-03T10:00")) == 0
    with hospital.store.read() as connection:
        row = connection.execute(sa.select(plan).where(plan.c.record_id != b"")).one()
    assert (row.fate, row.reason) == ("not_started", "the trigger is switched off")


def test_a_start_that_the_flow_refuses_is_accounted_for(hospital: Hospital) -> None:
    trigger = hospital.trigger("record")
    with hospital.store.begin() as connection:
        flow_state.set_state(connection, hospital.flow_id, "paused")
    assert hospital.post(visit("V1"), visit("V2")).sessions == 0
    assert [fate for fate, _ in hospital.plan(trigger)] == ["not_started"] * 2
    with hospital.store.begin() as connection:
        flow_state.set_state(connection, hospital.flow_id, "active")
    assert hospital.post(visit("V1", bed=2)).sessions == 1


def test_a_trigger_that_cannot_be_read_stops_no_other(hospital: Hospital) -> None:
    broken = hospital.trigger("record")
    with hospital.store.begin() as connection:
        connection.execute(table.update().where(table.c.id == broken).values(config={"record_type": "visit", "x": 1}))
    hospital.trigger("record")
    assert hospital.post(visit()).sessions == 1


def test_a_schedule_goes_on_and_makes_good_once(hospital: Hospital) -> None:
    hospital.trigger("schedule", rrule="FREQ=DAILY;BYHOUR=9;BYMINUTE=0", start="2026-11-22")
    nine = shanghai("2026-11-23T09:00")
    assert hospital.serve(nine - 1) == 0
    assert hospital.serve(nine) == 1
    assert hospital.serve(nine + 3 * DAY) == 1, "two days without a worker"
    assert hospital.serve(nine + 3 * DAY) == 0
    assert hospital.serve(nine + 4 * DAY) == 1


def test_a_schedule_with_an_audience(on_both: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    hospital = on_both
    monkeypatch.setattr(planned, "AUDIENCE", 3)
    hospital.post(*(visit(f"V{number}", ward="cardio" if number % 2 else "eyes") for number in range(10)))
    audience = {"record_type": "visit", "when": "record.ward == 'cardio'"}
    hospital.trigger("schedule", rrule="FREQ=DAILY;BYHOUR=9;BYMINUTE=0", start="2026-11-22", audience=audience)
    nine = shanghai("2026-11-23T09:00")
    assert hospital.serve(nine) == 5
    assert hospital.serve(nine + HOUR) == 0
    assert hospital.serve(nine + DAY) == 5
    assert {start["record"]["ward"] for start in hospital.starts()} == {"cardio"}


def test_a_schedule_for_each_contact_once(hospital: Hospital) -> None:
    hospital.post(visit("V1", patient_no="A"), visit("V2", patient_no="A"), visit("V3", patient_no="B"))
    hospital.trigger(
        "schedule", rrule="FREQ=DAILY;BYHOUR=9;BYMINUTE=0", start="2026-11-22", once="contact",
        audience={"record_type": "visit"},
    )  # fmt: skip
    nine = shanghai("2026-11-23T09:00")
    assert hospital.serve(nine) == 2
    assert hospital.serve(nine + DAY) == 0


def test_two_workers_and_a_post_at_once_start_each_once(on_both: Hospital) -> None:
    """Workers serve what is due while records come and change: each visit is called once, for the date that it has."""
    hospital = on_both
    hospital.trigger("date", field="visit_at", if_past="start")
    due = shanghai("2026-12-03T10:00")
    hospital.post(*(visit(f"V{number}", visit_at="2026-12-03T10:00") for number in range(600)))
    rounds = [[visit(f"V{number}", visit_at="2026-12-03T10:00", note=turn) for number in range(100)] for turn in range(6)]

    def work(_: int) -> int:
        count = idle = 0
        while idle < 3:
            done = planned.serve(hospital.store, at=due)
            count += done.sessions
            idle = 0 if done.plans else idle + 1
        return count

    def change(rows: list[dict[str, Any]]) -> int:
        return hospital.post(*rows, at=due).sessions

    with ThreadPoolExecutor(4) as pool:
        done: list[Callable[[], int]] = [pool.submit(work, number).result for number in range(2)]
        done += [pool.submit(change, rows).result for rows in rounds]
        assert sum(each() for each in done) == 600
    with hospital.store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(started)) == 600
        assert connection.scalar(sa.select(sa.func.count()).select_from(plan).where(plan.c.due_at.is_not(None))) == 1


def test_two_who_post_the_same_at_once_start_it_once(on_both: Hospital) -> None:
    hospital = on_both
    hospital.trigger("record", once="contact")
    both = [[visit(f"{who}{number}", patient_no=f"P{number}") for number in range(100)] for who in "AB"]
    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(lambda rows: hospital.post(*rows).sessions, both))
    assert sum(counts) == len(hospital.starts()) == 100




def test_what_was_started_once_stays_known_when_its_session_is_deleted(hospital: Hospital) -> None:
    each = hospital.trigger("record", on=["created"])
    once = hospital.trigger("record", once="record")
    hospital.post(visit())
    hospital.turns()
    with hospital.store.begin() as connection:
        rows = connection.execute(sa.select(started.c.session_id, started.c.trigger_id)).all()
        starting.forget(connection, [row.session_id for row in rows])
        left = [row.trigger_id for row in connection.execute(sa.select(started.c.trigger_id))]
    assert {each, once} == {row.trigger_id for row in rows}
    assert left == [once]
    assert hospital.post(visit(bed=2)).sessions == 0

"""Whatever happens to a visit, in whatever order: nobody is called early, late beyond the visit, or twice; each moment
that a visit keeps until then is called."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.store import from_micros, to_micros
from engine.store.tenant import record, started
from engine.triggers import read_trigger
from engine.triggers.date import DateTrigger
from tests.triggers.hospital import HOUR, Hospital

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York"]
BEGIN = datetime(2027, 3, 10, tzinfo=UTC)
"""Before clocks change in New York and in Berlin."""
REMINDER = {"field": "visit_at", "offset": "-1d", "at": "02:30", "cancel_when": "record.state == 'S15'"}

changes = st.sampled_from(["moves", "moves", "moves", "gone", "cancelled", "deleted", "nothing"])
steps = st.lists(st.tuples(st.integers(0, 60), changes, st.integers(-24, 120)), min_size=2, max_size=12)
"""Hours until something happens, what, and in how many hours the visit is then."""


def local(at: int) -> str:
    """A time as a source writes it, without its zone."""
    return f"{from_micros(at):%Y-%m-%dT%H:%M}"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_never_early_never_twice(hospital: Hospital, data: st.DataObject) -> None:
    zone = data.draw(st.sampled_from(ZONES))
    history = data.draw(steps)
    trigger = hospital.once("date", **REMINDER)
    config, _ = read_trigger("date", {"record_type": "visit", **REMINDER})
    assert isinstance(config, DateTrigger)
    number, at = hospital.next_number(), to_micros(BEGIN)
    kept: set[int] = set()
    """The moments that were the visit's when they came, by which somebody must have called."""
    current = None
    for hours, change, ahead in history:
        at += hours * HOUR + 1
        date = None if change in ("gone", "deleted") else local(at + ahead * HOUR)
        hospital.serve(at)
        if current is not None and current.moment <= at:
            if not current.is_over(at):
                kept.add(current.moment)
            current = None
        if change != "nothing":
            row = {"visit_no": number, "patient_no": number, "zone": zone, "visit_at": date}
            row["state"] = "S15" if change == "cancelled" else ""
            hospital.post(row, at=at, deleted=change == "deleted")
            planned = config.planned(row, ZoneInfo(zone)) if change == "moves" else None
            current = planned if planned is not None and planned.moment > at else None
    at += 60 * 24 * HOUR
    hospital.serve(at)  # long after every visit: what is left is of no use any more
    with hospital.store.read() as connection:
        identity = connection.scalar(sa.select(record.c.id).where(record.c.key == number))
        ours = sa.and_(started.c.trigger_id == trigger, started.c.record_id == identity)
        rows = connection.execute(sa.select(started.c.what, started.c.at).where(ours)).all()
    called = [(int(row.what.split()[-1]), row.at) for row in rows]
    assert len({moment for moment, _ in called}) == len(called), "twice"
    assert all(moment <= when for moment, when in called), "early"
    assert {moment for moment, _ in called} == kept

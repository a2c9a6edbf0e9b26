"""Figures: sums by hour and day in the organisation's zone, how things stand now, and how a campaign's people stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from designer.figures import Steps
from engine.host.campaigns.rules import zone_of
from engine.store import Store, new_id, now_micros, to_micros
from engine.store.ids import first_id
from engine.store.tenant import leg, session
from engine.store.times import SECOND, from_micros
from tests.designer.conftest import Caller

on_both = pytest.mark.parametrize("database_urls", ["sqlite", "schemas"], indirect=True)


@pytest.fixture
def store(app: Flask) -> Store:
    found: Store = app.extensions["callweave"].stores.tenant("main")
    return found


def put(store: Store, at: int, *, fate: str | None, outcome: str = "done", direction: str = "out", after: int = 5) -> None:
    """An ended session with one call, answered if its fate says so."""
    identity = first_id(at)[:6] + new_id()[6:]
    answered = at + after * SECOND if fate == "answered" else None
    with store.begin() as connection:
        connection.execute(session.insert().values(
            id=identity, flow_id=bytes(16), version=1, status="completed", outcome=outcome, rev=1, state=b"",
            started_at=at, updated_at=at, ended_at=at + 60 * SECOND,
        ))  # fmt: skip
        connection.execute(leg.insert().values(
            session_id=identity, leg="1", direction=direction, caller="1", called="2", state="ended", started_at=at,
            answered_at=answered, ended_at=at + 60 * SECOND, fate=fate, trunk="north", loss_in=4, jitter_in=2_000,
        ))  # fmt: skip


def test_steps_are_hours_and_days_of_a_zone() -> None:
    zone = zone_of("Europe/Berlin", "UTC")
    since = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # midnight there; clocks go back in the night that follows
    days = Steps(since, since + timedelta(days=3), "day", zone)
    assert [each.hour for each in days.begins] == [22, 23, 23]
    hours = Steps(since, since + timedelta(hours=25), "hour", zone)
    assert len(hours.begins) == 25 and hours.number(to_micros(since + timedelta(hours=24, minutes=59))) == 24


@on_both
def test_figures_of_an_hour(call: Caller, other: Caller, store: Store) -> None:
    at = now_micros() - 90 * 60 * SECOND
    for fate, outcome in (("answered", "confirmed"), ("answered", "hung_up"), ("busy", "given up"), ("no_answer", "given up")):
        put(store, at, fate=fate, outcome=outcome)
    put(store, at, fate=None, direction="in")
    seen = call("GET", "/figures?by=hour").json
    assert seen["calls"]["out"] == 4 and seen["calls"]["answered"] == 2 and seen["calls"]["rang_seconds"] == 5
    assert seen["calls"]["fates"] == {"answered": 2, "busy": 1, "no_answer": 1}
    assert (seen["calls"]["came_in"], seen["calls"]["taken"], seen["calls"]["given_up"]) == (1, 0, 1)
    [step] = [each for each in seen["steps"] if each["calls_out"]]
    assert (step["calls_out"], step["answered_out"], step["sessions"], step["completed"]) == (4, 2, 5, 4)
    begins = datetime.fromisoformat(step["at"])
    assert begins <= from_micros(at) < begins + timedelta(hours=1)
    assert seen["outcomes"][0] == {"outcome": "given up", "sessions": 2, "steps": seen["outcomes"][0]["steps"]}
    assert sum(seen["outcomes"][0]["steps"]) == 2
    assert seen["heard"] == {"calls": 5, "well": 5, "loss_percent": 0.4, "jitter_ms": 2.0, "round_trip_ms": None}
    assert seen["trunks"] == [{"trunk": "north", "calls": 4, "answered": 2, "failed": 0}]
    assert call("GET", "/figures?by=day").json["calls"]["out"] == 4
    assert other("GET", "/figures").json["calls"]["out"] == 0
    now = call("GET", "/figures/now").json
    assert (now["calls"], now["live"], now["tasks"], now["inbox"]) == (0, 0, 0, 0)


@pytest.mark.parametrize("query", ["from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z", "from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "by=week"])
def test_a_period_that_is_none_is_refused(call: Caller, query: str) -> None:
    assert call("GET", f"/figures?{query}").status_code == 422


@pytest.mark.parametrize("query", ["to=9999-12-31T23:59:59Z", "from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&by=day"])
def test_the_ends_of_time_are_no_trouble(call: Caller, query: str) -> None:
    assert call("GET", f"/figures?{query}").status_code == 200


@on_both
def test_the_ways_of_a_flow(call: Caller, other: Caller, flow: str) -> None:
    seen = call("GET", f"/flows/{flow}/walked?days=30").json
    assert (seen["sessions"], seen["all"], seen["nodes"], seen["outlets"]) == (0, True, [], [])
    assert other("GET", f"/flows/{flow}/walked").status_code == 404
    assert call("GET", f"/flows/{flow}/walked?days=0").status_code == 422

"""Waits: every combination that is none is refused with its place; what a wait says of itself; never early, in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import TimerFired
from engine.flow import FlowErrors, compile_flow
from engine.session import advance, dump, restore, start


def flow(kind: str = "wait", /, **config: Any) -> dict[str, Any]:
    nodes = {"w": {"type": kind, "config": config, "outlets": {}}}
    return {"callweave": 1, "name": "f", "languages": ["en"], "start": "w", "nodes": nodes}


@pytest.mark.parametrize(
    ("kind", "config", "place"),
    [
        ("wait", {}, ""), ("wait", {"for": "3d", "until": "2026-12-03"}, ""), ("wait", {"for": "1h", "field": "record.at"}, ""),
        ("wait", {"until": "18:00", "field": "record.at"}, ""), ("wait", {"for": "3d", "offset": "-1d"}, ""),
        ("wait", {"at": "10:00", "offset": "-1d"}, ""), ("wait", {"for": "three days"}, ".for"), ("wait", {"for": "-3d"}, ".for"),
        ("wait", {"for": True}, ".for"), ("wait", {"for": ""}, ".for"), ("wait", {"for": "{{ record.days"}, ".for"),
        ("wait", {"for": "{{ recrd.days }}d"}, ".for"), ("wait", {"until": "soon"}, ".until"), ("wait", {"until": "25:00"}, ".until"),
        ("wait", {"field": ""}, ".field"), ("wait", {"field": "nothing.visit_at"}, ".field"),
        ("wait", {"field": "record.at", "offset": "a day"}, ".offset"), ("wait", {"field": "record.at", "offset": 5}, ".offset"),
        ("wait", {"at": "24:00"}, ".at"), ("wait", {"at": "ten"}, ".at"), ("wait", {"for_": "3d"}, ".for_"),
        ("wait_for", {"what": "signal"}, ""), ("wait_for", {"what": "message", "name": "x"}, ""),
        ("wait_for", {"what": "record", "sender": "1"}, ""), ("wait_for", {"what": "fax"}, ".what"),
        ("wait_for", {"timeout": "-1d"}, ".timeout"), ("wait_for", {"when": "message.text ="}, ".when"),
        ("split", {"parts": []}, ".parts"), ("split", {"parts": [{"label": "A", "weight": 0}]}, ".parts"),
        ("split", {"parts": [{"label": "A", "weight": -1}]}, ".parts.0.weight"),
        ("split", {"parts": [{"label": "A"}, {"label": "A"}]}, ".parts"),
        ("run_flow", {"flow": " "}, ".flow"), ("run_flow", {"flow": "a", "version": "newest"}, ".version"),
        ("run_flow", {"flow": "a", "version": 0}, ".version"), ("run_flow", {"flow": "a", "version": True}, ".version"),
        ("run_flow", {"flow": "a", "inputs": {"A b": "x"}}, ".inputs.A b"), ("start_flow", {"flow": "a", "contact": "1"}, ".contact"),
    ],
)  # fmt: skip
def test_what_is_refused_and_where(kind: str, config: dict[str, Any], place: str) -> None:
    with pytest.raises(FlowErrors) as raised:
        compile_flow(flow(kind, **config))
    assert f"nodes.w.config{place}" in {fault.path for fault in raised.value.errors}, raised.value


@pytest.mark.parametrize(
    ("config", "outlets"),
    [
        ({"for": "3d"}, {"done"}), ({"for": 90}, {"done"}),  # a plain number is one of seconds
        ({"at": "10:00"}, {"done"}), ({"until": "2026-12-03"}, {"done"}),
        ({"for": "{{ record.days }}d"}, {"done", "failed"}), ({"until": "{{ record.at }}"}, {"done", "failed"}),
        ({"field": "record.at", "offset": "-P1D", "at": "9:00"}, {"done", "failed"}),
    ],
)  # fmt: skip
def test_only_a_wait_without_a_sure_date_can_fail(config: dict[str, Any], outlets: set[str]) -> None:
    assert {outlet.id for outlet in compile_flow(flow(**config)).places["w"].node.outlets()} == outlets


def test_a_wait_in_words() -> None:
    node = compile_flow(flow(field="record.visit_at", offset="-1d", at="9:00")).places["w"].node
    assert [str(part) for part in node.summary()] == ["-1d from record.visit_at", "at 09:00"]


moments = st.integers(1_577_836_800, 1_893_456_000).map(lambda at: datetime.fromtimestamp(at, UTC))
ZONES = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Mars/Base",
    "Asia",
]
CONFIGS: list[dict[str, Any]] = [
    {"for": "36h"}, {"for": "2d"}, {"at": "02:30"}, {"for": "90m", "at": "02:30"}, {"for": "3d", "at": "02:30"},
    {"until": "02:30"}, {"until": "{{ record.day }}"}, {"field": "record.at", "offset": "-1d", "at": "02:30"},
    {"field": "record.at", "offset": "2h"}, {"field": "record.at", "offset": "-1w"},
]  # fmt: skip


@given(moments, moments, st.sampled_from(ZONES), st.sampled_from(CONFIGS))
def test_it_wakes_when_it_said_and_not_before(at: datetime, when: datetime, zone: str, config: dict[str, Any]) -> None:
    program = compile_flow(flow(**config))
    contact = {"time_zone": zone}
    record = {"at": when.isoformat(), "day": when.date().isoformat()}
    session = start(program, at=at, contact=contact, record=record).session
    if session.wake_at is None:
        assert session.status == "completed"
        assert datetime.fromisoformat(session.results["w"]["value"]) <= at
        return
    assert session.wake_at > at
    early = advance(program, session, TimerFired(at=session.wake_at - timedelta(microseconds=1))).session
    assert early.status == "waiting"
    stored = restore(program, dump(session), contact=contact, record=record)
    woken = advance(program, stored, TimerFired(at=session.wake_at)).session
    assert woken.status == "completed"
    assert datetime.fromisoformat(woken.results["w"]["value"]) == session.wake_at


@given(moments, moments, st.sampled_from(ZONES), st.sampled_from([c for c in CONFIGS if "field" not in c]))
def test_who_comes_later_does_not_wake_earlier(
    at: datetime, other: datetime, zone: str, config: dict[str, Any]
) -> None:
    program = compile_flow(flow(**config))
    woken = []
    for moment in sorted([at, other]):
        session = start(program, at=moment, contact={"time_zone": zone}, record={"day": "2025-06-01"}).session
        woken.append(session.wake_at or moment)
    assert woken == sorted(woken)

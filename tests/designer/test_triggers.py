"""Triggers at the API: each kind is made, shown, switched off and removed; what is due for whom; what one would do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from designer.parts import Parts
from engine.host import planned

Caller = Callable[..., Any]
VISIT = {
    "schema": {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("visit_no", "name", "mobile", "visit_at", "ward", "zone")},
    },
    "key": "visit_no", "name": "name", "phone": "mobile", "time_zone": "zone",
}  # fmt: skip
EVERY = [
    {"kind": "call", "number": "7001"},
    {"kind": "missed_call", "number": "7002"},
    {"kind": "sms", "number": "106900", "keyword": ["REG"]},
    {"kind": "record", "record_type": "visit", "on": ["created"], "when": "record.ward == 'cardio'", "once": "contact"},
    {"kind": "date", "record_type": "visit", "field": "visit_at", "offset": "-1d", "at": "10:00"},
    {"kind": "schedule", "rrule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0", "start": "2026-01-05"},
    {"kind": "schedule", "rrule": "FREQ=DAILY;BYHOUR=9;BYMINUTE=0", "audience": {"record_type": "visit"}},
    {"kind": "manual", "record_type": "visit"},
]


@pytest.fixture
def visits(call: Caller) -> None:
    assert call("PUT", "/record-types/visit", VISIT).status_code in (200, 201)


def test_every_kind_is_made_shown_switched_off_and_removed(call: Caller, flow: str, visits: None) -> None:
    for given in EVERY:
        made = call("POST", "/triggers", given | {"flow": flow})
        assert made.status_code == 201, made.text
        told = made.json
        assert {name: told[name] for name in given} == given
        assert told["enabled"] is True
        address = f"/triggers/{told['id']}"
        assert call("GET", address).json == told
        assert call("PATCH", address, {"enabled": False}).json == told | {"enabled": False}
        assert [row["id"] for row in call("GET", f"/triggers?kind={given['kind']}").json["items"]] == [told["id"]]
        assert call("GET", f"{address}/plans").status_code == call("GET", f"{address}/starts").status_code == 200
        assert call("DELETE", address).status_code == 204
        for method, path in (("GET", address), ("DELETE", address), ("GET", f"{address}/plans")):
            assert call(method, path).status_code == 404


NOT_FITTING = [
    ({"kind": "record", "record_type": "patient"}, "record_type"),
    ({"kind": "record", "record_type": "visit", "changed": "bed"}, "changed"),
    ({"kind": "record", "record_type": "visit", "on": ["deleted"]}, "on.0"),
    ({"kind": "record", "record_type": "visit", "number": "7001"}, "number"),
    ({"kind": "date", "record_type": "visit", "field": "moment"}, "field"),
    ({"kind": "schedule", "rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "rrule"),
    ({"kind": "schedule", "rrule": "FREQ=DAILY;UNTIL=20200101"}, "rrule"),
    ({"kind": "schedule", "rrule": "FREQ=DAILY", "audience": {"record_type": "patient"}}, "audience.record_type"),
    ({"kind": "schedule", "rrule": "FREQ=DAILY", "audience": {"record_type": "visit", "when": "vars.a"}}, "audience.when"),
    ({"kind": "fax", "number": "7009"}, "flow"),
]  # fmt: skip


def test_what_does_not_fit_is_refused_with_its_place(call: Caller, flow: str, visits: None) -> None:
    for body, path in NOT_FITTING:
        refused = call("POST", "/triggers", body | {"flow": flow})
        assert refused.status_code == 422, refused.text
        assert [fault["path"] for fault in refused.json["errors"]] == [path]


def test_what_is_due_for_whom(app: Flask, call: Caller, flow: str, visits: None) -> None:
    assert call("POST", f"/flows/{flow}/publish", {"message": "m"}).status_code == 201
    made = call("POST", "/triggers", EVERY[4] | {"flow": flow}).json
    rows = [{"visit_no": f"V{number}", "name": "王芳", "mobile": "13800138000", "visit_at": f"2099-12-0{number}T15:00"}
            for number in (1, 2, 3)]  # fmt: skip
    assert call("POST", "/records/visit", rows).json["accepted"] == 3
    first = call("GET", f"/triggers/{made['id']}/plans?limit=2").json
    assert [(row["record"], row["due"]) for row in first["items"]] == [("V1", True), ("V2", True)]
    assert first["items"][0]["contact"] == {"id": "visit/V1", "name": "王芳", "phone": "13800138000"}
    assert datetime.fromisoformat(first["items"][0]["moment"]) == datetime.fromisoformat("2099-11-30T10:00+08:00")
    rest = call("GET", f"/triggers/{made['id']}/plans?limit=2&cursor={first['next']}").json
    assert [row["record"] for row in rest["items"]][:1] == ["V3"]
    parts: Parts = app.extensions["callweave"]
    due = int(datetime.fromisoformat("2099-12-01T10:00+08:00").timestamp()) * 1_000_000
    while planned.serve(parts.stores.tenant("main"), at=due).plans:
        pass
    fates = {row["record"]: row["fate"] for row in call("GET", f"/triggers/{made['id']}/plans?due=false").json["items"]}
    assert fates == {"V1": "started", "V2": "started", "V3": None}
    starts = call("GET", f"/triggers/{made['id']}/starts").json["items"]
    assert len(starts) == 2 and {row["session"] for row in starts} == {
        row["session"] for row in call("GET", f"/triggers/{made['id']}/plans?due=false").json["items"] if row["session"]
    }  # fmt: skip


def test_preview_of_a_schedule(call: Caller, visits: None) -> None:
    schedule = {"kind": "schedule", "rrule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0", "time_zone": "Europe/Berlin"}
    shown = call("POST", "/triggers/preview", {"trigger": schedule, "at": "2026-10-20T00:00:00Z"}).json
    assert len(shown["moments"]) == 10
    assert shown["moments"][:2] == ["2026-10-26T09:00:00+01:00", "2026-11-02T09:00:00+01:00"]


def test_preview_for_a_record(call: Caller, visits: None) -> None:
    date = {"kind": "date", "record_type": "visit", "field": "visit_at", "offset": "-1d", "at": "10:00",
            "cancel_when": "record.ward == 'gone'"}  # fmt: skip
    record = {"visit_no": "V1", "visit_at": "2026-12-03T15:00", "zone": "Asia/Urumqi"}

    def shown(trigger: dict[str, Any], **more: Any) -> dict[str, Any]:
        given = {"trigger": trigger, "record": record, "at": "2026-11-22T10:00:00+08:00"} | more
        found: dict[str, Any] = call("POST", "/triggers/preview", given).json
        return found

    planned_for = shown(date)
    assert planned_for["moments"] == ["2026-12-02T10:00:00+06:00"]
    assert (planned_for["starts"], planned_for["time_zone"]) == (True, "Asia/Urumqi")
    assert shown(date, at="2026-12-02T12:00:00+06:00")["reason"] == "The moment has passed."
    assert shown(date, record=record | {"ward": "gone"})["reason"] == "What cancels it holds."
    assert shown(date, record={"visit_no": "V1"})["reason"] == "The record has no such date."
    changed = {"kind": "record", "record_type": "visit", "changed": "ward"}
    assert shown(changed)["reason"] == "This change starts nothing."
    assert shown(changed, before={"visit_no": "V1", "ward": "eyes"})["starts"] is True
    call("POST", "/records/visit", record)
    assert shown(date, record="V1")["moments"] == ["2026-12-02T10:00:00+06:00"]
    assert shown(date, record="V9")["errors"][0]["path"] == "record"


def test_another_organisation_sees_nothing_of_it(call: Caller, other: Caller, flow: str, visits: None) -> None:
    made = call("POST", "/triggers", EVERY[3] | {"flow": flow}).json["id"]
    assert other("GET", "/triggers").json["items"] == []
    for path in (f"/triggers/{made}", f"/triggers/{made}/plans", f"/triggers/{made}/starts"):
        assert other("GET", path).status_code == 404

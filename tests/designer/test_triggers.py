"""Triggers at the API: each kind is made, shown, switched off and removed; what is due for whom; what one would do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from designer.parts import Parts
from engine.host import planned
from engine.store import plans as plans_of

Caller = Callable[..., Any]
VISIT = {
    "schema": {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("visit_no", "name", "mobile", "visit_at", "ward", "zone")},
    },
    "key": "visit_no", "name": "name", "phone": "mobile", "time_zone": "zone",
}  # fmt: skip
EVERY: list[dict[str, Any]] = [
    {"kind": "call", "number": "7001"},
    {"kind": "missed_call", "number": "7002"},
    {"kind": "sms", "number": "106900", "keyword": ["REG"]},
    {"kind": "record", "record_type": "visit", "on": ["created"], "when": "record.ward == 'cardio'", "once": "contact"},
    {"kind": "date", "record_type": "visit", "field": "visit_at", "offset": "-1d", "at": "10:00"},
    {"kind": "schedule", "rrule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0", "start": "2026-01-05"},
    {"kind": "schedule", "rrule": "FREQ=DAILY;BYHOUR=9;BYMINUTE=0", "audience": {"record_type": "visit"}},
    {"kind": "manual", "record_type": "visit"},
]

CHANGES: list[dict[str, Any]] = [
    {"number": "7011"},
    {"number": "7012"},
    {"number": "106901", "keyword": ["BOOK", "挂号"]},
    {"on": ["created", "updated"], "changed": "ward", "when": "record.ward == 'eye'"},
    {"offset": "-2h", "at": None},
    {"rrule": "FREQ=DAILY;BYHOUR=10;BYMINUTE=30"},
    {"audience": {"record_type": "visit", "when": "record.ward == 'eye'"}},
    {"record_type": None},
]
"""What each of these is told afterwards."""
on_both = pytest.mark.parametrize("database_urls", ["sqlite", "schemas"], indirect=True)


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


NOT_FITTING: list[tuple[dict[str, Any], str]] = [
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


@on_both
def test_a_record_says_of_each_trigger_what_came_of_it_and_why_not(app: Flask, call: Caller, flow: str, visits: None) -> None:
    assert call("POST", f"/flows/{flow}/publish", {"message": "m"}).status_code == 201
    row = {"visit_no": "V1", "name": "王芳", "mobile": "13800138000", "visit_at": "2099-12-01T15:00", "ward": "eye"}
    told: list[dict[str, Any]] = [
        EVERY[4], EVERY[3], {"kind": "record", "record_type": "visit"},
        {"kind": "date", "record_type": "visit", "field": "visit_at", "cancel_when": "record.ward == 'eye'"}, EVERY[6],
    ]  # fmt: skip
    made = [call("POST", "/triggers", {**one, "flow": flow}).json["id"] for one in told]
    assert call("POST", "/records/visit", row).json["accepted"] == 1
    late = call("POST", "/triggers", {"kind": "record", "record_type": "visit", "on": ["created"], "flow": flow}).json["id"]

    def stands(language: str = "en") -> dict[str, tuple[str, str | None]]:
        items = call("GET", "/records/visit/V1/triggers", Accept_Language=language).json["items"]
        return {each["trigger"]["id"]: (each["state"], each["why"]) for each in items}

    assert stands() == {
        made[0]: ("planned", None), made[1]: ("none", "the condition does not hold"), made[2]: ("started", None),
        made[3]: ("none", "What cancels it holds."), made[4]: ("none", "Its next moment has not come."),
        late: ("none", "The trigger is newer than the record's last change."),
    }  # fmt: skip
    assert stands("zh-CN")[made[1]] == ("none", "条件不成立")
    call("POST", f"/flows/{flow}/pause")
    call("PATCH", "/records/visit/V1", {"ward": "cardio", "visit_at": "2020-12-01T15:00"})
    after = stands()
    assert after[made[0]] == ("past", "The moment has passed.")
    assert after[made[2]] == ("not_started", "the flow is paused: it begins no new sessions")
    assert call("GET", "/records/visit/V9/triggers").status_code == 404


def test_another_organisation_sees_nothing_of_it(call: Caller, other: Caller, flow: str, visits: None) -> None:
    made = call("POST", "/triggers", EVERY[3] | {"flow": flow}).json["id"]
    assert other("GET", "/triggers").json["items"] == []
    for path in (f"/triggers/{made}", f"/triggers/{made}/plans", f"/triggers/{made}/starts"):
        assert other("GET", path).status_code == 404


def test_every_kind_is_told_something_else_and_stays_itself(call: Caller, flow: str, visits: None) -> None:
    other = call("POST", "/flows", call("GET", f"/flows/{flow}/draft").json | {"name": "Another"}).json["id"]
    for given, change in zip(EVERY, CHANGES, strict=True):
        made = call("POST", "/triggers", given | {"flow": flow}).json
        address, body = f"/triggers/{made['id']}", {**given, **change, "flow": other}
        told = call("PUT", address, body)
        assert told.status_code == 200, told.text
        assert {name: told.json.get(name) for name in body} == body
        assert {name: told.json.get(name) for name in ("id", "created_at", "start")} == {
            name: made.get(name) for name in ("id", "created_at", "start")
        }  # fmt: skip
        assert call("GET", address).json == told.json
        wrong = call("PUT", address, {"kind": "manual" if given["kind"] != "manual" else "record", "flow": flow})
        assert [fault["path"] for fault in wrong.json["errors"]] == ["kind"]
        assert call("DELETE", address).status_code == 204


@on_both
def test_a_changed_trigger_gives_its_number_and_its_words_up(call: Caller, flow: str) -> None:
    first = call("POST", "/triggers", {"kind": "call", "number": "7001", "flow": flow}).json
    second = {"kind": "call", "number": "7002", "flow": flow}
    assert call("POST", "/triggers", second).status_code == 201
    assert call("PUT", f"/triggers/{first['id']}", second).status_code == 409
    assert call("GET", f"/triggers/{first['id']}").json["number"] == "7001"
    assert call("POST", "/triggers", {**second, "number": "7001"}).status_code == 409
    assert call("PUT", f"/triggers/{first['id']}", {**second, "number": "7003"}).json["number"] == "7003"
    assert call("POST", "/triggers", {**second, "number": "7001"}).status_code == 201
    words = {"kind": "sms", "flow": flow, "keyword": ["REG", "挂号"]}
    texted = call("POST", "/triggers", words).json
    assert call("POST", "/triggers", {**words, "keyword": ["STOP"]}).status_code == 201
    assert call("PUT", f"/triggers/{texted['id']}", {**words, "keyword": ["REG", "stop"]}).status_code == 409
    assert call("PUT", f"/triggers/{texted['id']}", {**words, "keyword": ["reg", "BOOK"]}).json["keyword"] == ["reg", "BOOK"]


@on_both
def test_who_saw_an_older_trigger_is_told_and_the_log_knows_what_changed(call: Caller, flow: str, visits: None) -> None:
    body = EVERY[3] | {"flow": flow}
    made = call("POST", "/triggers", body)
    address, seen = f"/triggers/{made.json['id']}", made.headers["ETag"]
    assert call("GET", address).headers["ETag"] == seen
    now = call("PUT", address, body | {"when": "record.ward == 'eye'"}, If_Match=seen)
    assert now.status_code == 200 and now.headers["ETag"] != seen
    assert call("PUT", address, body, If_Match=seen).status_code == 412
    entry = call("GET", "/audit?kind=triggers&limit=1").json["items"][0]
    assert entry["detail"] == {"before": {"when": "record.ward == 'cardio'"}, "after": {"when": "record.ward == 'eye'"}}
    assert call("PUT", address, body | {"when": "record.ward =="}).json["errors"][0]["path"] == "when"
    assert call("PUT", address, body | {"flow": "0" * 32}).json["errors"][0]["path"] == "flow"


@on_both
def test_a_changed_date_plans_anew_and_starts_nothing_twice(app: Flask, call: Caller, flow: str, visits: None) -> None:
    assert call("POST", f"/flows/{flow}/publish", {"message": "m"}).status_code == 201
    body = EVERY[4] | {"flow": flow}
    made = call("POST", "/triggers", body).json
    rows = [{"visit_no": f"V{day}", "mobile": "13800138000", "visit_at": f"2099-12-0{day}T15:00", "ward": ward}
            for day, ward in ((1, "eye"), (2, "eye"), (4, "cardio"))]  # fmt: skip
    assert call("POST", "/records/visit", rows).json["accepted"] == 3
    parts: Parts = app.extensions["callweave"]
    first = int(datetime.fromisoformat("2099-11-30T10:00+08:00").timestamp()) * 1_000_000

    def plans() -> dict[str, tuple[str, str | None]]:
        while planned.serve(parts.stores.tenant("main"), at=first).plans:
            pass
        found = call("GET", f"/triggers/{made['id']}/plans?due=false").json["items"]
        return {row["record"]: (row["moment"][:10], row["fate"]) for row in found}

    assert plans() == {"V1": ("2099-11-30", "started"), "V2": ("2099-12-01", None), "V4": ("2099-12-03", None)}
    address = f"/triggers/{made['id']}"
    assert call("PUT", address, body | {"when": "record.ward == 'eye'"}).status_code == 200
    assert plans() == {"V1": ("2099-11-30", "started"), "V2": ("2099-12-01", None), "V4": ("2099-12-03", "cancelled")}
    assert call("PUT", address, body | {"offset": "-2h", "at": None}).status_code == 200
    assert plans() == {"V1": ("2099-12-01", None), "V2": ("2099-12-02", None), "V4": ("2099-12-04", None)}


def test_a_changed_rule_has_its_own_next_moment(call: Caller, app: Flask, flow: str, visits: None) -> None:
    made = call("POST", "/triggers", EVERY[5] | {"flow": flow}).json
    daily = EVERY[5] | {"flow": flow, "rrule": "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;BYHOUR=9;BYMINUTE=0"}
    assert call("PUT", f"/triggers/{made['id']}", daily).status_code == 200
    parts: Parts = app.extensions["callweave"]
    with parts.stores.tenant("main").read() as connection:
        (next_one,) = plans_of.page(connection, bytes.fromhex(made["id"].replace("-", "")), limit=9)
    assert datetime.fromtimestamp(next_one.moment / 1e6, UTC).strftime("%m-%d %H") == "01-01 01"

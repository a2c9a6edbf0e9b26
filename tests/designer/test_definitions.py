"""Calendars and record types over HTTP, and what flows are checked against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Caller = Callable[..., Any]
Make = Callable[..., dict[str, Any]]

CLINIC = {
    "time_zone": "Asia/Shanghai", "week": {"mon": [["08:00", "12:00"], ["14:00", "17:30"]]}, "holidays": "CN",
    "except": {"2026-10-10": [["08:00", "12:00"]], "2026-12-31": []},
}  # fmt: skip
VISIT = {
    "schema": {
        "type": "object",
        "required": ["visit_no"],
        "properties": {"visit_no": {"type": "string"}, "patient": {"type": "string"}, "mobile": {"type": "string"}},
    },
    "key": "visit_no", "name": "patient", "phone": "mobile", "contact": None, "email": None, "time_zone": None,
    "language": None,
}  # fmt: skip


def test_a_calendar_is_kept_changed_listed_and_removed(call: Caller, other: Caller) -> None:
    made = call("PUT", "/calendars/门诊", CLINIC)
    assert made.status_code == 201, made.json
    assert {key: made.json[key] for key in ("name", *CLINIC)} == {"name": "门诊", **CLINIC}
    assert call("GET", "/calendars/门诊").json == made.json
    assert call("PUT", "/calendars/门诊", made.json).status_code == 200, "what was read may be sent back"
    changed = call("PUT", "/calendars/门诊", {"week": {"sun": [["00:00", "24:00"]]}})
    assert (changed.status_code, "holidays" in changed.json) == (200, False)
    call("PUT", "/calendars/a", CLINIC)
    first = call("GET", "/calendars?limit=1").json
    rest = call("GET", f"/calendars?limit=1&cursor={first['next']}").json
    assert [row["name"] for row in first["items"] + rest["items"]] == ["a", "门诊"]
    assert rest["next"] is None
    assert other("GET", "/calendars").json["items"] == []
    assert call("DELETE", "/calendars/a").status_code == 204
    assert [call(method, "/calendars/a").status_code for method in ("DELETE", "GET")] == [404, 404]


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, [""]),
        ([], [""]),
        ({"name": "b", "week": {"mon": []}}, ["name"]),
        ({"week": {"mon": [["9", "x"]], "day": []}, "time_zone": "Mars/Base", "except": {"2026-13-01": []}, "open": 1},
         ["except.2026-13-01", "open", "time_zone", "week.day", "week.mon.0"]),
    ],
)  # fmt: skip
def test_a_faulty_calendar_is_refused_with_every_place(call: Caller, body: Any, paths: list[str]) -> None:
    refused = call("PUT", "/calendars/a", body)
    assert refused.status_code == 422
    assert sorted(fault["path"] for fault in refused.json["errors"]) == paths
    assert call("GET", "/calendars").json["items"] == []


def with_hours(make: Make, calendar: str) -> dict[str, Any]:
    end = {"type": "end", "config": {}, "outlets": {}}
    hours = {
        "type": "hours",
        "config": {"calendar": calendar},
        "outlets": dict.fromkeys(("open", "closed", "holiday"), "end"),
    }
    return make(start="ask", nodes={"ask": hours, "end": end})


def test_a_flow_is_checked_against_the_calendars_there_are(call: Caller, document: Make) -> None:
    fault = {"path": "nodes.ask.config.calendar", "message": "there is no calendar 'clinic'"}
    flow = with_hours(document, "clinic")
    assert call("POST", "/flows/check", flow).json["errors"] == [fault]
    saved = call("POST", "/flows", flow).json
    assert saved["errors"] == [fault]
    assert call("POST", f"/flows/{saved['id']}/publish", {}).json["errors"] == [fault]
    assert call("POST", f"/flows/{saved['id']}/simulate", {}).json["errors"] == [fault]
    call("PUT", "/calendars/clinic", CLINIC)
    assert call("POST", "/flows/check", flow).json["errors"] == []
    assert call("GET", f"/flows/{saved['id']}").json["errors"] == []
    assert call("POST", f"/flows/{saved['id']}/publish", {}).status_code == 201
    refused = call("DELETE", "/calendars/clinic")
    assert (refused.status_code, refused.json["detail"]) == (409, "These flows go by this calendar: Hello.")
    elsewhere = with_hours(document, "ward")
    call("PUT", f"/flows/{saved['id']}/draft", elsewhere, If_Match="*")
    assert call("DELETE", "/calendars/clinic").status_code == 409, "the published version still names it"


def test_a_simulation_goes_by_the_calendar_and_brings_it_into_its_scenario(call: Caller, document: Make) -> None:
    call("PUT", "/calendars/clinic", CLINIC)
    flow = call("POST", "/flows", with_hours(document, "clinic")).json["id"]
    for at, outlet in (("2026-11-23T09:00:00+08:00", "open"), ("2026-11-23T13:00:00+08:00", "closed")):
        made = call("POST", f"/flows/{flow}/simulate", {"at": at}).json
        assert made["turn"]["results"]["ask"]["outlet"] == outlet
        scenario = call("GET", f"/simulations/{made['simulation']}/scenario").json
        assert scenario["calendars"] == {"clinic": CLINIC}


def test_a_record_type_is_kept_and_read(call: Caller, other: Caller) -> None:
    made = call("PUT", "/record-types/visit", VISIT)
    assert made.status_code == 201, made.json
    assert {key: made.json[key] for key in ("type", *VISIT)} == {"type": "visit", **VISIT}
    assert call("GET", "/record-types/visit").json == made.json
    assert call("PUT", "/record-types/visit", made.json).status_code == 200
    assert call("GET", "/record-types").json["items"][0]["type"] == "visit"
    assert other("GET", "/record-types/visit").status_code == 404
    assert call("PUT", "/record-types/Visit", VISIT).status_code == 422


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        ({"key": "visit_nr", "phone": "tel"}, ["key", "phone"]),
        ({"key": None, "colour": 1}, ["colour", "key"]),
        ({"schema": {"type": "array"}}, ["schema.type"]),
        ({"schema": {"type": 3, "properties": {"a": {"minLength": "x"}}}},
         ["schema.properties.a.minLength", "schema.type"]),
        ({"schema": {"properties": {"a": {"$ref": "http://example.org/a"}, "b": {"pattern": "("}}}},
         ["schema.properties.a.$ref", "schema.properties.b.pattern"]),
        ({"schema": "no"}, ["schema"]),
    ],
)  # fmt: skip
def test_a_faulty_record_type_is_refused_with_every_place(
    call: Caller, change: dict[str, Any], paths: list[str]
) -> None:
    refused = call("PUT", "/record-types/visit", VISIT | change)
    assert refused.status_code == 422
    assert sorted(fault["path"] for fault in refused.json["errors"]) == paths


def test_a_flow_is_checked_against_its_record_type(call: Caller, document: Make) -> None:
    def checked(text: str) -> tuple[list[str], list[str]]:
        say = {"type": "say", "config": {"prompt": text}, "outlets": {"done": "bye"}}
        flow = document(record_type="visit", nodes={"greet": say, "bye": {"type": "end"}})
        found = call("POST", "/flows/check", flow).json
        return tuple([fault["message"] for fault in found[level]] for level in ("errors", "warnings"))  # type: ignore[return-value]

    assert checked("{{ record.patent }}") == ([], []), "nobody has put in a record type"
    call("PUT", "/record-types/bill", VISIT)
    assert checked("{{ record.patent }}") == ([], ["there is no record type 'visit': its fields are not checked"])
    call("PUT", "/record-types/visit", VISIT)
    assert checked("{{ record.patent }}") == (["there is no name 'record.patent' in a template"], [])
    assert checked("{{ record.patient }}") == ([], [])


def test_a_missing_sub_flow_is_a_fault_by_id_and_by_name(call: Caller, document: Make, flow: str) -> None:
    def faults(named: str) -> list[str]:
        run = {"type": "run_flow", "config": {"flow": named}, "outlets": {"completed": "bye", "failed": "bye"}}
        asked = document(name="Outer", start="run", nodes={"run": run, "bye": {"type": "end"}})
        return [fault["path"] for fault in call("POST", "/flows/check", asked).json["errors"]]

    assert faults("nobody") == ["nodes.run.config.flow"]
    assert faults("Hello") == faults(flow) == []

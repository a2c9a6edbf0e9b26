"""Records by HTTP: in by the row, out by key, person, text and condition; what each role is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from designer.parts import Parts
from engine.store import keys, now_micros
from tests.designer.conftest import Caller, Document

VISIT = {
    "schema": {
        "type": "object",
        "properties": {
            "visit_no": {"type": "string"}, "patient_no": {"type": "string"}, "name": {"type": "string"},
            "mobile": {"type": "string", "pattern": "^1[0-9]{10}$"}, "ward": {"enum": ["cardio", "ortho"]},
            "diagnosis": {"type": "string"}, "seen": {"type": "integer"},
        },
        "required": ["visit_no"],
        "additionalProperties": False,
    },
    "key": "visit_no", "name": "name", "phone": "mobile", "contact": "patient_no", "source_version": "seen",
    "visible": {"diagnosis": ["doctor"]},
}  # fmt: skip
ANN = {"visit_no": "V1", "patient_no": "P1", "name": "Ann", "mobile": "13800000001", "ward": "cardio"}


@pytest.fixture
def visits(call: Caller) -> Caller:
    assert call("PUT", "/record-types/visit", VISIT).status_code == 201
    return call


def as_role(app: Flask, role: str) -> Caller:
    parts: Parts = app.extensions["callweave"]
    with parts.stores.control.begin() as connection:
        secret = f"key-of-{role}"
        keys.add(connection, secret, tenant="main", name=role, role=role, at=now_micros())
    return Caller(app.test_client(), secret)


def post(call: Caller, rows: Any, **headers: str) -> dict[str, Any]:
    answer = call("POST", "/records/visit", rows, **headers)
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def counts(done: dict[str, Any]) -> dict[str, int]:
    return {name: value for name, value in done.items() if name != "rejected" and value}


def test_rows_are_judged_one_by_one(visits: Caller) -> None:
    rows = [ANN, ANN | {"visit_no": "V2", "mobile": "no"}, ["V3"], {"name": "Ann"}, ANN | {"visit_no": "V5"}]
    done = post(visits, rows)
    assert counts(done) == {"accepted": 2}
    assert [each["row"] for each in done["rejected"]] == [1, 2, 3]
    assert done["rejected"][0]["errors"] == [
        {"path": "mobile", "message": "'no' does not match '^1[0-9]{10}$'"}
    ]  # fmt: skip
    assert {"path": "", "message": "'visit_no' is a required property"} in done["rejected"][2]["errors"]
    assert counts(post(visits, rows)) == {"unchanged": 2}, "the same again changes nothing"
    lines = b'{"visit_no": "V1", "ward": "ortho"}\n\nbroken\n{"visit_no": "V9"}\n'
    done = post(visits, lines, Content_Type="application/x-ndjson")
    assert counts(done) == {"updated": 1, "accepted": 1}
    assert [each["row"] for each in done["rejected"]] == [1]


def test_what_is_no_batch_is_refused(visits: Caller) -> None:
    assert visits("POST", "/records/visit", b"{").status_code == 400
    assert visits("POST", "/records/none", ANN).status_code == 404
    assert visits("POST", "/records/visit", [{}] * 10_001).status_code == 413
    assert visits("POST", "/records/visit", b"[" * 100_000).status_code == 422
    assert visits("POST", "/records/visit", b" " * (33 * 1024 * 1024)).status_code == 413


def test_an_older_version_changes_nothing(visits: Caller) -> None:
    assert counts(post(visits, ANN | {"seen": 7})) == {"accepted": 1}
    assert counts(post(visits, ANN | {"seen": 6, "name": "Old"})) == {"late": 1}
    assert counts(post(visits, [ANN | {"seen": 9}, ANN | {"seen": 8, "ward": "ortho"}])) == {"updated": 1, "late": 1}
    assert visits("GET", "/records/visit/V1").json["data"]["seen"] == 9  # type: ignore[index]


def test_the_mark_may_come_in_the_header(call: Caller) -> None:
    call("PUT", "/record-types/visit", VISIT | {"source_version": None})
    assert counts(post(call, ANN, Source_Version="2026-11-22T10:00:00+08:00")) == {"accepted": 1}
    assert counts(post(call, ANN, Source_Version="2026-11-22T12:00:00+08:00")) == {"unchanged": 1}
    late = ANN | {"ward": "ortho"}
    assert counts(post(call, late, Source_Version="2026-11-22T03:00:00Z")) == {"late": 1}, "11:00 in China: before the last"
    assert counts(post(call, late)) == {"updated": 1}, "who gives no mark counts"


def test_one_record_is_read_changed_and_taken_out(visits: Caller) -> None:
    post(visits, ANN | {"visit_no": "2026/11/1"})
    got = visits("GET", "/records/visit/2026/11/1")
    assert got.headers["ETag"] == '"1"' and got.json["data"]["name"] == "Ann"  # type: ignore[index]
    stale = visits("PATCH", "/records/visit/2026/11/1", {"name": "Eve"}, If_Match='"7"')
    assert stale.status_code == 412
    changed = visits("PATCH", "/records/visit/2026/11/1", {"ward": "ortho", "mobile": None}, If_Match='"1"')
    assert changed.json["version"] == 2 and "mobile" not in changed.json["data"]  # type: ignore[index]
    assert visits("PATCH", "/records/visit/2026/11/1", {"ward": "x"}).json["errors"][0]["path"] == "ward"  # type: ignore[index]
    assert visits("PATCH", "/records/visit/2026/11/1", {"visit_no": "x"}).status_code == 422
    assert visits("DELETE", "/records/visit/2026/11/1").status_code == 204
    assert visits("GET", "/records/visit/2026/11/1").status_code == 404
    history = visits("GET", "/records/visit/2026/11/1/history").json["items"]  # type: ignore[index]
    assert [(each["version"], each["deleted"]) for each in history] == [(3, True), (2, False), (1, False)]
    assert history[2]["data"]["ward"] == "cardio"
    older = visits("GET", "/records/visit/2026/11/1/history?limit=1").json  # type: ignore[index]
    assert len(older["items"]) == 1 and older["next"]
    assert counts(post(visits, ANN | {"visit_no": "2026/11/1"})) == {"accepted": 1}, "it may come again"


def test_records_are_found(visits: Caller) -> None:
    rows = [ANN | {"visit_no": f"V{at:03}", "patient_no": f"P{at % 3}", "ward": "ortho" if at % 2 else "cardio"} for at in range(9)]
    post(visits, [*rows, {"visit_no": "W", "name": '王"小明'}])

    def keys_of(query: str) -> list[str]:
        found, cursor = [], ""
        while True:
            page = visits("GET", f"/records/visit?{query}&limit=2{cursor}").json
            found += [each["key"] for each in page["items"]]  # type: ignore[index]
            if page["next"] is None:  # type: ignore[index]
                return found
            cursor = f"&cursor={page['next']}"  # type: ignore[index]

    assert len(keys_of("")) == 10
    assert keys_of("when=record.ward == 'ortho'") == ["V001", "V003", "V005", "V007"]
    assert keys_of("when=contact.id == 'P2' and record.ward == 'ortho'") == ["V005"]
    assert keys_of('text=王"') == ["W"]
    assert keys_of("text=ward") == [], "a field's name is no text in it"
    assert keys_of("key=V004") == ["V004"]
    person = visits("GET", "/records/visit/V001").json["contact"]  # type: ignore[index]
    assert keys_of(f"contact={person}") == ["V001", "V004", "V007"]
    assert visits("GET", "/records/visit?when=record.==").status_code == 422


def test_roles_are_shown_what_is_theirs(app: Flask, visits: Caller) -> None:
    post(visits, ANN | {"diagnosis": "angina"})
    doctor, desk = as_role(app, "doctor"), as_role(app, "desk")
    assert doctor("GET", "/records/visit/V1").json["data"]["diagnosis"] == "angina"  # type: ignore[index]
    assert "diagnosis" not in desk("GET", "/records/visit/V1").json["data"]  # type: ignore[index]
    assert "diagnosis" not in desk("GET", "/records/visit/V1/history").json["items"][0]["data"]  # type: ignore[index]
    assert desk("GET", "/records/visit?text=angina").json["items"] == []  # type: ignore[index]
    assert desk("GET", "/records/visit?when=record.diagnosis == 'angina'").json["items"] == []  # type: ignore[index]
    assert desk("PATCH", "/records/visit/V1", {"diagnosis": "none"}).status_code == 403
    assert desk("PUT", "/privacy", {"numbers": ["desk"]}).status_code == 403
    assert visits("PUT", "/privacy", {"numbers": ["desk"]}).json == {"numbers": ["desk"]}
    assert desk("GET", "/records/visit/V1").json["data"]["mobile"] == "13800000001"  # type: ignore[index]
    assert doctor("GET", "/records/visit/V1").json["data"]["mobile"] == "138****0001"  # type: ignore[index]
    assert doctor("GET", "/records/visit?text=13800000001").json["items"] == []  # type: ignore[index]


def test_a_type_must_suit_both_validators(call: Caller) -> None:
    odd = VISIT | {"schema": {"type": "object", "properties": {"visit_no": {"pattern": "(?<a>x)(?P=a)"}}}}
    assert call("PUT", "/record-types/visit", odd).status_code == 422
    assert call("PUT", "/record-types/visit", VISIT | {"visible": {"visit_no": []}}).status_code == 422
    assert call("PUT", "/record-types/visit", VISIT | {"visible": {"none": ["x"]}}).status_code == 422
    kept = call("PUT", "/record-types/visit", VISIT).json
    assert json.loads(json.dumps(kept))["visible"] == {"diagnosis": ["doctor"]}


def test_a_session_is_started_for_a_record(visits: Caller, document: Callable[..., Document]) -> None:
    post(visits, ANN)
    flow = visits("POST", "/flows", document(record_type="visit")).json["id"]  # type: ignore[index]
    visits("POST", f"/flows/{flow}/publish", {"message": "first"})

    def start(**body: Any) -> Any:
        return visits("POST", f"/flows/{flow}/start", body)

    kept = visits("GET", "/records/visit/V1").json
    started = start(record={"record_type": "visit", "key": "V1"}, contact={"language": "en"})
    assert started.status_code == 202
    session = visits("GET", f"/sessions/{started.json['session']}").json
    assert session["contact"] == {"id": "P1", "name": "Ann", "phone": "13800000001", "language": "en"}  # type: ignore[index]
    missing = start(record={"record_type": "visit", "key": "V2"})
    assert [each["path"] for each in missing.json["errors"]] == ["record.key"]
    assert start(record=ANN | {"visit_no": "V2", "ward": "x"}, save=True).json["errors"][0]["path"] == "record.ward"
    assert start(record=ANN | {"visit_no": "V2"}, save=True).status_code == 202
    assert visits("GET", "/records/visit/V2").json["contact"] == kept["contact"], "the same person"  # type: ignore[index]

"""`/trunks` and `/numbers`: declared with all faults at once, their passwords never shown, one organisation's alone."""

from __future__ import annotations

from typing import Any

from flask import Flask

from engine.store import trunks
from engine.store.sealing import seal_of
from tests.designer.conftest import Caller

TELCO: dict[str, Any] = {
    "name": "telco", "host": "sip.telco.example", "username": "clinic", "password": "secret", "register": True,
    "at_once": 10, "per_second": 2, "patterns": ["1", "0"],
}  # fmt: skip


def test_a_trunk_from_its_making_to_its_end(app: Flask, call: Caller) -> None:
    made = call("POST", "/trunks", TELCO)
    assert made.status_code == 201 and made.headers["Location"] == "/api/v1/trunks/telco"
    expected = {name: value for name, value in TELCO.items() if name != "password"} | {
        "has_password": True, "in_use": 0, "registered": None, "reachable": None, "port": 5060, "transport": "udp",
        "codecs": ["alaw", "ulaw"], "enabled": True,
    }  # fmt: skip
    assert {name: made.json[name] for name in expected} == expected
    assert "secret" not in made.text
    stores = app.extensions["callweave"].stores
    with stores.control.read() as control, stores.tenant("main").read() as tenant:
        row = trunks.get(control, "main", "telco")
        assert row is not None and row.secret is not None and b"secret" not in row.secret
        assert seal_of(tenant).open(row.secret) == b"secret"
    assert call("POST", "/trunks", TELCO).status_code == 409
    changed = call("PUT", "/trunks/telco", {"host": "sip2.telco.example", "username": "clinic", "at_once": None})
    assert (changed.json["host"], changed.json["at_once"], changed.json["has_password"]) == ("sip2.telco.example", None, True)
    assert call("PUT", "/trunks/telco", {"host": "a", "password": ""}).json["has_password"] is False
    assert [item["name"] for item in call("GET", "/trunks").json["items"]] == ["telco"]
    assert call("DELETE", "/trunks/telco").status_code == 204
    assert call("GET", "/trunks/telco").status_code == 404


def test_every_fault_of_a_trunk_with_its_place(call: Caller) -> None:
    wrong = {
        "name": "Telco!", "host": "a b", "port": 0, "transport": "smoke", "at_once": 0, "per_second": 0,
        "patterns": ["13a"], "colour": "red", "password": "a\nb",
    }  # fmt: skip
    refused = call("POST", "/trunks", wrong)
    assert refused.status_code == 422
    assert {error["path"] for error in refused.json["errors"]} == {
        "name", "host", "port", "transport", "at_once", "per_second", "patterns.0", "colour", "password",
    }  # fmt: skip
    neither = call("POST", "/trunks", {"name": "telco"})
    assert neither.json["errors"] == [{"path": "", "message": "either a host or an endpoint"}]
    assert call("POST", "/trunks", {"name": "local", "host": "a"}).status_code == 409
    assert call("PUT", "/trunks/none", {"host": "a"}).status_code == 404


def test_trunks_and_numbers_are_one_organisations_alone(call: Caller, other: Caller) -> None:
    call("POST", "/trunks", TELCO)
    assert other("GET", "/trunks").json["items"] == []
    assert other("GET", "/trunks/telco").status_code == 404
    assert other("DELETE", "/trunks/telco").status_code == 404
    assert other("POST", "/trunks", TELCO).status_code == 201, "the same name is another trunk there"
    assert call("PUT", "/numbers/+862088886666", {}).status_code == 200
    assert other("PUT", "/numbers/+862088886666", {}).status_code == 409
    assert other("DELETE", "/numbers/+862088886666").status_code == 404


def test_numbers(call: Caller, flow: str) -> None:
    call("POST", "/trunks", TELCO)
    made = call("PUT", "/numbers/02088886666", {"trunk": "telco"})
    assert made.json == {
        "number": "02088886666", "e164": "+862088886666", "trunk": "telco", "shown": True,
        "region": "Guangzhou, Guangdong", "flow": None,
    }  # fmt: skip
    call("POST", f"/flows/{flow}/publish", {"message": "first"})
    call("POST", "/triggers", {"kind": "call", "number": "02088886666", "flow": flow})
    assert [item["flow"] for item in call("GET", "/numbers").json["items"]] == [flow]
    wrong = call("PUT", "/numbers/02088886666", {"trunk": "none"})
    assert (wrong.status_code, wrong.json["errors"][0]["path"]) == (422, "trunk")
    assert call("DELETE", "/numbers/02088886666").status_code == 204
    assert call("DELETE", "/numbers/02088886666").status_code == 404


def test_another_spelling_of_a_number_is_the_same_number(call: Caller, other: Caller) -> None:
    assert call("PUT", "/numbers/02088886667", {}).status_code == 200
    for written in ("+862088886667", "00862088886667", "02088886667"):
        assert other("PUT", f"/numbers/{written}", {}).status_code == 409, written
    assert other("PUT", "/numbers/7001", {}).status_code == 200, "an internal number is no other's"

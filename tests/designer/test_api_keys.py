"""API keys by HTTP: made with a role and scopes, shown once, used, rotated, revoked; and never more than one's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from designer.parts import Parts
from engine.store import id_bytes, keys, now_micros
from tests.designer.conftest import Caller


def made(call: Caller, **body: Any) -> dict[str, Any]:
    answer = call("POST", "/api-keys", {"name": "HIS", "role": "operator"} | body)
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def test_a_key_is_shown_once_and_opens_what_its_scopes_say(app: Flask, call: Caller) -> None:
    new = made(call, scopes=["records.write", "flows.read"])
    his = Caller(app.test_client(), new["key"])
    assert his("GET", "/me").json["rights"] == ["own", "flows.read", "records.write"]  # type: ignore[index]
    assert his("GET", "/flows").status_code == 200
    assert his("GET", "/sessions").status_code == 403
    listed = call("GET", "/api-keys").json["items"]  # type: ignore[index]
    row = next(each for each in listed if each["id"] == new["id"])
    assert "key" not in row
    assert row["used_at"] is not None
    assert (row["state"], row["made_by"], row["rights"]) == ("valid", "bootstrap", ["own", "flows.read", "records.write"])


def test_a_key_ends_and_is_revoked(app: Flask, call: Caller) -> None:
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    new, his = made(call, expires_at=soon), None
    his = Caller(app.test_client(), new["key"])
    assert his("GET", "/flows").status_code == 200
    parts: Parts = app.extensions["callweave"]
    with parts.stores.control.begin() as connection:
        identity = id_bytes(new["id"])
        assert identity is not None
        keys.end_at(connection, identity, at=now_micros())
    assert his("GET", "/flows").status_code == 401
    assert call("GET", f"/api-keys/{new['id']}").json["state"] == "expired"  # type: ignore[index]
    assert call("DELETE", f"/api-keys/{new['id']}").status_code == 409
    other = made(call)
    assert call("DELETE", f"/api-keys/{other['id']}").status_code == 204
    assert Caller(app.test_client(), other["key"])("GET", "/flows").status_code == 401
    assert call("GET", f"/api-keys/{other['id']}").json["state"] == "revoked"  # type: ignore[index]
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    answer = call("POST", "/api-keys", {"name": "x", "role": "auditor", "expires_at": past})
    assert answer.json["errors"][0]["path"] == "expires_at"  # type: ignore[index]


def test_a_rotated_key_goes_on_beside_the_new_one_for_a_while(app: Flask, call: Caller) -> None:
    old = made(call, scopes=["flows.read"])
    new = call("POST", f"/api-keys/{old['id']}/rotate", {"overlap_hours": 1}).json
    assert new is not None
    assert (new["name"], new["scopes"]) == ("HIS", ["flows.read"])
    for key in (old["key"], new["key"]):
        assert Caller(app.test_client(), key)("GET", "/flows").status_code == 200
    assert call("GET", f"/api-keys/{old['id']}").json["expires_at"] is not None  # type: ignore[index]
    at_once = call("POST", f"/api-keys/{new['id']}/rotate", {"overlap_hours": 0})
    assert at_once.status_code == 201
    assert Caller(app.test_client(), new["key"])("GET", "/flows").status_code == 401


def test_the_bootstrap_key_stays(call: Caller) -> None:
    (bootstrap,) = [each for each in call("GET", "/api-keys").json["items"] if each["bootstrap"]]  # type: ignore[index]
    assert call("DELETE", f"/api-keys/{bootstrap['id']}").status_code == 409
    assert call("POST", f"/api-keys/{bootstrap['id']}/rotate", {}).status_code == 409
    assert call("GET", "/flows").status_code == 200


def test_nobody_gives_more_than_he_has(app: Flask, call: Caller) -> None:
    narrow = Caller(app.test_client(), made(call, role="administrator", scopes=["keys.manage", "flows.read"])["key"])
    assert narrow("POST", "/api-keys", {"name": "x", "role": "administrator"}).status_code == 403
    assert narrow("POST", "/api-keys", {"name": "x", "role": "auditor"}).status_code == 403
    allowed = {"name": "x", "role": "operator", "scopes": ["flows.read"]}
    assert narrow("POST", "/api-keys", allowed).status_code == 201
    whole = made(call)
    assert narrow("POST", f"/api-keys/{whole['id']}/rotate", {}).status_code == 403
    assert call("POST", "/api-keys", {"name": "x", "role": "connector"}).status_code == 422
    assert call("POST", "/api-keys", {"name": "x", "role": "operator", "scopes": ["everything"]}).status_code == 422

"""Routes for texts, and further gateways, by the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from designer.parts import Parts
from engine.commands import SendSms
from engine.host.outbox.registry import row_of
from engine.store import new_id, now_micros, outbox

Caller = Callable[..., Any]
BODY = {"kind": "sms_file", "config": {}}


def test_routes_name_gateways_that_are_set_up(call: Caller, other: Caller) -> None:
    assert call("GET", "/text-routes").json == {"routes": [], "patience": 30}
    for name in ("sms-cm", "sms-world"):
        assert call("PUT", f"/gateways/{name}", BODY).status_code == 200
    made = {
        "routes": [{"prefixes": ["+86138"], "gateways": ["sms-cm", "sms-world"]}, {"prefixes": [], "gateways": ["sms-world"]}],
        "patience": 10,
    }  # fmt: skip
    assert call("PUT", "/text-routes", made).json == made
    assert call("GET", "/text-routes").json == made
    assert other("GET", "/text-routes").json["routes"] == []
    listed = [item["name"] for item in call("GET", "/gateways").json["items"]]
    assert listed == ["http", "sms", "mail", "source", "sms-cm", "sms-world"]


def test_each_fault_of_routes_is_named(call: Caller) -> None:
    call("PUT", "/gateways/sms", BODY)
    made = {"routes": [{"gateways": ["sms", "sms"]}, {"prefixes": [], "gateways": ["sms-none"]}, {"prefixes": ["+1"], "gateways": ["sms"]},
                       {"prefixes": ["+2", "+1"], "gateways": ["sms"]}]}  # fmt: skip
    faults = {fault["path"]: fault["message"] for fault in call("PUT", "/text-routes", made).json["errors"]}
    assert faults == {
        "routes.0.gateways.1": "stands here twice", "routes.1.gateways.0": "the gateway 'sms-none' is not set up",
        "routes.1.prefixes": "another route has the same", "routes.3.prefixes.1": "another route has the same",
    }  # fmt: skip
    for wrong in ({"routes": [{"gateways": []}]}, {"routes": [{"gateways": ["mail"]}]}, {"patience": 0}, {"route": []},
                  {"routes": [{"prefixes": ["x"], "gateways": ["sms"]}]}):  # fmt: skip
        assert call("PUT", "/text-routes", wrong).status_code == 422, wrong


def test_a_further_gateway_goes_when_nothing_needs_it(call: Caller, app: Flask) -> None:
    for name in ("sms-", "sms-A", "sms-a/b", "smsx", "sms--a", "mail-a"):
        assert call("PUT", f"/gateways/{name}", BODY).status_code == 404, name
    assert call("PUT", "/gateways/sms-a", {"kind": "smtp", "config": {}}).status_code == 422
    call("PUT", "/gateways/sms-a", BODY)
    call("PUT", "/text-routes", {"routes": [{"gateways": ["sms-a"]}]})
    assert call("DELETE", "/gateways/sms-a").status_code == 409
    call("PUT", "/text-routes", {})
    parts: Parts = app.extensions["callweave"]
    store = parts.stores.tenant("main")
    row = row_of(new_id(), SendSms(id="1", to="1", text="hello"), now_micros())
    row.gateway = "sms-a"
    with store.begin() as connection:
        outbox.insert(connection, [row])
        outbox.claim(connection, "sms-a", at=now_micros(), epoch=1, limit=1)
    assert call("DELETE", "/gateways/sms-a").status_code == 409, "it is on its way"
    with store.begin() as connection:
        outbox.end(connection, [outbox.Ending(id=row.id, state="due")], epoch=1, at=now_micros())
    assert call("DELETE", "/gateways/sms-a").status_code == 204
    with store.read() as connection:
        found = outbox.by_command(connection, row.session_id, "1")
    assert found is not None and (found.gateway, found.state) == ("sms", "due")

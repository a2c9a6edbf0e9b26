"""Two tenants: nothing of one can be read, started or named from the other. The table is the API's own list of routes.

Tenant `main` has one of each thing, every one with a word in it that nobody else knows. The other tenant asks every
route there is, with main's ids and names in its path: it sees nothing of main's, and main is as it was.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from designer.parts import Parts
from engine.host import sleeping
from engine.host.programs import Programs
from tests.designer.conftest import Caller

WORD = "only-main-knows"
FLOW = {
    "callweave": 1, "name": WORD, "languages": ["en"], "start": "wait",
    "nodes": {
        "wait": {"type": "wait_for", "config": {"what": "signal", "name": "go"}, "outlets": {"received": "end"}},
        "end": {"type": "end", "config": {"outcome": WORD}},
    },
}  # fmt: skip
OTHERS = FLOW | {"name": "Others", "nodes": {"wait": {"type": "end", "config": {}}}}
TAKES_A_NAME = ("/calendars/", "/record-types/", "/gateways/", "/trunks/", "/numbers/")
"""Things with names that a tenant gives: PUT makes one of its own, whatever the other has of that name."""
UNDER_WAY = ("/sign-out",)


@pytest.fixture(params=["sqlite", "schemas", "databases"])
def database_urls(request: pytest.FixtureRequest) -> Any:
    """On SQLite, and on PostgreSQL by schemas and by databases."""
    if request.param == "sqlite":
        yield {}
        return
    with request.getfixturevalue("postgresql_databases").urls(request.param) as urls:
        yield urls


@pytest.fixture
def mains(app: Flask, call: Caller) -> dict[str, str]:
    """What main has: the values of the routes' parameters."""
    flow = call("POST", "/flows", FLOW).json["id"]
    assert call("POST", f"/flows/{flow}/publish", {"message": WORD}).status_code == 201
    trigger = call("POST", "/triggers", {"kind": "call", "number": "7009", "flow": flow})
    assert trigger.status_code == 201, trigger.text
    asked = {"contact": {"name": WORD}, "record": {"secret": WORD}}
    session = call("POST", f"/flows/{flow}/start", asked).json["session"]
    parts: Parts = app.extensions["callweave"]
    assert sleeping.serve(parts.stores.tenant("main"), Programs("UTC"))
    waiting = call("POST", f"/flows/{flow}/start", asked).json["session"]
    simulated = call("POST", f"/flows/{flow}/simulate", asked)
    assert simulated.status_code == 201, simulated.text
    simulation = simulated.json["simulation"]
    week = {"time_zone": "Asia/Shanghai", "week": {"mon": [["08:00", "12:00"]]}}
    assert call("PUT", "/calendars/shared", week).status_code < 300
    message = call("POST", "/messages", {"to": "13800138000", "text": WORD})
    assert message.status_code == 202, message.text
    listed = {"medium": "sms", "address": "13900139000", "reason": WORD}
    assert call("POST", "/do-not-contact", listed).status_code == 201
    return {
        "message": message.json["id"], "medium": "sms", "address": "13900139000",
        "flow": flow, "trigger": trigger.json["id"], "session": session, "waiting": waiting, "simulation": simulation,
        "name": "shared", "number": "1", "asset": flow, "leg": session, "supervisor": "1", "room": "shared", "letter": session,
        "gateway": "shared", "type": "shared", "recording": session, "bulk": session,
    }  # fmt: skip


def routes(app: Flask) -> list[tuple[str, str]]:
    """Every method and path of the API; parameters stand in angle brackets."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and not rule.rule.startswith(("/api/v1/openapi", "/api/v1/docs")):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", rule.rule.removeprefix("/api/v1"))
            found += [(method, path) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return sorted(set(found))


def filled(path: str, values: dict[str, str]) -> str:
    """The path with the values of its parameters; one that is not known here is main's flow, so that it is noticed."""
    return re.sub(r"<(\w+)>", lambda match: values.get(match[1], values["flow"]), path)


SAYS_WHEN = ("/figures/now", "/flows/<flow>/walked")
BY_THE_HOUR = "/figures"
"""Another hour may have begun meanwhile; what it counts is read by the others."""
MOMENT = re.compile(r'"(?:at|since|until)":"[^"]*",?')


def readings(app: Flask, call: Caller, values: dict[str, str]) -> dict[str, str]:
    """All that a tenant can read, without the moment at which it was read."""
    return {
        path: MOMENT.sub("", answer.get_data(as_text=True)) if path in SAYS_WHEN else answer.get_data(as_text=True)
        for method, path in routes(app)
        if method == "GET" and path != BY_THE_HOUR and (answer := call("GET", filled(path, values))).status_code == 200
    }


def test_nothing_of_a_tenant_is_seen_or_changed_from_another(
    app: Flask, call: Caller, other: Caller, mains: dict[str, str]
) -> None:
    before = readings(app, call, mains)
    assert sum(WORD in text for text in before.values()) >= 8, "the test has things to look for"
    ids = [mains[name] for name in ("flow", "trigger", "session", "waiting", "simulation")]
    for values in (mains, mains | {"session": mains["waiting"]}):
        for method, path in routes(app):
            if path in UNDER_WAY:
                continue
            for body in ({}, OTHERS, {"flow": mains["flow"], "kind": "call", "number": "7009"}, {"name": "go"}):
                asked = filled(path, values)
                answer = other(method, asked, None if method == "GET" else body, If_Match='"1"')
                text = answer.get_data(as_text=True)
                seen = [word for word in (WORD, *ids) if word in text and word not in asked and word not in str(body)]
                assert not seen, f"{method} {asked}: {text[:300]}"
                named = "<" in path and not path.startswith(TAKES_A_NAME)
                if named and not path.startswith(("/node-types", "/simulated-call")):
                    assert answer.status_code >= 400, f"{method} {asked}: {answer.status_code} {text[:300]}"
                if method == "GET":
                    break
    after = readings(app, call, mains)
    changed = {path: after.get(path, "")[:300] for path in before if after.get(path) != before[path]}
    assert not changed and after.keys() == before.keys()


def test_a_flow_of_another_tenant_cannot_be_run_or_started_by_name(
    app: Flask, call: Caller, other: Caller, mains: dict[str, str]
) -> None:
    """A sub-flow, a start by a flow: by the id and by the name of main's flow, out of the other tenant's flow."""
    parts: Parts = app.extensions["callweave"]
    for named in (mains["flow"], WORD):
        for node in ("run_flow", "start_flow"):
            document = {
                "callweave": 1, "name": "Thief", "languages": ["en"], "start": "take",
                "nodes": {
                    "take": {"type": node, "config": {"flow": named}, "outlets": {"failed": "failed"}},
                    "failed": {"type": "end", "config": {"outcome": "failed"}},
                },
            }  # fmt: skip
            flow = other("POST", "/flows", document).json["id"]
            published = other("POST", f"/flows/{flow}/publish", {"message": ""})
            if published.status_code == 422:
                continue
            session = other("POST", f"/flows/{flow}/start", {}).json["session"]
            store = parts.stores.tenant("other")
            while sleeping.serve_batch(store, Programs("UTC")).any:
                pass
            ended = other("GET", f"/sessions/{session}").json
            assert (ended["status"], ended["outcome"]) == ("completed", "failed"), ended
    flows = {each["flow"] for each in call("GET", "/sessions").json["items"]}
    assert flows <= {mains["flow"]}
    assert len(call("GET", "/sessions").json["items"]) == 1, "what main has asked for, and nothing besides"

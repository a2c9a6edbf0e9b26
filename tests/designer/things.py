"""One of most things that an organisation has, made by its API, for requests that shall meet something."""

from __future__ import annotations

from typing import Any

from flask import Flask

from designer.parts import Parts
from engine.host import sleeping
from engine.host.programs import Programs
from engine.store import Store, campaign_members, id_bytes, id_text, new_id
from tests.designer.conftest import Caller
from tests.designer.test_inbound import CONFIG
from tests.designer.test_kept_flows import rows_of
from tests.designer.test_tasks import ASKS

FLOW: dict[str, Any] = {
    "callweave": 1, "name": "Known", "languages": ["en"], "start": "wait",
    "nodes": {
        "wait": {"type": "wait_for", "config": {"what": "signal", "name": "go"}, "outlets": {"received": "end"}},
        "end": {"type": "end", "config": {"outcome": "well"}},
    },
}  # fmt: skip
VISIT = {
    "schema": {"type": "object", "properties": {"visit_no": {"type": "string"}, "mobile": {"type": "string"}}},
    "key": "visit_no", "phone": "mobile", "contact": "visit_no",
}  # fmt: skip


SOURCE = {"kind": "sql", "config": {"database": "postgresql", "host": "his.example", "name": "his"}}
PEOPLE = {"contacts": [{"phone": "13800138000"}]}


def known(app: Flask, call: Caller) -> dict[str, str]:
    """Values of path parameters, by their names in the API's paths; where a name is of two things, behind the path's first word."""
    parts: Parts = app.extensions["callweave"]
    store = parts.stores.tenant("main")
    named = _named(call)
    return named | {"member": _member(store, named["campaign"])} | _left(store, call) | _people(call)


def _member(store: Store, campaign: str) -> str:
    """Somebody whom the campaign's start would put in."""
    identity, of = new_id(), id_bytes(campaign)
    assert of is not None
    one = campaign_members.Member(
        id=identity, campaign_id=of, key="13800138000", place=0, number="13800138000", address="13800138000",
        contact_id=None, contact={"phone": "13800138000"}, record_id=None, record={}, zone="Asia/Shanghai",
        state="waiting", next_at=1, attempts=0, fate=None, why=None, updated_at=1,
    )  # fmt: skip
    with store.begin() as connection:
        campaign_members.add(connection, [one])
    return id_text(identity)


def _people(call: Caller) -> dict[str, str]:
    """Who comes in: a user, a key, a connector."""
    user = _made(call, "POST", "/users", {"login": "li@ward.example", "name": "Li Ming", "role": "designer"})
    key = _made(call, "POST", "/api-keys", {"name": "HIS", "role": "operator"})
    connector = _made(call, "POST", "/connectors", {"name": "ward"})
    return {"user": user["id"], "api-keys/key": key["id"], "connector": connector["id"]}


def _left(store: Store, call: Caller) -> dict[str, str]:
    """What a session leaves: a task, a call, a recording, a message, a fax, a dead letter, a room."""
    flow = _made(call, "POST", "/flows", ASKS)["id"]
    _made(call, "POST", f"/flows/{flow}/publish", {"message": "first"})
    begun = _made(call, "POST", f"/flows/{flow}/start", {"contact": {"name": "Ann", "phone": "13800138000"}})
    sleeping.serve(store, Programs("UTC"))
    contact = _made(call, "GET", "/contacts", None)["items"][0]["id"]
    task = _made(call, "GET", "/tasks", None)["items"][0]["id"]
    rows = rows_of(store, begun["session"], contact)
    return rows | {"contact": contact, "task": task, "action": "lock", "asset": rows["recording"]}


def _named(call: Caller) -> dict[str, str]:
    """What is drawn, planned and named."""
    flow = _made(call, "POST", "/flows", FLOW)["id"]
    _made(call, "POST", f"/flows/{flow}/publish", {"message": "first"})
    trigger = _made(call, "POST", "/triggers", {"kind": "call", "number": "7009", "flow": flow})["id"]
    session = _made(call, "POST", f"/flows/{flow}/start", {"contact": {"name": "A"}, "record": {}})["session"]
    simulation = _made(call, "POST", f"/flows/{flow}/simulate", {"contact": {"name": "A"}})["simulation"]
    _made(call, "PUT", "/calendars/shared", {"time_zone": "Asia/Shanghai", "week": {"mon": [["08:00", "12:00"]]}})
    _made(call, "PUT", "/record-types/visit", VISIT)
    _made(call, "POST", "/records/visit", [{"visit_no": "V1", "mobile": "13800138000"}])
    message = _made(call, "POST", "/messages", {"to": "13800138000", "text": "well"})["id"]
    campaign = _made(call, "POST", "/campaigns", {"name": "Known", "flow": flow, "audience": PEOPLE})["id"]
    rehearsal = _made(call, "POST", "/campaigns/rehearse", {"people": {"count": 5}, "flow": flow})["id"]
    link = _made(call, "POST", f"/flows/{flow}/links", {"name": "board"})["id"]
    _made(call, "PUT", "/lists/shared", PEOPLE)
    _made(call, "POST", "/trunks", {"name": "shared", "host": "sip.telco.example"})
    _made(call, "PUT", "/numbers/1", {})
    _made(call, "PUT", "/gateways/sms", {"kind": "sms_http", "config": CONFIG})
    _made(call, "PUT", "/sources/his", SOURCE)
    _made(call, "POST", "/do-not-contact", {"medium": "sms", "address": "13800138001"})
    bulk = _made(call, "POST", "/sessions/cancel", {"flow": flow})["bulk"]
    return {
        "rehearsal": rehearsal, "link": link, "bulk": bulk, "source": "his", "callback": "texts",
        "revision": "1", "node": "wait", "place": "text", "language": "en", "supervisor": campaign,
        "flow": flow, "trigger": trigger, "session": session, "simulation": simulation, "name": "shared", "type": "visit",
        "record_type": "visit", "key": "V1", "message": message, "campaign": campaign, "number": "1", "version": "1",
        "tenant": "main", "gateway": "sms", "medium": "sms", "address": "13800138001", "kind": "say",
    }  # fmt: skip


def _made(call: Caller, method: str, path: str, body: Any) -> Any:
    answer = call(method, path, body)
    assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
    return answer.json

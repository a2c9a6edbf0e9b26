"""One of most things that an organisation has, made by its API, for requests that shall meet something."""

from __future__ import annotations

from typing import Any

from tests.designer.conftest import Caller

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


def known(call: Caller) -> dict[str, str]:
    """Values of path parameters, by their names in the API's paths."""
    flow = _made(call, "POST", "/flows", FLOW)["id"]
    _made(call, "POST", f"/flows/{flow}/publish", {"message": "first"})
    trigger = _made(call, "POST", "/triggers", {"kind": "call", "number": "7009", "flow": flow})["id"]
    session = _made(call, "POST", f"/flows/{flow}/start", {"contact": {"name": "A"}, "record": {}})["session"]
    simulation = _made(call, "POST", f"/flows/{flow}/simulate", {"contact": {"name": "A"}})["simulation"]
    _made(call, "PUT", "/calendars/shared", {"time_zone": "Asia/Shanghai", "week": {"mon": [["08:00", "12:00"]]}})
    _made(call, "PUT", "/record-types/visit", VISIT)
    _made(call, "POST", "/records/visit", [{"visit_no": "V1", "mobile": "13800138000"}])
    message = _made(call, "POST", "/messages", {"to": "13800138000", "text": "well"})["id"]
    campaign = _made(call, "POST", "/campaigns", {
        "name": "Known", "flow": flow, "audience": {"contacts": [{"phone": "13800138000"}]},
    })["id"]  # fmt: skip
    return {
        "flow": flow, "trigger": trigger, "session": session, "simulation": simulation, "name": "shared", "type": "visit",
        "record_type": "visit", "key": "V1", "message": message, "campaign": campaign, "number": "1", "version": "1",
        "tenant": "main", "gateway": "sms", "medium": "sms", "address": "13800138000", "kind": "say",
    }  # fmt: skip


def _made(call: Caller, method: str, path: str, body: Any) -> Any:
    answer = call(method, path, body)
    assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
    return answer.json

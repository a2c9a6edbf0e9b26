"""Triggers in a whole copy: a visit comes in, its patient is called the day before, misses it, and calls back."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import StartCopy
from tests.product_api import PATIENCE, Api

PATIENT = "13800138000"
REMINDS: dict[str, Any] = {
    "callweave": 1, "name": "Visit tomorrow", "languages": ["en"], "record_type": "visit", "start": "call",
    "nodes": {
        "call": {
            "type": "call", "config": {"to": "{{ contact.phone }}", "ring_seconds": 2},
            "outlets": {"answered": "say", "no_answer": "back", "busy": "back", "machine": "back", "failed": "back"},
        },
        "back": {"type": "wait_for", "config": {"what": "call", "timeout": "2d"}, "outlets": {"received": "take"}},
        "take": {"type": "answer", "outlets": {"done": "say"}},
        "say": {"type": "say", "config": {"prompt": "You come at {{ record.visit_at }}."}, "outlets": {"done": "end"}},
        "end": {"type": "end", "config": {"outcome": "{{ results.call.outlet }}, then {{ call.direction }}"}},
    },
}  # fmt: skip
VISIT = {
    "schema": {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("visit_no", "patient_no", "mobile", "visit_at", "state")},
    },
    "key": "visit_no", "phone": "mobile", "contact": "patient_no",
}  # fmt: skip


@pytest.fixture(scope="module")
def api(running_copy: StartCopy) -> Api:
    return Api(running_copy("simulated"))


def waits(api: Api, flow: str, node: str, count: int = 1) -> list[dict[str, Any]]:
    """The sessions of a flow once so many stand at a node."""
    until = time.monotonic() + PATIENCE
    while True:
        rows = [row for row in api.everything(f"/sessions?flow={flow}") if row["node"] == node]
        if len(rows) >= count:
            return rows
        assert time.monotonic() < until, api.everything(f"/sessions?flow={flow}")
        time.sleep(0.1)


def test_called_the_day_before_and_called_back(api: Api) -> None:
    api("PUT", "/record-types/visit", VISIT)
    flow = api("POST", "/flows", REMINDS)["id"]
    api("POST", f"/flows/{flow}/publish", {"message": "for a test"})
    api("POST", "/triggers", {"kind": "missed_call", "number": "7391", "flow": flow})
    trigger = api("POST", "/triggers", {
        "kind": "date", "flow": flow, "record_type": "visit", "field": "visit_at", "offset": "-1d",
        "cancel_when": "record.state == 'S15'",
    })  # fmt: skip
    api("PUT", f"/simulated-callees/{PATIENT}", {"fate": "no_answer"})
    api("PUT", "/simulated-callees/13800138001", {"fate": "no_answer"})
    visit_at = (datetime.now(UTC) + timedelta(days=1, seconds=2)).isoformat()
    rows = [
        {"visit_no": "V1", "patient_no": "P1", "mobile": PATIENT, "visit_at": visit_at},
        {"visit_no": "V2", "patient_no": "P2", "mobile": "13800138001", "visit_at": visit_at},
    ]
    assert api("POST", "/records/visit", rows)["sessions"] == 0
    planned = api.everything(f"/triggers/{trigger['id']}/plans")
    assert [row["record"] for row in planned] == ["V1", "V2"]

    waiting = waits(api, flow, "back", 2)
    moment = datetime.fromisoformat(planned[0]["moment"])
    assert all(datetime.fromisoformat(row["started_at"]) >= moment for row in waiting), "never early"
    assert api("POST", "/records/visit", rows)["unchanged"] == 2

    api("POST", "/records/visit", rows[1] | {"state": "S15"})
    api("POST", "/simulated-calls", {"number": "7391", "caller": PATIENT})
    ended = {row["status"]: row for row in api.ended_sessions(flow, 2)}
    assert set(ended) == {"completed", "cancelled"}
    assert ended["completed"]["outcome"] == "no_answer, then in"
    assert len(api.everything(f"/sessions?flow={flow}")) == 2, "nobody was called twice, and nothing began anew"
    fates = {row["record"]: row["fate"] for row in api.everything(f"/triggers/{trigger['id']}/plans?due=false")}
    assert fates == {"V1": "started", "V2": "started"}

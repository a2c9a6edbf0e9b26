"""A signal by the API wakes the session that waits for it."""

from __future__ import annotations

from typing import Any

from flask import Flask

from engine.host import sleeping
from engine.host.programs import Programs
from tests.designer.conftest import Caller

WAITING: dict[str, Any] = {
    "callweave": 1, "name": "Waits for the lab", "languages": ["en"], "start": "wait",
    "nodes": {
        "wait": {"type": "wait_for", "config": {"what": "signal", "name": "lab", "timeout": "1d"}, "outlets": {"received": "done", "timed_out": "late"}},
        "done": {"type": "end", "config": {"outcome": "{{ results.wait.value.value }}"}},
        "late": {"type": "end", "config": {"outcome": "late"}},
    },
}  # fmt: skip


def test_a_signal_wakes_the_session_that_waits_for_it(app: Flask, call: Caller) -> None:
    flow = call("POST", "/flows", WAITING).json["id"]
    assert call("POST", f"/flows/{flow}/publish", {"message": "first"}).status_code == 201
    session = call("POST", f"/flows/{flow}/start", {"contact": {}}).json["session"]
    store, programs = app.extensions["callweave"].stores.tenant("main"), Programs("UTC")
    sleeping.serve(store, programs)
    assert call("GET", f"/sessions/{session}").json["node"] == "wait"
    assert call("POST", f"/sessions/{session}/signal", {"name": "canteen"}).status_code == 202
    sleeping.serve(store, programs)
    assert call("GET", f"/sessions/{session}").json["status"] == "waiting", "another name is not for it"
    assert call("POST", f"/sessions/{session}/signal", {"name": "lab", "data": {"value": "5.4"}}).status_code == 202
    sleeping.serve(store, programs)
    ended = call("GET", f"/sessions/{session}").json
    assert (ended["status"], ended["outcome"]) == ("completed", "5.4")
    assert call("POST", f"/sessions/{session}/signal", {"name": "lab"}).status_code == 409


def test_a_signal_needs_a_name(call: Caller, app: Flask) -> None:
    answer = call("POST", "/sessions/00000000-0000-7000-8000-000000000000/signal", {"data": {}})
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json["errors"]] == ["name"]

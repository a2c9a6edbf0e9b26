"""What waits for a person: listed, decided once, with its form; withdrawn when its time is over."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from engine.host import sleeping
from engine.host.programs import Programs
from engine.store import Store, dead_letters
from tests.designer.conftest import Caller

ASKS: dict[str, Any] = {
    "callweave": 1, "name": "Call back", "languages": ["en"], "start": "ask",
    "nodes": {
        "ask": {
            "type": "task", "outlets": {"yes": "called", "no": "left", "timed_out": "late"},
            "config": {
                "title": "Call {{ contact.name }} back", "role": "nurse", "due": "2d",
                "decisions": [{"label": "Called", "id": "yes"}, {"label": "Not needed", "id": "no"}],
                "form": [{"name": "note", "label": "What was said", "required": True}, {"name": "minutes", "type": "whole_number"}],
            },
        },
        "called": {"type": "end", "config": {"outcome": "{{ results.ask.form.note }}"}},
        "left": {"type": "end", "config": {"outcome": "left"}},
        "late": {"type": "end", "config": {"outcome": "late"}},
    },
}  # fmt: skip


@pytest.fixture
def store(app: Flask) -> Store:
    found: Store = app.extensions["callweave"].stores.tenant("main")
    return found


@pytest.fixture
def session(call: Caller, store: Store) -> str:
    flow = call("POST", "/flows", ASKS).json["id"]  # type: ignore[index]
    assert call("POST", f"/flows/{flow}/publish", {"message": "first"}).status_code == 201
    made: str = call("POST", f"/flows/{flow}/start", {"contact": {"name": "Ann", "phone": "13800138000"}}).json["session"]  # type: ignore[index]
    sleeping.serve(store, Programs("UTC"))
    return made


def test_a_task_is_decided_once_and_its_session_goes_on(call: Caller, other: Caller, session: str, store: Store) -> None:
    [task] = call("GET", "/tasks?role=nurse").json["items"]
    assert (task["title"], task["state"], task["session"], task["node"]) == ("Call Ann back", "open", session, "ask")
    assert [each["label"] for each in task["decisions"]] == ["Called", "Not needed"]
    assert task["contact"]["phone"] == "13800138000" and task["due_at"] > task["created_at"]
    assert call("GET", "/tasks?role=doctor").json["items"] == []
    assert other("GET", f"/tasks/{task['id']}").status_code == 404

    wrong = call("POST", f"/tasks/{task['id']}/decide", {"decision": "maybe", "form": {"minutes": "x", "odd": 1}})
    assert wrong.status_code == 422
    assert {each["path"] for each in wrong.json["errors"]} == {"decision", "form.note", "form.minutes", "form.odd"}
    right = {"decision": "yes", "form": {"note": "comes", "minutes": 3}}
    assert other("POST", f"/tasks/{task['id']}/decide", right).status_code == 404
    decided = call("POST", f"/tasks/{task['id']}/decide", right)
    assert decided.status_code == 202 and decided.json["decision"] == "yes" and decided.json["decided_by"]
    assert call("POST", f"/tasks/{task['id']}/decide", right).status_code == 409
    sleeping.serve(store, Programs("UTC"))
    ended = call("GET", f"/sessions/{session}").json
    assert (ended["status"], ended["outcome"]) == ("completed", "comes")
    assert ended["results"]["ask"]["value"] == "yes" and ended["results"]["ask"]["form"]["minutes"] == 3
    assert call("GET", "/tasks").json["items"] == []
    assert [each["id"] for each in call("GET", "/tasks?state=decided").json["items"]] == [task["id"]]


def test_who_is_not_waited_for_any_more_cannot_decide(call: Caller, session: str, store: Store) -> None:
    [task] = call("GET", "/tasks").json["items"]
    call("POST", f"/sessions/{session}/cancel", {"reason": "moved away"})
    sleeping.serve(store, Programs("UTC"))
    assert call("GET", "/tasks").json["items"] == []
    assert call("GET", f"/tasks/{task['id']}").json["state"] == "withdrawn"
    assert call("POST", f"/tasks/{task['id']}/decide", {"decision": "no", "form": {"note": "-"}}).status_code == 409


@pytest.mark.usefixtures("session")
def test_a_task_is_nothing_that_waits_at_a_gateway(store: Store) -> None:
    with store.read() as connection:
        assert dead_letters.depths(connection) == []


def test_a_session_is_found_by_what_people_know_of_it(call: Caller, other: Caller, session: str) -> None:
    for written in ("138 0013-8000", "+8613800138000", session):
        assert call("GET", f"/sessions?search={written.replace('+', '%2B')}").status_code == 200
    assert [each["id"] for each in call("GET", f"/sessions?search={session}").json["items"]] == [session]
    assert other("GET", f"/sessions?search={session}").json["items"] == []
    assert call("GET", "/sessions?search=13900000000").json["items"] == []
    call("POST", f"/sessions/{session}/cancel", {"reason": "moved away"})
    assert call("GET", "/sessions?outcome=nothing").json["items"] == []

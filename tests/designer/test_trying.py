"""Scenarios of a draft, all played at once; and the draft called for real, beside what is live."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from engine.store import id_bytes, id_text, inbox, trials

Caller = Callable[..., Any]
Make = Callable[..., dict[str, Any]]

NODES = {
    "pick_up": {"type": "answer", "outlets": {"done": "ask"}},
    "ask": {
        "type": "menu", "outlets": {"1": "good", "2": "bad", "failed": "bad"},
        "config": {"prompt": "Press 1 or 2.", "choices": [{"key": "1", "label": "One"}, {"key": "2", "label": "Two"}]},
    },
    "good": {"type": "end", "config": {"outcome": "good"}},
    "bad": {"type": "end", "config": {"outcome": "bad"}},
}  # fmt: skip
CALLED = [{"event": {"type": "call_offered"}}, {"event": {"type": "call_answered"}}]


def scenario(name: str, digits: str, outcome: str) -> dict[str, Any]:
    pressed = {"event": {"type": "digits_gathered", "digits": digits}, "expect": {"outcome": outcome}}
    return {"name": name, "at": "2026-11-24T09:00:00+08:00", "steps": [*CALLED, pressed]}


def test_every_scenario_of_a_draft_is_played_with_what_it_covers(call: Caller, document: Make) -> None:
    scenarios = [scenario("one", "1", "good"), scenario("wrong", "1", "bad"), {"name": "none", "steps": []}]
    flow = call("POST", "/flows", document(start="pick_up", nodes=NODES, scenarios=scenarios)).json["id"]
    run = call("POST", f"/flows/{flow}/scenarios/run", {}).json
    assert [(one["name"], one["passed"]) for one in run["results"]] == [("one", True), ("wrong", False), ("none", False)]
    assert run["results"][0]["walked"][-1] == {"node": "good", "outlet": None}
    assert run["results"][1]["failures"] == [{"step": 2, "path": "outcome", "expected": "bad", "actual": "good"}]
    assert "steps" in run["results"][2]["error"]
    rows = {row["node"]: row for row in run["coverage"]["rows"]}
    assert (rows["bad"]["walked"], rows["good"]["walked"]) == (0, 2)
    assert {"2", "failed", "no_input"} <= set(rows["ask"]["missing"])
    assert run["coverage"]["nodes"] == [3, 4]


def test_a_draft_with_faults_plays_no_scenario_and_calls_nobody(call: Caller, document: Make) -> None:
    broken = document(nodes={"greet": {"type": "say", "config": {}, "outlets": {"done": "nowhere"}}})
    flow = call("POST", "/flows", broken).json["id"]
    for path, body in (("scenarios/run", {}), ("trial", {"phone": "13800000000"})):
        refused = call("POST", f"/flows/{flow}/{path}", body)
        assert refused.status_code == 422
        assert "nodes.greet.outlets.done" in {fault["path"] for fault in refused.json["errors"]}


def test_a_draft_is_called_beside_what_is_live(app: Flask, call: Caller, document: Make) -> None:
    flow = call("POST", "/flows", document(name="Bell", start="pick_up", nodes=NODES)).json["id"]
    listed = call("GET", "/flows").json["items"]
    body = {"phone": "13800000000", "contact": {"phone": "1", "name": "Li"}, "record": {"ward": "cardio"}}
    started = call("POST", f"/flows/{flow}/trial", body)
    assert started.status_code == 202, started.json
    assert call("POST", f"/flows/{flow}/trial", body).status_code == 202
    written = id_bytes(flow)
    assert written is not None
    trial = trials.trial_id(written)
    with app.extensions["callweave"].stores.tenant("main").read() as connection:
        first, second = inbox.pending_starts(connection)
    assert (first.flow_id, first.version, second.version) == (trial, 1, 1), "the same draft is the same version"
    assert (first.contact, first.record) == ({"phone": "13800000000", "name": "Li"}, {"ward": "cardio"})
    shown = call("GET", f"/flows/{id_text(trial)}").json
    assert (shown["state"], shown["name"]) == ("trial", "Bell (draft)")
    version = call("GET", f"/flows/{id_text(trial)}/versions/1").json["document"]
    assert version["nodes"][version["start"]]["type"] == "call", "who calls in otherwise is called here"
    assert version["nodes"][version["start"]]["outlets"] == {"answered": "pick_up"}
    assert call("GET", "/flows").json["items"] == listed, "neither listed, nor live, nor published"
    changed = document(name="Bell", nodes=NODES | {"more": NODES["good"]}, start="pick_up")
    call("PUT", f"/flows/{flow}/draft", changed, If_Match="*")
    call("POST", f"/flows/{flow}/trial", body)
    with app.extensions["callweave"].stores.tenant("main").read() as connection:
        assert [start.version for start in inbox.pending_starts(connection)] == [1, 1, 2]


def test_a_browser_is_called_by_its_name_where_there_is_an_asterisk(app: Flask, call: Caller, document: Make) -> None:
    flow = call("POST", "/flows", document(name="Bell", start="pick_up", nodes=NODES)).json["id"]
    name = f"browser-{'0a' * 16}"
    assert call("POST", f"/flows/{flow}/trial", {"phone": name}).status_code == 202
    assert call("POST", f"/flows/{flow}/trial", {"phone": f"{name}0"}).status_code == 422
    refused = call("POST", "/browser-phones", {})
    assert (refused.status_code, refused.json["detail"]) == (409, "Only an Asterisk of this machine can call a browser.")

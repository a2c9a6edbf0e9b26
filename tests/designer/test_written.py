"""The flows of tests/flows/written over HTTP: kept, published, and played in the simulator as their scenarios say."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.designer.conftest import KEY
from tests.designer.test_assets import clip
from tests.flows.test_written import WRITTEN, flow

Caller = Callable[..., Any]
Make = Callable[..., dict[str, Any]]
RECORDINGS = ("advice_intro", "quiet_piano")
"""The recordings that one of the flows plays."""


def played(call: Caller, identity: str, scenario: dict[str, Any]) -> list[dict[str, Any]]:
    """A scenario's steps done in the simulator; what came of each."""
    begin = {key: scenario[key] for key in ("contact", "record", "at", "mocks") if key in scenario}
    first, *rest = scenario["steps"]
    if first.get("event", {}).get("type") == "call_offered":
        begin["event"] = first["event"]
    made = call("POST", f"/flows/{identity}/simulate", begin)
    assert made.status_code == 201, made.json
    turns = [made.json["turn"]]
    if "advance_clock" in first:
        rest = scenario["steps"]
    for step in rest:
        body = {key: step[key] for key in ("event", "advance_clock") if key in step}
        taken = call("POST", f"/simulations/{made.json['simulation']}", body)
        assert taken.status_code == 200, taken.json
        turns.append(taken.json["turn"])
    return turns


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_it_is_published_and_simulated(app: Flask, call: Caller, document: Make, path: Path) -> None:
    drawn = flow(path)
    scenario = drawn["scenarios"][0]
    for name, calendar in scenario.get("calendars", {}).items():
        assert call("PUT", f"/calendars/{name}", calendar).status_code == 201
    for named in ({"name": "Call back"}, *scenario.get("flows", {}).values()):
        other = call("POST", "/flows", document(**named)).json
        assert call("POST", f"/flows/{other['id']}/publish", {}).status_code == 201
    for name in RECORDINGS if path.stem == "preparation_advice" else ():
        given = {"name": name, "kind": "audio", "file": (BytesIO(clip()), f"{name}.wav")}
        sent = app.test_client().post("/api/v1/assets", data=given, headers={"Authorization": f"Bearer {KEY}"})
        assert sent.status_code == 201, sent.json
    saved = call("POST", "/flows", drawn).json
    unheard = [fault for fault in saved["warnings"] if "no recognizer understands" in fault["message"]]
    assert (saved["errors"], [fault for fault in saved["warnings"] if fault not in unheard]) == ([], [])
    assert not unheard or path.stem == "preparation_advice", "a phrase in Chinese needs a recognizer of one's own"
    assert call("POST", f"/flows/{saved['id']}/publish", {"message": "first"}).status_code == 201
    turns = played(call, saved["id"], scenario)
    wanted = scenario["steps"][-1]["expect"]
    assert {key: turns[-1][key] for key in ("status", "outcome")} == {key: wanted[key] for key in ("status", "outcome")}

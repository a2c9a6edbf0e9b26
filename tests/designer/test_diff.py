"""What has changed between versions and the draft, and the mends that faults carry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Caller = Callable[..., Any]
Make = Callable[..., dict[str, Any]]


def test_versions_and_the_draft(call: Caller, document: Make) -> None:
    made = call("POST", "/flows", document(name="One"))
    path = f"/flows/{made.json['id']}"
    assert call("GET", f"{path}/diff").json["changes"] != []
    assert call("POST", f"{path}/publish", {"message": "first"}).status_code == 201
    assert call("GET", f"{path}/diff").json == {"changes": []}
    saved = call("PUT", f"{path}/draft", document(name="Two"), **{"If-Match": made.headers["ETag"]})
    assert saved.status_code == 200
    (change,) = call("GET", f"{path}/diff").json["changes"]
    assert change == {
        "kind": "document", "path": "name", "node": None, "before": "One", "after": "Two", "message": "name is 'Two' now (was 'One')",
    }  # fmt: skip
    assert call("GET", f"{path}/diff?from=1&to=draft").json["changes"] == [change]
    assert call("GET", f"{path}/diff?from=draft&to=1").json["changes"][0]["after"] == "One"
    assert call("GET", f"{path}/diff?from=1&to=2").status_code == 404
    assert call("GET", f"{path}/diff?from=soon").status_code == 422


def test_a_fault_says_how_it_is_mended(call: Caller, document: Make) -> None:
    nodes = {"bye": {"type": "end", "config": {"outcome": "{{ recod.name }}"}, "outlets": {}}}
    (fault,) = call("POST", "/flows/check", document(start="bye", nodes=nodes)).json["errors"]
    assert fault == {
        "path": "nodes.bye.config.outcome",
        "message": "there is no name 'recod.name' in a template",
        "mend": {
            "kind": "rename",
            "label": "Write record.name instead",
            "data": {"path": "nodes.bye.config.outcome", "from": "recod.name", "to": "record.name"},
        },
    }


def test_a_sub_flow_that_is_missing_or_comes_back(call: Caller, document: Make) -> None:
    def running(name: str, flow: str, **inputs: str) -> dict[str, Any]:
        run = {
            "type": "run_flow",
            "config": {"flow": flow, "inputs": inputs},
            "outlets": {"completed": "over", "failed": "over"},
        }
        return document(name=name, start="run", nodes={"run": run, "over": {"type": "end", "outlets": {}}})

    def errors(answer: Any) -> list[str]:
        return [f"{fault['path']}: {fault['message']}" for fault in answer.json["errors"]]

    missing = call("POST", "/flows", running("Parent", "Child", ward="x"))
    assert errors(missing) == ["nodes.run.config.flow: there is no flow 'Child'"]
    assert call("POST", f"/flows/{missing.json['id']}/publish", {}).status_code == 422
    told = {"over": {"type": "end", "config": {"outcome": "{{ vars.ward }}"}, "outlets": {}}}
    child = call("POST", "/flows", document(name="Child", start="over", nodes=told))
    assert (child.json["errors"], child.json["warnings"]) == ([], [])
    assert call("POST", f"/flows/{missing.json['id']}/publish", {}).status_code == 201
    back = call("POST", "/flows/check", running("Child", missing.json["id"]))
    assert errors(back) == ["nodes.run.config.flow: the flow would run itself: Child → Parent → Child"]

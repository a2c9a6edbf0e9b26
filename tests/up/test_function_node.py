"""A function node through the whole product: engine, outbox, worker, a process of its own, inbox, and the end."""

from __future__ import annotations

from engine.host.settings import PROJECT
from tests.conftest import StartCopy
from tests.product_api import Api

FLOW = {
    "callweave": 1, "name": "Index", "languages": ["en"], "start": "work_out", "nodes": {
        "work_out": {
            "type": "body_mass_index", "config": {"weight": "{{ record.weight }}", "height": "175"},
            "outlets": {"done": "end", "high": "end", "failed": "lost"},
        },
        "end": {"type": "end", "config": {"outcome": "{{ results.work_out.value }}"}, "outlets": {}},
        "lost": {"type": "end", "config": {"outcome": "{{ results.work_out.reason }}"}, "outlets": {}},
    },
}  # fmt: skip


def test_a_function_node_is_carried_out_by_a_worker(running_copy: StartCopy) -> None:
    api = Api(running_copy("simulated", CALLWEAVE_NODES=str(PROJECT / "examples" / "nodes")))
    flow = api("POST", "/flows", FLOW)["id"]
    api("POST", f"/flows/{flow}/publish", {"message": ""})
    for weight in (70, "much"):
        api("POST", f"/flows/{flow}/start", {"record": {"weight": weight}})
    # the one that fails is tried again with pauses, each time in a process of its own
    outcomes = {session["outcome"] for session in api.ended_sessions(flow, 2, patience=90)}
    assert outcomes == {"22.9", "ValueError: could not convert string to float: 'much'"}

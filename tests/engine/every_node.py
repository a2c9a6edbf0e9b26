"""A sound flow with a node of every type in it, for tests that spoil or walk whatever there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.flow import check
from engine.nodes import registry
from tests.scenario_files import cases_in

SCENARIOS = Path(__file__).parents[1] / "nodes"


def flows_of_every_node() -> list[dict[str, Any]]:
    """For each node type the flow of its first scenario whose config is sound."""
    return [flow for word in registry() if (flow := _flow(word)) is not None]


def _flow(word: str) -> dict[str, Any] | None:
    for path in sorted((SCENARIOS / word).glob("*.yaml")):
        for scenario in cases_in(path):
            node = scenario["node"]
            flow = {
                "callweave": 1, "name": word, "languages": list(scenario.get("languages", ["en"])), "start": "subject",
                "nodes": {"subject": {**node, "name": "Subject", "at": [0, 0], "outlets": {}}, "stop": {"type": "end"}},
            }  # fmt: skip
            report = check(flow, registry())
            flow["nodes"]["subject"]["outlets"] = {outlet.id: "stop" for outlet in report.nodes["subject"].outlets}
            if not check(flow, registry()).errors:
                return flow
    return None

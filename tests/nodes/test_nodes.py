"""Every node type by its scenarios; a type or an outlet without one fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.flow import compile_flow
from engine.nodes import registry
from engine.scenarios import Scenario, play, read_scenario
from tests.scenario_files import cases_in

HERE = Path(__file__).parent
UNTAKEN = {("hang_up", "hung_up")}
"""Outlets that a node has by the rule for its kind, and that are taken only where a node before it lost the caller."""


def scenarios(node_type: str) -> Iterator[Scenario]:
    for path in sorted((HERE / node_type).glob("*.yaml")):
        for data in cases_in(path):
            yield read_scenario(data)


def cases() -> list[Any]:
    return [
        pytest.param(scenario, id=f"{node_type}: {scenario.name}")
        for node_type in registry()
        for scenario in scenarios(node_type)
    ]


@pytest.mark.parametrize("scenario", cases())
def test_scenario(scenario: Scenario) -> None:
    played = play(compile_flow(scenario.document), scenario)
    assert [str(failure) for failure in played.failures] == []


@pytest.mark.parametrize("node_type", registry())
def test_every_outlet_has_a_scenario(node_type: str) -> None:
    known, walked = set(), set()
    for scenario in scenarios(node_type):
        assert scenario.node is not None
        assert scenario.node["type"] == node_type
        program = compile_flow(scenario.document)
        known |= {outlet.id for outlet in program.places["subject"].node.all_outlets()}
        walked |= {step.outlet for step in play(program, scenario).walked if step.node == "subject"}
    missing = {outlet for outlet in known - walked if (node_type, outlet) not in UNTAKEN}
    assert walked, f"{node_type} has no scenario in tests/nodes/{node_type}/"
    assert not missing, f"no scenario leaves {node_type} by {missing}"

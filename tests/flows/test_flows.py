"""Whole flows by their scenarios: those in the examples, and those in files beside this one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from designer.examples import flow_files
from engine.flow import canonical, check, compile_flow
from engine.nodes import registry
from engine.scenarios import play, read_scenario

EXAMPLES = flow_files()


def document(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def cases() -> list[Any]:
    return [
        pytest.param(path, number, id=f"{path.stem}: {scenario['name']}")
        for path in EXAMPLES
        for number, scenario in enumerate(document(path)["scenarios"])
    ]


@pytest.mark.parametrize(("path", "number"), cases())
def test_scenario(path: Path, number: int) -> None:
    flow = document(path)
    played = play(compile_flow(flow), read_scenario(flow["scenarios"][number]))
    assert [str(failure) for failure in played.failures] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_sound_and_canonical(path: Path) -> None:
    flow = document(path)
    report = check(flow, registry())
    assert (report.errors, report.warnings) == ([], [])
    assert canonical(flow) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_node_of_an_example_is_walked_by_a_scenario(path: Path) -> None:
    flow = document(path)
    program = compile_flow(flow)
    walked = {step.node for data in flow["scenarios"] for step in play(program, read_scenario(data)).walked}
    assert set(flow["nodes"]) - walked == set()

"""`/flows/{id}/scenarios/run`: every scenario of a draft is played, and it is told what they walked and what not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response
from pydantic import BaseModel

from designer.access.identity import store
from designer.access.rights import needs
from designer.api.flows import FlowPath
from designer.api.replies import reply, resource
from designer.parts import parts
from designer.problems import Problem
from designer.subflows import NotedLibrary
from designer.tried import document_of, program_of
from engine.flow import FlowErrors, Program
from engine.scenarios import Played, ScenarioError, play, read_scenario
from engine.scenarios.coverage import coverage
from engine.wire import plain

api = resource("scenario_runs", 404)
MOST = 300
"""Scenarios that one request plays."""


class FailureShape(BaseModel):
    step: int
    path: str
    expected: Any
    actual: Any


class PathShape(BaseModel):
    node: str
    outlet: str | None


class PlayedShape(BaseModel):
    name: str
    passed: bool
    error: str
    failures: list[FailureShape]
    walked: list[PathShape]


class CoveredShape(BaseModel):
    node: str
    walked: int
    outlets: list[str]
    missing: list[str]


class CoverageShape(BaseModel):
    nodes: list[int]
    outlets: list[int]
    rows: list[CoveredShape]


class ScenarioRunShape(BaseModel):
    results: list[PlayedShape]
    coverage: CoverageShape


@api.post("/flows/<flow>/scenarios/run", responses={200: ScenarioRunShape})
@needs("flows.try")
def run_scenarios(path: FlowPath) -> Response:
    """Play the draft's scenarios, each by itself; 422 with every fault if it cannot run."""
    document = document_of(path.id)
    program = program_of(document, NotedLibrary(parts(), store()), is_draft=True)
    scenarios = document.get("scenarios", [])
    if len(scenarios) > MOST:
        raise Problem(422, "At most {limit} scenarios are played at a time.", {"limit": MOST})
    results, walked = [], []
    for number, data in enumerate(scenarios):
        played, error = _played(program, data)
        walked.extend(played.walked)
        results.append({
            "name": str(data.get("name", number)) if isinstance(data, dict) else str(number),
            "passed": not error and not played.failures, "error": error, "failures": list(_failures(played)),
            "walked": [{"node": step.node, "outlet": step.outlet} for step in played.walked],
        })  # fmt: skip
    found = coverage(program, walked)
    rows = [
        {"node": row.node, "walked": row.walked, "outlets": row.outlets, "missing": row.missing} for row in found.rows
    ]
    return reply({"results": results, "coverage": {"nodes": found.nodes, "outlets": found.outlets, "rows": rows}})


def _played(program: Program, data: Any) -> tuple[Played, str]:
    """What came of one, and why it could not be played."""
    try:
        if not isinstance(data, dict):
            raise ScenarioError(f"must be an object (is {data!r})")
        return play(program, read_scenario(data)), ""
    except (ScenarioError, FlowErrors) as error:
        return Played(), str(error)


def _failures(played: Played) -> Iterator[dict[str, Any]]:
    for failure in played.failures:
        yield {
            "step": failure.step, "path": failure.path, "expected": plain(failure.expected),
            "actual": plain(failure.actual),
        }  # fmt: skip

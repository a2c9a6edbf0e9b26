"""A piece of a flow made a sub-flow is walked as before: the designer's own extraction, over the examples and their scenarios.

What the editor does in TypeScript is run by Node and walked by the engine: each step's commands (what is said, asked and
sent), the end of the session, and the results of what stayed outside must be the same with the piece and with the sub-flow.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from designer.examples import flow_files
from engine.flow import check, compile_flow
from engine.host.settings import PROJECT
from engine.nodes import registry
from engine.scenarios import play, read_scenario
from tests.needs import absent

FRONTEND = PROJECT / "frontend"
MOST_NODES = 4
"""The largest piece that is tried; what goes wrong, goes wrong with small ones."""
EVERY = int(os.environ.get("CALLWEAVE_EVERY_PIECE", "29"))
"""Of all pieces each so-manieth is tried; by hand `CALLWEAVE_EVERY_PIECE=1` tries them all, which takes minutes."""
WALKS = 2 if EVERY > 1 else 99
Document = dict[str, Any]


def pieces(document: Document) -> Iterator[list[str]]:
    """Each node alone, and with what comes next after it, up to so many."""
    for first in document["nodes"]:
        piece = [first]
        for id in piece:
            targets = document["nodes"][id].get("outlets", {}).values()
            piece += [target for target in dict.fromkeys(targets) if target not in piece]
        for size in range(1, min(len(piece), MOST_NODES) + 1):
            yield piece[:size]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Pieces of every example, each with the two flows that the designer makes of it."""
    bundler, node = FRONTEND / "node_modules" / ".bin" / "rolldown", shutil.which("node")
    if node is None or not bundler.exists():
        absent("the front end is not installed: make install")
    code = tmp_path_factory.mktemp("extraction") / "subflow.mjs"
    source = FRONTEND / "src" / "drawing" / "subflow.ts"
    subprocess.run([bundler, source, "--format", "esm", "-o", code], cwd=FRONTEND, check=True, capture_output=True)
    asked = []
    for path in flow_files():
        document = json.loads(path.read_text(encoding="utf-8"))
        outlets = {
            id: [one.id for one in place.node.all_outlets()] for id, place in compile_flow(document).places.items()
        }
        asked += [{"document": document, "ids": ids, "outlets": outlets} for ids in pieces(document)]
    asked = asked[::EVERY]
    command = [node, str(Path(__file__).with_name("subflows.mjs")), code.as_uri()]
    answer = subprocess.run(command, input=json.dumps(asked), check=True, capture_output=True, text=True)
    made = zip(asked, json.loads(answer.stdout), strict=True)
    return [case | split for case, split in made if "sub" in split]


def told(document: Document, scenario: Document, outside: set[str]) -> tuple[list[Any], set[str]]:
    """What the world sees of each step, in the end what the nodes outside have found out; and the nodes that were walked."""
    asked = dict.fromkeys(("commands", "status", "outcome"))
    steps = [step | {"expect": asked} for step in scenario["steps"]]
    steps[-1] = steps[-1] | {"expect": asked | {"results": None}}
    played = play(compile_flow(document), read_scenario(scenario | {"steps": steps}))
    ended = any(failure.path == "outcome" for failure in played.failures)
    seen = []
    for failure in played.failures:
        actual = failure.actual
        if failure.path == "results":
            if not ended:  # in the midst of a sub-flow its own results are at hand
                continue
            actual = {id: result for id, result in actual.items() if id in outside}
        seen.append((failure.step, failure.path, actual))
    return seen, {step.node for step in played.walked}


def test_the_walk_is_the_same_with_the_piece_and_with_the_sub_flow(cases: list[dict[str, Any]]) -> None:
    wrong, walked = [], 0
    for case in cases:
        document, main, inside = case["document"], case["main"], set(case["ids"])
        outside = set(document["nodes"]) - inside
        for scenario in document["scenarios"][:WALKS]:
            before, nodes = told(document, scenario, outside)
            if not inside & nodes:
                continue
            walked += 1
            flows = scenario.get("flows", {}) | {"Piece": case["sub"]}
            after, _ = told(main, scenario | {"flows": flows}, outside)
            if before != after:
                wrong.append((document["name"], case["ids"], scenario["name"], before, after))
    assert walked > 8
    assert wrong == []


def test_both_flows_are_sound(cases: list[dict[str, Any]]) -> None:
    wrong = []
    for case in cases:
        for made in (case["sub"], case["main"]):
            if errors := check(made, registry()).errors:
                wrong.append((case["document"]["name"], case["ids"], made["name"], errors))
    assert wrong == []

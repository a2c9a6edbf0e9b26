"""`callweave flow check|test|diff|merge`: what is printed, and by which status it ends (CONTRACT §4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from callweave.cli import app
from engine.flow import canonical

FLOW: dict[str, Any] = {
    "callweave": 1, "name": "Ask", "languages": ["en"], "start": "ask",
    "nodes": {
        "ask": {
            "type": "menu", "config": {"prompt": "1 or 2", "choices": [{"key": "1", "label": "one"}], "tries": 1},
            "outlets": {"1": "stop", "no_input": "stop", "no_match": "stop"},
        },
        "stop": {"type": "end", "config": {"outcome": "{{ results.ask.outlet }}"}},
    },
    "scenarios": [
        {"name": "one", "steps": [{"event": {"type": "call_offered"}}, {"event": {"type": "digits_gathered", "digits": "1"}, "expect": {"outcome": "1"}}]}
    ],
}  # fmt: skip
BESIDE = """
name: silence
at: 2026-11-24T09:00:00+08:00
record: {day: 2026-12-01}
steps:
  - event: {type: call_offered}
  - event: {type: digits_gathered, digits: ""}
    expect: {outcome: no_input, node: null}
---
name: wrong
steps:
  - event: {type: call_offered}
  - event: {type: digits_gathered, digits: "7"}
    expect: {outcome: "1"}
"""


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["flow", *map(str, arguments)])
    return result.exit_code, result.output


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    return written(tmp_path / "ask.json", FLOW)


def written(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_sound_flow(flow: Path) -> None:
    assert run("check", flow) == (0, "ask.json: 0 errors, 0 warnings\n")


def test_faults_with_their_places(tmp_path: Path) -> None:
    broken = {
        **FLOW,
        "start": "nowhere",
        "nodes": {**FLOW["nodes"], "ask": {"type": "say", "config": {"prompt": "{{ recrd.a }}"}}},
    }
    path = written(tmp_path / "broken.json", broken)
    status, output = run("check", path)
    assert status == 1
    assert output.splitlines() == [
        "error    start: there is no node 'nowhere'",
        "error    nodes.ask.config.prompt: there is no name 'recrd.a' in a template",
        "warning  nodes.ask.outlets.done: goes nowhere: the session would end here as completed",
        "warning  nodes.ask: cannot be reached from the start",
        "warning  nodes.stop: cannot be reached from the start",
        "broken.json: 2 errors, 3 warnings",
    ]
    status, output = run("check", path, "--json")
    found = json.loads(output)
    assert status == 1
    assert {"kind": "rename", "data": {"path": "nodes.ask.config.prompt", "from": "recrd.a", "to": "record.a"}} in [
        fault.get("mend") for fault in found["errors"]
    ]


@pytest.mark.parametrize("text", ["{", "[]", '{"callweave": 2, "name": "x", "nodes": {}}'])
def test_no_flow_at_all(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    for command in ("check", "test"):
        status, output = run(command, path)
        assert status == 1
        assert output.startswith("error ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "/nowhere.json"),
        ("test", "/nowhere.json"),
        ("diff", "/nowhere.json"),
        ("merge", "/nowhere.json"),
        ("sing",),
    ],
)
def test_misuse(arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2


def test_scenarios_of_the_document(flow: Path) -> None:
    status, output = run("test", flow)
    assert status == 0
    assert output.splitlines() == [
        "ok      ask.json: one",
        "",
        "node  walked  outlets  never taken",
        "ask        1      1/3  no_input, no_match",
        "stop       1      0/0",
        "nodes 2 of 2 (100 %), outlets 1 of 3 (33 %)",
        "ask.json: 1 of 1 scenario passed",
    ]


def test_scenarios_beside_it_and_junit(flow: Path, tmp_path: Path) -> None:
    (tmp_path / "ask.more.yaml").write_text(BESIDE)
    (tmp_path / "other.yaml").write_text("name: of another flow\nsteps: 7\n")
    status, output = run("test", flow, "--junit", tmp_path / "results.xml")
    assert status == 1
    assert "ok      ask.more.yaml: silence" in output
    assert "FAILED  ask.more.yaml: wrong\n        step 1: outcome: expected '1', is 'no_match'" in output
    assert "nodes 2 of 2 (100 %), outlets 3 of 3 (100 %)" in output
    suites = ElementTree.parse(tmp_path / "results.xml").getroot()
    assert {key: suites.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "1",
        "errors": "0",
    }
    assert [case.get("name") for case in suites.iter("testcase")] == ["one", "silence", "wrong"]


def test_scenarios_given(flow: Path, tmp_path: Path) -> None:
    given = tmp_path / "elsewhere.yaml"
    given.write_text("name: none\nsteps: 7\n")
    status, output = run("test", flow, given)
    assert status == 1
    assert "FAILED  elsewhere.yaml: none" in output
    given.write_text("name: [")
    assert run("test", flow, given)[0] == 1


def test_a_flow_without_scenarios(tmp_path: Path) -> None:
    status, output = run("test", written(tmp_path / "bare.json", {**FLOW, "scenarios": []}))
    assert status == 1
    assert "bare.json has no scenarios" in output


def test_diff(flow: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "other.json", {**FLOW, "start": "stop"})
    assert run("diff", flow, flow) == (0, "")
    assert run("diff", flow, other) == (0, "starts at 'stop' now (was 'ask')\n")
    status, output = run("diff", flow, other, "--json")
    assert status == 0
    assert json.loads(output)["changes"] == [
        {
            "kind": "start",
            "path": "start",
            "node": None,
            "before": "ask",
            "after": "stop",
            "message": "starts at 'stop' now (was 'ask')",
        }
    ]


def test_merge(flow: Path, tmp_path: Path) -> None:
    ours = written(tmp_path / "ours.json", FLOW | {"name": "Ours", "description": "d"})
    theirs = written(tmp_path / "theirs.json", FLOW | {"on_hang_up": "stop"})
    status, output = run("merge", flow, ours, theirs)
    assert (status, output) == (0, canonical(FLOW | {"name": "Ours", "description": "d", "on_hang_up": "stop"}))
    other = written(tmp_path / "other.json", FLOW | {"name": "Theirs"})
    out = tmp_path / "merged.json"
    status, output = run("merge", flow, ours, other, "--output", out)
    assert (status, output) == (1, 'conflict  name: base "Ask"  ours "Ours"  theirs "Theirs"\n')
    assert out.read_text(encoding="utf-8") == canonical(FLOW | {"name": "Ours", "description": "d"})
    status, output = run("merge", flow, ours, other, "--json")
    assert (status, json.loads(output)["conflicts"][0]["path"]) == (1, "name")
    assert run("merge", flow, ours, other, "-o", tmp_path / "nowhere" / "x.json")[0] == 2
    assert run("merge", flow, ours, written(tmp_path / "no.json", []))[0] == 1

"""The guides of the integrator and of the developer are done as they are written."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

import pytest
from flask import Flask
from typer.testing import CliRunner

from callweave.cli import app as command_line
from engine.host import plugins
from engine.host.settings import PROJECT
from tests.designer.conftest import KEY, Caller


class Step(NamedTuple):
    """A line of the integrator's guide: `call GET /me`, or `FLOW=$(call POST /flows … | jq -r .id)`."""

    keeps: str
    method: str
    path: str
    body: str


def blocks(page: str, language: str) -> list[str]:
    """What stands on a page to be copied."""
    text = (PROJECT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def steps() -> Iterator[Step]:
    """The requests of the integrator's guide, in their order; `call` itself is a line of it, too."""
    shell = "\n".join(blocks("integrate.md", "sh"))
    for written in re.split(r"\n(?=\w+=\$\(call |call [A-Z])", shell)[1:]:
        found = re.fullmatch(r"(?:(\w+)=\$\()?call (.*?)(?: \| jq -r \.id\))?", written.strip(), re.DOTALL)
        assert found is not None, written
        method, path, *body = shlex.split(found[2])
        yield Step(found[1] or "", method, path, body[0] if body else "")


def test_the_integrators_first_half_hour(app: Flask) -> None:
    call = Caller(app.test_client(), KEY)
    kept: dict[str, str] = {}
    answers: dict[str, Any] = {}
    for step in steps():
        if step.path.startswith("/simulated-"):  # telephones are the engine's
            continue
        path, body = (Template(text).safe_substitute(kept) for text in (step.path, step.body))
        response = call(step.method, path, json.loads(body) if body else None)
        assert response.status_code < 300, (step, response.text)
        answers[f"{step.method} {step.path}"] = response.json
        if step.keeps:
            kept[step.keeps] = response.json["id"]  # type: ignore[index]
    assert kept.keys() == {"FLOW", "TRIGGER"}
    assert answers["POST /triggers/preview"]["starts"] is True
    taken = answers["POST /records/visit"]
    assert (taken["accepted"], taken["sessions"]) == (1, 1)
    assert [row["errors"][0]["path"] for row in taken["rejected"]] == ["mobile"]


@pytest.fixture
def nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for node types of one's own."""
    monkeypatch.setenv("CALLWEAVE_NODES", str(tmp_path / "nodes"))
    plugins.use(None)
    yield tmp_path / "nodes"
    plugins.use(None)


def test_a_node_of_ones_own_in_ten_minutes(nodes: Path) -> None:
    assert CliRunner().invoke(command_line, ["node", "new", "age_group"]).exit_code == 0
    config, behaviour, function, *_ = blocks("custom-nodes.md", "python")
    (nodes / "age_group.py").write_text(f"{config}\n\n{behaviour}", encoding="utf-8")
    (nodes / "age_group.yaml").write_text(blocks("custom-nodes.md", "yaml")[0], encoding="utf-8")
    (nodes / "body_mass_index.py").write_text(function, encoding="utf-8")
    plugins.use(None)
    tried = CliRunner().invoke(command_line, ["node", "test", "age_group"])
    assert (tried.exit_code, tried.output) == (0, "age_group: ok\n")
    listed = CliRunner().invoke(command_line, ["node", "list"])
    assert listed.exit_code == 0 and re.search(r"^body_mass_index +Body mass index$", listed.output, re.MULTILINE)

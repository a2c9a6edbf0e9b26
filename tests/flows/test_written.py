"""Flows written from CONTRACT and the reference of node types alone, one of each kind that the product is for.

Each is taken as its author would take it: `callweave flow check` finds nothing, `callweave flow test` passes.
tests/designer/test_written.py plays them in the simulator.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from callweave.cli import app
from callweave.flow.files import PlainLoader

WRITTEN = sorted((Path(__file__).parent / "written").glob("*.yaml"))


def flow(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)
    return loaded


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_it_is_sound_and_does_what_it_says(path: Path, tmp_path: Path) -> None:
    file = tmp_path / f"{path.stem}.json"
    file.write_text(json.dumps(flow(path)), encoding="utf-8")
    checked = CliRunner().invoke(app, ["flow", "check", str(file)])
    assert (checked.exit_code, checked.output) == (0, f"{file.name}: 0 errors, 0 warnings\n")
    tested = CliRunner().invoke(app, ["flow", "test", str(file)])
    assert tested.exit_code == 0, tested.output

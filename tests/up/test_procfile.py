"""The Procfile is read with a clear word about a wrong line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from callweave.up.procfile import ProcfileFault, read
from engine.host.settings import PROJECT


def test_our_own_names_every_process() -> None:
    entries = {entry.name: entry.command for entry in read(PROJECT / "Procfile")}
    assert set(entries) == {"redis", "asterisk", "web", "engine", "clock", "worker", "turns"}
    assert entries["asterisk"] == (sys.executable, "-m", "callweave", "asterisk", "up")


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "Procfile"
    path.write_text("# note\n\nweb: run it 'now please'\nwhat\n")
    with pytest.raises(ProcfileFault, match=r"Procfile:4: expected `name: command` \(is 'what'\)"):
        read(path)


def test_other_commands_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "Procfile"
    path.write_text("web: run it 'now please'\n")
    assert read(path)[0].command == ("run", "it", "now please")

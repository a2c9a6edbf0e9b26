"""Node types that take too long: named in the log, and broken off where they do not end."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from engine.events import SessionStarted
from engine.flow import Program, compile_flow
from engine.host import held as holding
from engine.host.plugins import find_node_types
from engine.host.slow_turns import LOOK, SlowTurns, TurnTooSlow
from engine.host.turn import Held
from engine.store import from_micros, new_id, now_micros

BUSY = '''
import time
from callweave import Leave, Node, NodeConfig, fields

class BusyConfig(NodeConfig):
    seconds: float = fields.Field(0, title="Seconds")

class Busy(Node[BusyConfig]):
    """Computes."""
    type, label = "busy", "Busy"

    def enter(self, session):
        until = time.monotonic() + self.config.seconds
        while time.monotonic() < until:
            pass
        return Leave("done")
'''


def program(folder: Path, seconds: float) -> Program:
    (folder / "busy.py").write_text(BUSY)
    document: dict[str, Any] = {
        "callweave": 1, "name": "B", "languages": ["en"], "start": "quick",
        "nodes": {"quick": {"type": "set", "config": {"variables": {"a": "1"}}, "outlets": {"done": "a"}},
                  "a": {"type": "busy", "config": {"seconds": seconds}, "outlets": {"done": "b"}},
                  "b": {"type": "end"}},
    }  # fmt: skip
    return compile_flow(document, find_node_types(folder))


def begun(of: Program) -> tuple[Held, list[Any]]:
    """A session after its first turn, and what was said of slow turns."""
    at = now_micros()
    held = Held(
        tenant="main", id=new_id(), flow_id=new_id(), version=1, program=of, contact={}, record={}, owner=None,
        epoch=0, started_at=at,
    )  # fmt: skip
    with capture_logs() as said:
        held.take(SessionStarted(at=from_micros(at)))
    return held, [entry for entry in said if entry["event"] == "node type is slow"]


def test_a_quick_turn_is_not_spoken_of(tmp_path: Path) -> None:
    held, said = begun(program(tmp_path, 0))
    assert (held.session and held.session.status, said) == ("completed", [])


def test_a_slow_turn_is_named_with_its_node_type_and_goes_on(tmp_path: Path) -> None:
    held, [said] = begun(program(tmp_path, 0.4))
    assert held.session is not None
    assert held.session.status == "completed"
    assert (said["type"], said["broken_off"], said["session"]) == ("busy", False, held.id.hex())
    assert said["seconds"] >= 0.4


def test_a_turn_without_an_end_is_broken_off_and_ends_its_session_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "slow_turns", SlowTurns(longest=0.3))
    held, [said] = begun(program(tmp_path, 3600))
    assert held.session is not None
    assert (held.session.status, held.session.outcome) == ("failed", "TurnTooSlow")
    assert (said["type"], said["broken_off"]) == ("busy", True)
    held, _ = begun(program(tmp_path, 0))
    assert held.session is not None
    assert held.session.status == "completed"


def test_nothing_comes_after_a_turn_that_ends_as_it_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    looking = SlowTurns(slow=0.0, longest=LOOK)
    surprises: list[TurnTooSlow] = []

    def turns() -> None:
        try:
            for _ in range(40):
                looking.begin()
                try:
                    until = time.monotonic() + LOOK
                    while time.monotonic() < until:
                        pass
                except TurnTooSlow:
                    pass
                finally:
                    looking.end(tenant="main", session=b"x")
                sum(range(1000))
        except TurnTooSlow as error:
            surprises.append(error)

    thread = threading.Thread(target=turns)
    with capture_logs():
        thread.start()
        thread.join()
    assert surprises == []

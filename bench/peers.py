"""Peers that may be installed beside us: the same work as followup10, written as their users would write it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from bench import spiff


def installed(record: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """The peers that are installed here (`pip install transitions SpiffWorkflow`), by name."""
    found: dict[str, Callable[[], object]] = {}
    try:
        from transitions import Machine

        found["transitions"] = _transitions(Machine, record)
    except ImportError:
        print("transitions is not installed: left out", file=sys.stderr)
    try:
        found["SpiffWorkflow"] = spiff.peer(record)
    except ImportError:
        print("SpiffWorkflow is not installed: left out", file=sys.stderr)
    return found


def _transitions(machine_type: Any, record: dict[str, Any]) -> Callable[[], object]:
    """transitions (MIT): a state machine whose model keeps the variables; state and variables as JSON at the wait."""

    class Model:
        def __init__(self, variables: dict[str, Any]) -> None:
            self.vars = variables
            self.input = ""

        def take(self, name: str) -> Callable[[], None]:
            return lambda: self.vars.__setitem__(name, record[name])

        def take_name(self) -> None:
            self.vars["name"] = record["name"]

        def take_age(self) -> None:
            self.vars["age"] = record["age"]

        def take_ward(self) -> None:
            self.vars["ward"] = record["ward"]

        def greet(self) -> None:
            self.vars["greeting"] = f"Hello {self.vars['name']} of {self.vars['ward']}, how are you?"

        def is_old(self) -> bool:
            return bool(self.vars["age"] > 65)

        def pressed(self) -> bool:
            return self.input == "2"

        def advise(self) -> None:
            self.vars["advice"] = f"{self.vars['name']}, rest well; {self.vars['ward']}."

        def note_answer(self) -> None:
            self.vars["answer"] = self.vars["greeting"]

        def note(self) -> None:
            self.vars["noted"] = self.vars["age"]

    states = ["name", "age", "ward", "greeting", "old", "ask", "fair", "answer", "noted", "done"]
    edges: list[dict[str, Any]] = [
        {"trigger": "step", "source": "name", "dest": "age", "before": "take_name"},
        {"trigger": "step", "source": "age", "dest": "ward", "before": "take_age"},
        {"trigger": "step", "source": "ward", "dest": "greeting", "before": "take_ward"},
        {"trigger": "step", "source": "greeting", "dest": "old", "before": "greet"},
        {"trigger": "step", "source": "old", "dest": "ask", "conditions": "is_old"},
        {"trigger": "step", "source": "ask", "dest": "fair", "conditions": "pressed"},
        {"trigger": "step", "source": "fair", "dest": "answer", "before": "advise"},
        {"trigger": "step", "source": "answer", "dest": "noted", "before": "note_answer"},
        {"trigger": "step", "source": "noted", "dest": "done", "before": "note"},
    ]
    machine = machine_type(model=None, states=states, transitions=edges, initial="name", auto_transitions=False)

    def session() -> str:
        model = Model({})
        machine.add_model(model)
        for _ in range(5):
            model.step()  # type: ignore[attr-defined]
        blob = json.dumps({"state": model.state, "vars": model.vars})  # type: ignore[attr-defined]
        machine.remove_model(model)
        kept = json.loads(blob)
        resumed = Model(kept["vars"])
        machine.add_model(resumed, initial=kept["state"])
        resumed.input = "2"
        for _ in range(4):
            resumed.step()  # type: ignore[attr-defined]
        machine.remove_model(resumed)
        assert resumed.state == "done"  # type: ignore[attr-defined]
        return blob

    return session

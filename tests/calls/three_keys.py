"""The flow that many callers call at once in tests and proofs."""

from __future__ import annotations

from typing import Any


def _menu(says: str, key: str, leads_to: str) -> dict[str, Any]:
    choices = [{"key": key, "label": f"key {key}"}]
    return {"type": "menu", "config": {"prompt": says, "choices": choices, "timeout": 8}, "outlets": {key: leads_to}}


THREE_KEYS: dict[str, Any] = {
    "callweave": 1, "name": "Three keys", "languages": ["en"], "start": "pick_up", "on_hang_up": "gone",
    "nodes": {
        "pick_up": {"type": "answer", "outlets": {"done": "one"}},
        "one": _menu("Press one.", "1", "two"), "two": _menu("Now press two.", "2", "three"),
        "three": _menu("And three.", "3", "back"),
        "back": {"type": "say", "config": {"prompt": "You call from {{ call.from }}."}, "outlets": {"done": "right"}},
        "right": {"type": "end", "config": {"outcome": "{{ results.one.value }}{{ results.two.value }}{{ results.three.value }}"}},
        "gone": {"type": "end", "config": {"outcome": "gone"}},
    },
}  # fmt: skip
"""Three keys, and a prompt that speaks a value of the call."""

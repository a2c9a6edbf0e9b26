"""The editor merges without asking: its table of examples is what this engine's merge makes of them."""

from __future__ import annotations

import importlib.util
import json

from engine.flow.merge import merge
from engine.host.settings import PROJECT

FOLDER = PROJECT / "frontend" / "src" / "flow" / "fixtures"


def test_the_editors_examples_are_what_this_merge_makes_of_them() -> None:
    spec = importlib.util.spec_from_file_location("merges", FOLDER / "merges.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (FOLDER / "merges.json").read_text(encoding="utf-8") == module.written(), (
        "write it anew: python frontend/src/flow/fixtures/merges.py"
    )
    table = json.loads(module.written())
    assert sum(bool(one["conflicts"]) for one in table) > 20


def test_notes_are_merged_one_by_one() -> None:
    def drawn(*texts: str) -> dict[str, object]:
        return {"nodes": {}, "notes": [{"text": text} for text in texts]}

    merged = merge(drawn("a", "b"), drawn("a", "b", "mine"), drawn("b", "theirs"))
    assert merged.document == drawn("b", "mine", "theirs")
    assert merged.conflicts == []
    both = merge(drawn("a"), drawn("mine"), drawn("theirs"))
    assert (both.document, both.conflicts) == (drawn("mine", "theirs"), []), "nobody's words are lost"

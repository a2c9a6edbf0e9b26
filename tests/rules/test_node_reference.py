"""The reference of node types is what the code says today."""

from __future__ import annotations

from callweave.reference.nodes import markdown
from engine.host.settings import PROJECT
from engine.nodes import registry


def test_the_reference_is_up_to_date() -> None:
    written = (PROJECT / "docs" / "reference" / "node-types.md").read_text(encoding="utf-8")
    assert written == markdown(registry()), "run: callweave node reference docs/reference/node-types.md"

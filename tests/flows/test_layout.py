"""How the examples are drawn: whoever opens one sees every node, in either language."""

from __future__ import annotations

import json
import math
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from designer import describe
from designer.examples import flow_files
from engine.flow import check
from engine.nodes import registry

Box = tuple[float, float, float, float]
"""Left, top, width and height."""


def text_width(text: str, size: float) -> float:
    """About the width in pixels, as `frontend/src/canvas/geometry.ts` works it out where nothing can be measured."""
    return sum(size if ord(letter) > 0x2E80 else size * 0.56 for letter in text)


def outlet_width(outlet: dict[str, str]) -> int:
    if outlet["id"] == "hung_up":
        return 42
    return min(96, max(42, math.ceil(text_width(outlet["label"], 11.5) + 14)))


def boxes(document: dict[str, Any], language: str) -> dict[str, Box]:
    with Flask(__name__).test_request_context(headers={"Accept-Language": language}):
        described = describe.report(check(document, registry()))["nodes"]
    found = {}
    for name, node in document["nodes"].items():
        outlets = described[name]["outlets"]
        if outlets:
            width, height = max(212, sum(map(outlet_width, outlets))), 80
        else:
            width, height = min(260, max(148, math.ceil(text_width(node.get("name", name), 17) + 66))), 40
        left, top = node.get("at", [0, 0])
        found[name] = (left, top, width, height)
    return found


def overlap(one: Box, other: Box) -> bool:
    return all(one[axis] < other[axis] + other[axis + 2] and other[axis] < one[axis] + one[axis + 2] for axis in (0, 1))


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("path", flow_files(), ids=lambda path: path.stem)
def test_no_node_of_an_example_lies_on_another_or_on_a_note(path: Path, language: str) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    drawn = boxes(document, language)
    for number, note in enumerate(document.get("notes", [])):
        drawn[f"note {number}"] = (*note["at"], 168, 60)
    assert [f"{one} / {other}" for one, other in combinations(drawn, 2) if overlap(drawn[one], drawn[other])] == []

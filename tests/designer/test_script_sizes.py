"""How much script a browser fetches before the list of flows, and before the drawing: by what the build itself says."""

from __future__ import annotations

import gzip
import json
from typing import Any

from flask import Flask

from engine.host.settings import PROJECT

DIST = PROJECT / "frontend" / "dist"
MANIFEST = DIST / ".vite" / "manifest.json"
LIST = ["index.html", "src/pages/shell/SignedIn.tsx", "src/pages/shell/Shell.tsx", "src/pages/Flows.tsx"]
LIMITS = {"the list of flows": (LIST, 350_000), "the drawing": ([*LIST, "src/pages/Editor.tsx"], 650_000)}
"""What is loaded for each, and how many bytes of it may travel."""


def test_the_list_and_the_drawing_are_there_soon() -> None:
    assert MANIFEST.exists(), "the pages are not built: make install"
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    for what, (sources, limit) in LIMITS.items():
        sizes = {file: len(gzip.compress((DIST / file).read_bytes(), 9)) for file in sorted(_scripts(manifest, sources))}
        largest = sorted(sizes.items(), key=lambda one: -one[1])[:8]
        assert sum(sizes.values()) <= limit, f"{what} needs {sum(sizes.values()):,} bytes of script, {limit:,} at the most; the largest: {largest}"


def _scripts(manifest: dict[str, Any], sources: list[str]) -> set[str]:
    """The files of these modules, and of all that they import before they run."""
    found: set[str] = set()
    left = list(sources)
    while left:
        chunk = manifest[left.pop()]
        if chunk["file"] not in found:
            found.add(chunk["file"])
            left += chunk.get("imports", [])
    return {file for file in found if file.endswith(".js")}


def test_a_script_travels_compressed(app: Flask) -> None:
    client = app.test_client()
    path = "/assets/main-abc123.js"
    packed = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip" and packed.headers["Vary"] == "Accept-Encoding"
    assert packed.content_type.startswith("text/javascript") and "immutable" in packed.headers["Cache-Control"]
    plain = client.get(path)
    assert "Content-Encoding" not in plain.headers and gzip.decompress(packed.data) == plain.data
    assert client.get(path, headers={"Accept-Encoding": "gzip", "Range": "bytes=0-3"}).data == plain.data[:4]

"""The help that the designer serves, built from docs/ by MkDocs."""

from __future__ import annotations

import hashlib

import environment
from screen import run, step

MADE_FROM = (
    "docs", "mkdocs.yml", "frontend/src/theme/tokens.css", "frontend/public/icon.svg",
    "callweave", "designer", "engine",
)  # fmt: skip
"""The reference is made from the code."""
FROM = [environment.PROJECT / place for place in MADE_FROM]
TO = environment.PROJECT / "build" / "help"
BUILT_FROM = TO / ".built-from"


def ensure_built() -> None:
    """Build build/help; nothing to do while neither a page nor the code has changed."""
    key = _key()
    if BUILT_FROM.exists() and BUILT_FROM.read_text() == key:
        return
    with step("help"):
        why = "Could not build the help"  # said in full: with --quiet, --strict hears of no broken link
        run([environment.PYTHON, "-m", "mkdocs", "build", "--strict"], why=why, cwd=environment.PROJECT)
    BUILT_FROM.write_text(key)


def _key() -> str:
    digest = hashlib.sha256()
    for place in FROM:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(environment.PROJECT)} {path.stat().st_size} ".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()

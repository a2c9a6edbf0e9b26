"""The English words that the recognizer knows, read from its dictionary without the recognizer itself."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


@lru_cache(1)
def known_words() -> frozenset[str]:
    """Every word that can be understood."""
    found = find_spec("pocketsphinx")
    assert found is not None and found.origin is not None
    path = Path(found.origin).parent / "model" / "en-us" / "cmudict-en-us.dict"
    return frozenset(line.split(" ", 1)[0] for line in path.read_text(encoding="utf-8").splitlines())

"""English as the recognizer that comes with Callweave knows it: which words there are, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

_WORD = re.compile(r"[a-z0-9']+")
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def is_english(language: str) -> bool:
    """Whether a language (BCP 47) is English."""
    return language.replace("_", "-").split("-")[0].lower() == "en"


def spelled(words: str) -> str:
    """Words as the dictionary writes them: small letters, numbers up to ten in words, no other signs."""
    found = _WORD.findall(words.lower())
    return " ".join(_SMALL[int(word)] if word.isdecimal() and int(word) < len(_SMALL) else word for word in found)


def unknown(texts: Iterable[str]) -> list[str]:
    """Those words in these texts that cannot be understood."""
    return [word for text in texts for word in spelled(text).split() if word not in _dictionary()]


@lru_cache(1)
def _dictionary() -> frozenset[str]:
    found = find_spec("pocketsphinx")
    assert found is not None and found.origin is not None
    path = Path(found.origin).parent / "model" / "en-us" / "cmudict-en-us.dict"
    return frozenset(line.split(" ", 1)[0] for line in path.read_text(encoding="utf-8").splitlines())

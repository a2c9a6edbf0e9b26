"""English as the recognizer that comes with Callweave knows it: which words there are, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import msgspec

_WORD = re.compile(r"[a-z0-9']+")
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def is_english(language: str) -> bool:
    """Whether a language (BCP 47) is English."""
    return language.replace("_", "-").split("-")[0].lower() == "en"


def spelled(words: str) -> str:
    """Words as the dictionary writes them: small letters, numbers up to ten in words, no other signs."""
    found = _WORD.findall(words.lower())
    return " ".join(_SMALL[int(word)] if word.isdecimal() and int(word) < len(_SMALL) else word for word in found)


class Understanding(msgspec.Struct, frozen=True):
    """What callers may say here: whether somebody understands other languages, and which English words are known."""

    others: bool
    words: Collection[str]

    def unknown(self, texts: Iterable[str]) -> list[str]:
        """Those English words in these texts that are not understood."""
        return [word for text in texts for word in spelled(text).split() if word not in self.words]

"""What a text that answers nothing starts: a flow by a keyword, at one number of ours or at any."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from engine.matching import Answers


class Keyword(msgspec.Struct, frozen=True, kw_only=True):
    """A trigger: its words, none for any text; `number` of ours in its one spelling, empty for any."""

    trigger: bytes
    words: tuple[str, ...] = ()
    number: str = ""


def by_keyword(text: str, ours: str, keywords: Sequence[Keyword]) -> bytes | None:
    """The trigger whose word the text says: one of this very number first. None if none does, or several."""
    for number in dict.fromkeys((ours, "")):
        here = {each.trigger.hex(): each.words for each in keywords if each.words and each.number == number}
        found = Answers(here, {}).match(text) if here else None
        if found is not None:
            return bytes.fromhex(found)
    return None


def by_any(ours: str, keywords: Sequence[Keyword]) -> bytes | None:
    """The trigger that takes any text, of this very number first."""
    for number in dict.fromkeys((ours, "")):
        for each in keywords:
            if not each.words and each.number == number:
                return each.trigger
    return None

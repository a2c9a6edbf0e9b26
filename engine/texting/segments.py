"""A text cut into as few parts as it takes.

One part carries 140 octets: 160 septets of the GSM alphabet, or 70 UCS-2 units of anything else. Parts of a long text
give six of their octets to a header that says which of how many they are (3GPP TS 23.040 §9.2.3.24.1), which leaves 153
septets or 67 units. A character that takes two (`€`, an emoji) is never cut in half.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from engine.texting.alphabet import plain, septets

Alphabet = Literal["gsm7", "ucs2"]
ROOM: dict[Alphabet, tuple[int, int]] = {"gsm7": (160, 153), "ucs2": (140, 134)}
"""Octets as SMPP carries them (a septet takes one): of a text in one part, and of each part of several."""
MOST_PARTS = 255
"""What the header can count."""


class TooLong(ValueError):
    """The text takes more parts than can be counted."""


class Segments(msgspec.Struct, frozen=True):
    """What is sent: the alphabet, and each part's octets without header."""

    alphabet: Alphabet
    parts: tuple[bytes, ...]

    def with_headers(self, reference: int) -> tuple[bytes, ...]:
        """Each part as `short_message`; those of several begin with a header of this reference (0 to 255)."""
        if len(self.parts) == 1:
            return self.parts
        total = len(self.parts)
        return tuple(
            bytes((5, 0, 3, reference & 0xFF, total, number)) + part for number, part in enumerate(self.parts, start=1)
        )


def segments(text: str, *, plain_signs: bool = False) -> Segments:
    """Cut a text; raises TooLong.

    `plain_signs` writes curly quotes and the like as plain ones, where the text then fits GSM's alphabet.
    """
    coded = septets(text)
    if coded is None and plain_signs:
        coded = septets(plain(text))
    if coded is not None:
        return Segments("gsm7", _cut(coded, "gsm7"))
    return Segments("ucs2", _cut([sign.encode("utf-16-be", "surrogatepass") for sign in text], "ucs2"))


def count(text: str) -> int:
    """How many parts a text takes; raises TooLong. Most texts need not be cut to know."""
    highest = max(text, default="")
    if "€" < highest <= "\uffff":
        alone, among = (octets // 2 for octets in ROOM["ucs2"])
        parts = 1 if len(text) <= alone else -(-len(text) // among)
        if parts > MOST_PARTS:
            raise TooLong(f"at most {MOST_PARTS} parts (has {parts})")
        return parts
    return len(segments(text).parts)


def _cut(signs: Iterable[bytes], alphabet: Alphabet) -> tuple[bytes, ...]:
    alone, among = ROOM[alphabet]
    whole = list(signs)
    if sum(map(len, whole)) <= alone:
        return (b"".join(whole),)
    parts: list[bytes] = []
    part: list[bytes] = []
    used = 0
    for sign in whole:
        if used + len(sign) > among:
            parts.append(b"".join(part))
            part, used = [], 0
        part.append(sign)
        used += len(sign)
    parts.append(b"".join(part))
    if len(parts) > MOST_PARTS:
        raise TooLong(f"at most {MOST_PARTS} parts (has {len(parts)})")
    return tuple(parts)

"""Parts of a long text that come in, in any order, joined when the last is there.

What others send is not to be trusted: a header may lie about its length, count to zero, or announce parts that never
come. Each of these is one short text as it stands, or is kept for a while and then shown as far as it came. Parts that
wait are rows of the database (`store/parts.py`), for the message centre was told that we have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import msgspec

KEPT = timedelta(hours=12)
"""So long the parts of a text are waited for."""
MOST_PARTS = 255
"""What a header can count."""
MOST_OF_ONE = 300
"""Parts of one sender's that wait; past it his oldest text is shown as far as it came."""
GAP = "[…]"
"""Stands where a part never came."""
_ONE_OCTET, _TWO_OCTETS = 0x00, 0x08


class Part(msgspec.Struct, frozen=True):
    """A part with what its header says."""

    reference: int
    total: int
    number: int
    octets: bytes


def is_sound(total: int, number: int) -> bool:
    """Whether a header can be right."""
    return 1 <= number <= total <= MOST_PARTS


def joined(parts: Mapping[int, str], total: int) -> tuple[str, int]:
    """The text of these parts, by number, with gaps shown; and how many are missing."""
    missing = [number for number in range(1, total + 1) if number not in parts]
    pieces: list[str] = []
    for number in range(1, total + 1):
        if number in parts:
            pieces.append(parts[number])
        elif pieces[-1:] != [GAP]:
            pieces.append(GAP)
    return "".join(pieces), len(missing)


def part_of(octets: bytes) -> Part | None:
    """The part that these octets (with a user data header) are; None if the header says nothing of parts, or lies."""
    if not octets or octets[0] + 1 > len(octets):
        return None
    header, rest = octets[1 : octets[0] + 1], octets[octets[0] + 1 :]
    while len(header) >= 2 and len(header) >= header[1] + 2:
        kind, length = header[0], header[1]
        value, header = header[2 : length + 2], header[length + 2 :]
        if kind == _ONE_OCTET and length == 3:
            return _sound(Part(value[0], value[1], value[2], rest))
        if kind == _TWO_OCTETS and length == 4:
            return _sound(Part(int.from_bytes(value[:2]), value[2], value[3], rest))
    return None


def without_header(octets: bytes) -> bytes:
    """What follows the user data header; all of it if that is longer than there is."""
    return octets[octets[0] + 1 :] if octets and octets[0] + 1 <= len(octets) else octets


def _sound(part: Part) -> Part | None:
    return part if is_sound(part.total, part.number) else None

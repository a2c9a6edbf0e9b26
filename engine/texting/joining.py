"""Parts of a long text that come in, in any order, joined when the last is there.

What others send is not to be trusted: a header may lie about its length, count to zero, or announce parts that never
come. Each of these is one short text as it stands, or is kept for a while and then shown as far as it came.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

import msgspec

KEPT = timedelta(hours=12)
MOST_OPEN = 10_000
"""Texts that wait for parts; past it the oldest is shown as far as it came."""
_ONE_OCTET, _TWO_OCTETS = 0x00, 0x08


class Part(msgspec.Struct, frozen=True):
    """A part with what its header says."""

    reference: int
    total: int
    number: int
    octets: bytes


class Joined(msgspec.Struct, frozen=True):
    """A text's octets, `coding` as the network gave it; `missing` parts never came."""

    sender: str
    to: str
    coding: int
    octets: bytes
    missing: int = 0


class _Open(msgspec.Struct):
    coding: int
    since: datetime
    total: int
    parts: dict[int, bytes]


Key = tuple[str, str, int, int]


class Joiner:
    """The texts that are not whole yet."""

    def __init__(self) -> None:
        self._open: OrderedDict[Key, _Open] = OrderedDict()

    def add(self, sender: str, to: str, coding: int, part: Part, at: datetime) -> Joined | None:
        """Take a part; the text if it is whole now. A part that came before changes nothing."""
        key = (sender, to, part.reference, part.total)
        there = self._open.get(key)
        if there is None or there.coding != coding:
            there = self._open[key] = _Open(coding, at, part.total, {})
        there.parts.setdefault(part.number, part.octets)
        if len(there.parts) < part.total:
            return None
        del self._open[key]
        return _joined(key, there)

    def late(self, at: datetime) -> list[Joined]:
        """Texts whose parts have not all come in time, as far as they came."""
        old = [key for key, there in self._open.items() if there.since + KEPT <= at]
        surplus = len(self._open) - len(old) - MOST_OPEN
        old += [key for key in self._open if key not in old][: max(0, surplus)]
        return [_joined(key, self._open.pop(key)) for key in old]


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
    return part if 1 <= part.number <= part.total else None


def _joined(key: Key, there: _Open) -> Joined:
    octets = b"".join(there.parts[number] for number in sorted(there.parts))
    return Joined(key[0], key[1], there.coding, octets, there.total - len(there.parts))

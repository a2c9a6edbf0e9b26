"""MLLP: a message stands between a vertical tab and a file separator with a carriage return. Pure.

None of the three bytes can stand in a message of any charset that MLLP may carry (not in UTF-8, GB 18030, Big5 or
8859), so the file separator alone ends a block, wherever the packets were cut. What stands between blocks is nobody's
message: line ends and blanks are skipped, and anything else is reported, for then the sender's framing is wrong.

Source: HL7 Version 3 Standard, Transport Specification: MLLP, Release 2, 2.2; HL7 v2 Implementation Guide, Appendix C.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

START, END, RETURN = b"\x0b", b"\x1c", b"\r"
_BETWEEN: Final = b"\r\n \t\x00"
HEAD: Final = 4_096
"""Bytes of a block that is too long which are kept, so that its sender can be answered by its header."""


class Block(msgspec.Struct, frozen=True):
    """What stood between start and end."""

    content: bytes


class BadBlock(msgspec.Struct, frozen=True):
    """Bytes that are no message: `too_long` (its first bytes), `cut_short` by another start, `stray` bytes between."""

    why: Literal["too_long", "cut_short", "stray"]
    head: bytes
    length: int


def framed(content: bytes) -> bytes:
    """A message as MLLP sends it."""
    return START + content + END + RETURN


class Framing:
    """Takes bytes as they come, gives blocks as they end; holds no more than `limit` bytes and a packet."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = bytearray()
        self._inside = False
        self._length = 0
        """Bytes of the block at hand; more than are held if it is too long."""

    @property
    def is_inside(self) -> bool:
        """Whether a message has begun and not ended."""
        return self._inside

    def feed(self, data: bytes) -> list[Block | BadBlock]:
        """The blocks that end with these bytes, in their order."""
        found: list[Block | BadBlock] = []
        while data:
            if self._inside:
                data = self._within(data, found)
            else:
                data = self._between(data, found)
        return found

    def _between(self, data: bytes, found: list[Block | BadBlock]) -> bytes:
        stray, start, rest = data.partition(START)
        if stray.strip(_BETWEEN + END):
            found.append(BadBlock("stray", stray[:HEAD], len(stray)))
        self._inside = bool(start)
        return rest

    def _within(self, data: bytes, found: list[Block | BadBlock]) -> bytes:
        end, again = data.find(END), data.find(START)
        if again >= 0 and (end < 0 or again < end):
            self._take(data[:again])
            found.append(BadBlock("cut_short", bytes(self._held[:HEAD]), self._length))
            self._begin()
            return data[again + 1 :]
        if end < 0:
            self._take(data)
            return b""
        self._take(data[:end])
        if self._length > self._limit:
            found.append(BadBlock("too_long", bytes(self._held[:HEAD]), self._length))
        else:
            found.append(Block(bytes(self._held)))
        self._begin()
        self._inside = False
        return data[end + 1 :]

    def _take(self, data: bytes) -> None:
        self._length += len(data)
        if len(self._held) < HEAD or self._length <= self._limit:
            self._held += data
        if self._length > self._limit:
            del self._held[HEAD:]

    def _begin(self) -> None:
        self._held.clear()
        self._length = 0

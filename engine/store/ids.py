"""Ids: UUIDv7, sixteen bytes in the databases and text at the API.

They sort by the time at which they were made, so that a page of a list is a range of the primary key and rows that are
written together lie together.
"""

from __future__ import annotations

import os
import time
import uuid

STEP = 250
"""Nanoseconds between the ids of one batch, which takes longer to make: the least by which they sort."""

def new_id() -> bytes:
    """A new id; later ones sort after earlier ones of this machine."""
    return _id(time.time_ns(), os.urandom(8))


def new_ids(count: int) -> list[bytes]:
    """So many at once, in their order: the kernel is asked for chance once."""
    chance, began = os.urandom(8 * count), time.time_ns()
    return [_id(began + STEP * number, chance[8 * number : 8 * number + 8]) for number in range(count)]


def _id(nanoseconds: int, chance: bytes) -> bytes:
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    fraction = rest * 4096 // 1_000_000
    number = (milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62)
    number |= int.from_bytes(chance, "big") >> 2
    return number.to_bytes(16, "big")


def first_id(at: int) -> bytes:
    """The smallest id that is made at a moment, in microseconds UTC."""
    return max(at // 1000, 0).to_bytes(6, "big") + bytes(10)


def made_at(identity: bytes) -> int:
    """When an id was made, to the millisecond, in microseconds UTC."""
    return int.from_bytes(identity[:6], "big") * 1_000


def id_text(identity: bytes) -> str:
    """The id as the API writes it: `0195e3a8-…`."""
    return str(uuid.UUID(bytes=identity))


def id_bytes(written: str) -> bytes | None:
    """The id that this stands for; None if it is not written as `id_text` writes it."""
    try:
        identity = uuid.UUID(written)
    except ValueError:
        return None
    return identity.bytes if str(identity) == written else None

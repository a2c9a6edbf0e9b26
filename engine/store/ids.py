"""Ids: UUIDv7, sixteen bytes in the databases and text at the API.

They sort by the time at which they were made, so that a page of a list is a range of the primary key and rows that are
written together lie together.
"""

from __future__ import annotations

import os
import time
import uuid


def new_id() -> bytes:
    """A new id; later ones sort after earlier ones of this machine."""
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    fraction = rest * 4096 // 1_000_000
    number = (milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62)
    number |= int.from_bytes(os.urandom(8), "big") >> 2
    return number.to_bytes(16, "big")


def first_id(at: int) -> bytes:
    """The smallest id that is made at a moment, in microseconds UTC."""
    return max(at // 1000, 0).to_bytes(6, "big") + bytes(10)


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

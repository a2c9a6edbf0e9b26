"""A record's content as it is kept, by which two versions are compared, and which of two is the newer.

The same content is the same bytes, whatever order its fields come in: JSON with its names in order, and a hash of it.
How new a version is, is the source's word alone: clocks of two machines do not tell.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import msgspec

LONGEST_VERSION = 200

_encode = msgspec.json.Encoder(order="sorted").encode


def written(data: dict[str, Any]) -> bytes:
    """The content as it is kept. Raises what cannot be JSON: UnicodeEncodeError, OverflowError, TypeError."""
    return _encode(data)


def digest(body: bytes) -> bytes:
    """Sixteen bytes that stand for a content."""
    return blake2b(body, digest_size=16).digest()


def version_text(given: Any) -> str | None:
    """A source's mark of how new something is, as it is kept; None where it gives none."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        return None
    return str(given).strip()[:LONGEST_VERSION] or None


def is_older(new: str | None, kept: str | None) -> bool:
    """Whether a version is older than the one that is kept.

    Whole numbers go by their size, times with a zone by the moment, times without one by the wall clock, all else by
    the letters. Two of different kinds cannot be compared, so the one that comes counts; so does one without a mark.
    """
    if new is None or kept is None or new == kept:
        return False
    (kind, first), (other, second) = _order(new), _order(kept)
    return kind == other and first < second


def _order(version: str) -> tuple[str, Any]:
    if version.isascii() and version.isdigit():
        return "number", int(version)
    try:
        moment = datetime.fromisoformat(version)
    except ValueError:
        return "text", version
    return ("wall", moment) if moment.tzinfo is None else ("moment", moment.astimezone(UTC))

"""Times as providers write them: seconds or milliseconds since 1970, RFC 3339, or an HTTP date. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_MILLISECONDS: Final = 100_000_000_000
_LONGEST: Final = 40


def read_time(written: bytes | None) -> datetime | None:
    """The time, or None if it cannot be read, or does not say in which zone it is."""
    text = (written or b"")[:_LONGEST].decode("ascii", "replace").strip()
    try:
        if text.isascii() and text.isdecimal():
            number = int(text)
            return datetime.fromtimestamp(number / 1_000 if number > _MILLISECONDS else number, UTC)
        found = datetime.fromisoformat(text) if text[:4].isdecimal() else parsedate_to_datetime(text)
    except (ValueError, OverflowError, OSError):
        return None
    return None if found.tzinfo is None else found.astimezone(UTC)

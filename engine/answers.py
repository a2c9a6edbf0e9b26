"""What sources and servers answer, as far as a session keeps it.

A result is stored with the session at every turn and goes into the journal, so it is bounded: the rows that a flow can
use, not a table's worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

MAX_ROWS: Final = 100
MAX_BYTES: Final = 64 * 1024
"""Of a result as JSON."""


def size(value: Any) -> int:
    """The value's bytes as JSON."""
    return len(msgspec.json.encode(value, enc_hook=str))


def fitting(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first rows: at most 100, and of at most 64 KiB together."""
    kept: list[dict[str, Any]] = []
    room = MAX_BYTES
    for row in rows[:MAX_ROWS]:
        room -= size(row)
        if room < 0:
            break
        kept.append(row)
    return kept

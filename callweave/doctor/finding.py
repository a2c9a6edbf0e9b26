"""What was seen of one part."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One part: whether it is well, and what was seen or what to do."""

    part: str
    well: bool
    word: str

"""Values at places in JSON, as providers send it. Pure."""

from __future__ import annotations

from typing import Any


def at_place(data: Any, place: str) -> Any:
    """What stands at `data.0.id`; None if nothing does."""
    for part in place.split("."):
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and part.isascii() and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def as_text(value: Any) -> str:
    """A value as it is written."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

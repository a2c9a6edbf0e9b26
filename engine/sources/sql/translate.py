"""A database's rows as plain data, and the moments that they were changed at. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.sources.plain import plain, zoned
from engine.sources.source import PlainRow


def plain_row(names: Iterable[str], values: Iterable[Any], zone: ZoneInfo) -> PlainRow:
    """A row as plain data."""
    return {name: plain(value, zone) for name, value in zip(names, values, strict=True)}


def instant(value: Any, zone: ZoneInfo) -> float | None:
    """Seconds since 1970 of a time, or of a text that is one; None for anything else, such as a version number."""
    if isinstance(value, str) and len(value) >= len("2026-11-22 10:00"):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return zoned(value, zone).timestamp() if isinstance(value, datetime) else None

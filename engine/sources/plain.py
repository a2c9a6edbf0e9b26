"""Values of databases and spreadsheets as plain data: text, numbers, true, false, nothing, lists, objects. Pure.

A time that is stored without a zone is one of the source's: it gets that zone's offset, so that nobody has to guess. A
number keeps its digits: what a floating-point number would round stays text.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.zoned import moment_at

_DEPTH = 20


def plain(value: Any, zone: ZoneInfo, depth: int = _DEPTH) -> Any:
    """One value as plain data; what no other word fits becomes the text that it is shown as."""
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return _number(value)
        case datetime():
            return zoned(value, zone).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return _length(value)
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(value).decode("ascii")
        case Mapping() if depth:
            return {str(key): plain(entry, zone, depth - 1) for key, entry in value.items()}
        case list() | tuple() | set() | frozenset() if depth:
            return [plain(entry, zone, depth - 1) for entry in value]
    return str(value)


def zoned(value: datetime, zone: ZoneInfo) -> datetime:
    """The moment in the source's zone; one that is stored without a zone is local time there."""
    if value.tzinfo is None:
        return moment_at(value.date(), value.time(), zone).astimezone(zone)
    return value.astimezone(zone)


def _number(value: Decimal) -> int | float | str | None:
    if not value.is_finite():
        return None
    if value == value.to_integral_value() and value.adjusted() < 18:
        return int(value)
    near = float(value)
    return near if math.isfinite(near) and Decimal(repr(near)) == value else str(value)


def _length(value: timedelta) -> str:
    """A length of time as a clock shows it: MySQL gives times of day like that."""
    seconds = abs(value) // timedelta(seconds=1)
    sign = "-" if value < timedelta(0) else ""
    parts = f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{parts}.{abs(value).microseconds:06}" if value.microseconds else parts

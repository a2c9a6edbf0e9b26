"""Times as HL7 writes them, `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ]`, as ISO 8601. Pure.

What is precise to the day stays a date, and what names no zone gets the source's own, if it has one: a hospital's
clock is a local one. What cannot be read stays as it is written, and the record's schema will say so.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,6})\d*)?)?)?)?)?)?(?:([+-])(\d\d)(\d\d))?",
    re.ASCII,
)


def as_iso(written: str, zone: ZoneInfo | None) -> str:
    """`20261121203000` as `2026-11-21T20:30:00`, with its offset where that is known; a day, month or year likewise."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return written
    try:
        if found[4] is None:
            year, month, day = (int(part or 1) for part in found.group(1, 2, 3))
            whole = date(year, month, day).isoformat()
            return whole if found[3] else whole[:7] if found[2] else whole[:4]
        moment = _moment(found, zone)
    except ValueError:
        return written
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def as_number(written: str, zone: ZoneInfo | None) -> int | None:
    """A number that grows with the time, to the millisecond (`20261121203000000`); None if it is no time."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    try:
        moment = _moment(found, zone)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:
            return None
    return int(moment.strftime("%Y%m%d%H%M%S").zfill(14)) * 1_000 + moment.microsecond // 1_000


def _moment(found: re.Match[str], zone: ZoneInfo | None) -> datetime:
    year, month, day = (int(part or 1) for part in found.group(1, 2, 3))
    hour, minute, second = (int(part or 0) for part in found.group(4, 5, 6))
    micro = int((found[7] or "").ljust(6, "0"))
    tz: timezone | ZoneInfo | None = zone
    if found[8]:
        away = timedelta(hours=int(found[9]), minutes=int(found[10]))
        tz = timezone(-away if found[8] == "-" else away)
    return datetime(year, month, day, hour, minute, second, micro, tz)

"""Local time: what a clock on the wall shows, and the moment that this is.

Twice a year a clock on the wall lies in most of the world: an hour is left out, or comes twice. A time of day that is
left out means the first moment after the gap, one that comes twice means the earlier (DECISIONS 21). So a wait set for
02:30 is never skipped and never early, and a later time of day never comes before an earlier one.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from engine.durations import Duration

FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Dates beyond these are slips of the pen, and would leave what a calendar can count."""
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE = timedelta(days=1)


def moment_at(day: date, clock: time, zone: tzinfo) -> datetime:
    """The moment, in UTC, at which the clocks of a zone show this time on this day."""
    wall = datetime.combine(day, clock.replace(tzinfo=None, fold=0))
    earlier = wall.replace(tzinfo=zone).astimezone(UTC)
    if earlier.astimezone(zone).replace(tzinfo=None) == wall:
        return earlier
    return _after_gap(wall, zone)


def _after_gap(wall: datetime, zone: tzinfo) -> datetime:
    """The first moment after the gap in which this local time lies: where the offset from UTC changes.

    By PEP 495 the two readings of a time that is left out lie on both sides of the change, so it is found by halving.
    """
    before, after = sorted(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return change_of_clocks(before, after, zone)


def change_of_clocks(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The first moment with another offset from UTC, between two (in UTC) of which the later has another already."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(microseconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def later(when: datetime, duration: Duration, zone: tzinfo) -> datetime:
    """The moment so much after a date with time: days keep the time of day there, seconds go by the clock."""
    moment = when.astimezone(UTC)
    if duration.days:
        local = when.astimezone(zone)
        moment = moment_at(local.date() + timedelta(days=duration.days), local.time(), zone)
    return moment + timedelta(seconds=duration.seconds)


def next_time_of_day(at: datetime, clock: time, zone: tzinfo) -> datetime:
    """The first moment, not before `at`, at which the clocks of the zone show this time."""
    day = at.astimezone(zone).date()
    while (moment := moment_at(day, clock, zone)) < at:
        day += _WHOLE
    return moment


def parse_clock(text: str) -> time | None:
    """A time of day such as `9:30` or `18:00:30`; None if the text is none."""
    found = _CLOCK.fullmatch(text.strip())
    return None if found is None else time(int(found[1]), int(found[2]), int(found[3] or 0))


def parse_when(value: object) -> date | datetime | time | None:
    """What a record says about time: a date, a date with time (with a zone or without), a time of day; else None."""
    if isinstance(value, (datetime, date, time)):
        found: date | datetime | time | None = value
    elif isinstance(value, str) and 0 < len(text := value.strip()) <= 40:
        found = parse_clock(text) or _parse_date(text)
    else:
        return None
    if isinstance(found, date) and not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found


def _parse_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else datetime.fromisoformat(text)
    except ValueError:
        return None


def when_is(when: date | datetime, zone: tzinfo) -> datetime:
    """The moment of a date (its midnight) or of a date with time; without a zone of its own it is local."""
    if not isinstance(when, datetime):
        return moment_at(when, time(), zone)
    if when.tzinfo is None:
        return moment_at(when.date(), when.time(), zone)
    return when.astimezone(UTC)

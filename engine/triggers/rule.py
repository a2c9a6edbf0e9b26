"""A rule of RFC 5545 (`FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=0`), as far as schedules take it.

It is walked in local time, and each time of day becomes a moment as everywhere (DECISIONS 21): one that is left out
where clocks change comes at the first moment after the gap, one that comes twice comes once.

dateutil walks a rule from its first day on, and one that never fits to the year 9999, which takes seconds. So the walk
begins near the moment that is asked for, which changes nothing where nothing is counted; and it is made late in the
calendar, which repeats every 400 years, so that its end is never far.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from dateutil import rrule

from engine.faults import shown
from engine.fields import fault
from engine.zoned import moment_at

MESSAGES = {
    "{value} is no rule such as FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=0", "{value} is not known in a rule here",
    "at least a minute apart (is {value})", "from 1 to {limit} (is {value})", "is no rule: {reason}",
    "says COUNT and UNTIL", "{value} is no date such as 20261231 or 20261231T180000",
}  # fmt: skip
"""Sentences of this module; each has its translation."""

MOST_COUNT, MOST_INTERVAL = 1_000, 1_000
APART = timedelta(minutes=1)
_PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)", re.ASCII)
_UNTIL = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z?)?", re.ASCII)
_OFTEN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYHOUR", "BYMINUTE"}
"""What a rule by the minute or the hour may say: by the month it would be walked for long."""
_SELDOM = _OFTEN | {"BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYYEARDAY", "BYWEEKNO"}
_STEPS = {
    "MINUTELY": timedelta(minutes=1), "HOURLY": timedelta(hours=1), "DAILY": timedelta(days=1),
    "WEEKLY": timedelta(weeks=1),
}  # fmt: skip
_SOON, _FAR = timedelta(days=60), timedelta(days=3_660)
_BACK = timedelta(days=1)
CYCLE = 400
"""Years after which the calendar repeats, weekdays and all."""
_LAST = 9_979
"""The last year from which a rule is walked."""
_SOME_DAY = datetime.fromisoformat("2026-01-01")


class Rule:
    """A rule that was read. Two moments of it are at least a minute apart."""

    __slots__ = ("_parts", "_until", "source")

    def __init__(self, written: str) -> None:
        self._parts = _parts(written)
        self.source = ";".join(f"{name}={value}" for name, value in self._parts.items())
        until = self._parts.pop("UNTIL", None)
        self._until = None if until is None else (_local(until), until.endswith("Z"))
        try:
            self._compiled(_SOME_DAY, _SOME_DAY)
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise fault("is no rule: {reason}", reason=str(error)[:200]) from None

    def moments(self, first: datetime, after: datetime, zone: tzinfo) -> Iterator[datetime]:
        """Its moments after one, in UTC, in order; `first` is when it begins, as the clocks of the zone show it."""
        last: datetime | None = None
        wanted = after.astimezone(zone).replace(tzinfo=None) - _BACK
        for wall in self._walk(first, wanted):
            moment = moment_at(wall.date(), wall.time(), zone)
            if self._is_over(moment, zone):
                return
            if moment > after and (last is None or moment - last >= APART):
                last = moment
                yield moment

    def _walk(self, first: datetime, wanted: datetime) -> Iterator[datetime]:
        """What the clocks show, from some time before `wanted` on, up to a horizon."""
        step = _STEPS.get(self._parts["FREQ"])
        if step is not None and "COUNT" not in self._parts and wanted > first:
            stride = step * int(self._parts.get("INTERVAL", "1"))
            first += (wanted - first) // stride * stride
        often = self._parts["FREQ"] in ("MINUTELY", "HOURLY")
        horizon = max(first, wanted) + (_SOON if often else _FAR)
        years = (_LAST - first.year) // CYCLE * CYCLE
        for wall in self._compiled(_shifted(first, years), _shifted(horizon, years)):
            yield _shifted(wall, -years)

    def _compiled(self, first: datetime, horizon: datetime) -> rrule.rrule:
        made: Any = rrule.rrulestr(";".join(f"{name}={value}" for name, value in self._parts.items()), dtstart=first)
        assert isinstance(made, rrule.rrule)
        return made if "COUNT" in self._parts else made.replace(until=horizon)

    def _is_over(self, moment: datetime, zone: tzinfo) -> bool:
        if self._until is None:
            return False
        wall, universal = self._until
        return moment > (wall.replace(tzinfo=UTC) if universal else moment_at(wall.date(), wall.time(), zone))


def _shifted(wall: datetime, years: int) -> datetime:
    return wall.replace(year=wall.year + years)


def _local(until: str) -> datetime:
    """The end that UNTIL names; a day is there until it ends."""
    found = _UNTIL.fullmatch(until)
    try:
        if found is None:
            raise ValueError
        year, month, day, hour, minute, second = found.groups()
        clock = f"{hour}:{minute}:{second}" if hour else "23:59:59"
        return datetime.fromisoformat(f"{year}-{month}-{day}T{clock}")
    except ValueError:
        message = "{value} is no date such as 20261231 or 20261231T180000"
        raise fault(message, value=shown(until)) from None


def _parts(written: str) -> dict[str, str]:
    """The rule taken apart."""
    parts: dict[str, str] = {}
    for part in written.strip().upper().removeprefix("RRULE:").strip(";").split(";"):
        found = _PART.fullmatch(part.strip())
        if found is None or found[1] in parts:
            message = "{value} is no rule such as FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=0"
            raise fault(message, value=shown(written))
        parts[found[1]] = found[2]
    frequency = parts.get("FREQ", "")
    if frequency == "SECONDLY" or "BYSECOND" in parts:
        raise fault("at least a minute apart (is {value})", value=shown(written))
    if unknown := sorted(parts.keys() - (_OFTEN if frequency in ("MINUTELY", "HOURLY") else _SELDOM)):
        raise fault("{value} is not known in a rule here", value=unknown[0])
    if "COUNT" in parts and "UNTIL" in parts:
        raise fault("says COUNT and UNTIL")
    for name, limit in (("COUNT", MOST_COUNT), ("INTERVAL", MOST_INTERVAL)):
        number = parts.get(name, "1")
        if not number.isdecimal() or not 1 <= int(number) <= limit:
            raise fault("from 1 to {limit} (is {value})", limit=limit, value=number)
    return parts

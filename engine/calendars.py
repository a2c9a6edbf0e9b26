"""Calendars: when an organisation is open (CONTRACT §6).

A day's hours are, in this order: those of the exception for that day; none if it is a public holiday; those of the day
off that it makes up for (in China a Saturday is worked for a bridging day, at that day's hours); those of its weekday.
Days and hours are those of the calendar's own time zone: an office keeps its hours, wherever its callers are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, model_validator

from engine.faults import shown
from engine.fields import fault
from engine.zoned import FIRST_YEAR, LAST_YEAR, moment_at, parse_clock

State = Literal["open", "closed", "holiday"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_SPANS = 24
MAX_EXCEPTIONS = 3_660
LOOK_AHEAD = 400
"""Days in which the next opening is looked for."""
_DAY = timedelta(days=1)
_NAMES = ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y")
"""How the day that is worked instead stands in the name of a day off."""

MESSAGES = {
    "must be two times of day, from and to (is {value})", "{value} is no time of day such as 09:30",
    "ends before it begins ({value})", "begins before the one above it has ended ({value})",
    "{value} is no date such as 2026-12-31", "{value} is no time zone such as Asia/Shanghai",
    "{value} is no country whose holidays are known, such as CN", "says no hours at all",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class Span(msgspec.Struct, frozen=True):
    """Open from one time of day to another; `end` None is the end of the day."""

    start: time
    end: time | None


def _span(value: Any) -> Span:
    if isinstance(value, Span):
        return value
    if not isinstance(value, (list, tuple)) or len(value) != 2 or not all(isinstance(part, str) for part in value):
        raise fault("must be two times of day, from and to (is {value})", value=shown(value))
    start, end = parse_clock(value[0]), None if value[1] == "24:00" else parse_clock(value[1])
    if start is None or (end is None and value[1] != "24:00"):
        wrong = value[0] if start is None else value[1]
        raise fault("{value} is no time of day such as 09:30", value=shown(wrong))
    if end is not None and end <= start:
        raise fault("ends before it begins ({value})", value="–".join(value))
    return Span(start, end)


def _in_order(spans: list[Span]) -> tuple[Span, ...]:
    for earlier, span in pairwise(spans):
        if earlier.end is None or span.start < earlier.end:
            value = f"{span.start:%H:%M}–{'24:00' if span.end is None else format(span.end, '%H:%M')}"
            raise fault("begins before the one above it has ended ({value})", value=value)
    return tuple(spans)


def _date(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        if not isinstance(value, str) or len(value) != 10 or not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise fault("{value} is no date such as 2026-12-31", value=shown(value)) from None


def _zone(value: Any) -> ZoneInfo | None:
    if value is None or isinstance(value, ZoneInfo):
        return value
    try:
        if isinstance(value, str) and value:
            return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise fault("{value} is no time zone such as Asia/Shanghai", value=shown(value))


def country_code(value: Any) -> str | None:
    """A country whose holidays are known, or a part of one: `CN`, `DE-BY`; a fault if it is none."""
    if value in (None, ""):
        return None
    if isinstance(value, str) and len(value) <= 12:
        import holidays  # it is large, and few flows ask

        country, _, part = value.partition("-")
        supported = holidays.list_supported_countries(include_aliases=False)
        if country in supported and (not part or part in supported[country]):
            return value
    raise fault("{value} is no country whose holidays are known, such as CN", value=shown(value))


Hours = Annotated[list[Annotated[Span, PlainValidator(_span)]], Field(max_length=MAX_SPANS), AfterValidator(_in_order)]


class Calendar(BaseModel):
    """When an organisation is open. Times without `time_zone` are in the zone that `state` is asked with."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)

    time_zone: Annotated[ZoneInfo | None, PlainValidator(_zone)] = None
    week: dict[Weekday, Hours] = {}
    holidays: Annotated[str | None, PlainValidator(country_code)] = None
    exceptions: dict[Annotated[date, PlainValidator(_date)], Hours] = Field(
        {}, alias="except", max_length=MAX_EXCEPTIONS
    )

    @model_validator(mode="after")
    def _says_something(self) -> Calendar:
        if not self.week and not self.exceptions:
            raise fault("says no hours at all")
        return self

    def hours(self, day: date) -> tuple[Span, ...]:
        """The hours of a day, in order."""
        return self._day(day)[0]

    def state(self, at: datetime, zone: ZoneInfo) -> State:
        """Whether it is open at this moment; `zone` is used where the calendar has none of its own."""
        zone = self.time_zone or zone
        day = at.astimezone(zone).date()
        if any(start <= at < end for start, end in self.opened(day, zone)):
            return "open"
        return "holiday" if self._day(day)[1] else "closed"

    def next_opening(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """The first moment from `at` on at which it is open, in UTC; None if there is none within 400 days."""
        zone = self.time_zone or zone
        day = at.astimezone(zone).date()
        for _ in range(LOOK_AHEAD):
            for start, end in self.opened(day, zone):
                if at < end:
                    return max(start, at.astimezone(UTC))
            day += _DAY
        return None

    def opened(self, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """A day's hours as moments, in the calendar's own zone if it has one; hours that clocks leave out are none."""
        zone = self.time_zone or zone
        for span in self.hours(day):
            start = moment_at(day, span.start, zone)
            end = moment_at(day, span.end, zone) if span.end is not None else moment_at(day + _DAY, time(), zone)
            if start < end:
                yield start, end

    def _day(self, day: date) -> tuple[tuple[Span, ...], bool]:
        """A day's hours, and whether it is a holiday without any."""
        days = _public_holidays(self.holidays, day.year) if self.holidays else _NONE
        if day in self.exceptions:
            hours = cast("tuple[Span, ...]", self.exceptions[day])
            return hours, not hours and day in days.off
        if day in days.off:
            return (), True
        weekday = days.worked.get(day, day.weekday())
        return cast("tuple[Span, ...]", self.week.get(WEEKDAYS[weekday], ())), False


def is_open(calendar: Calendar, at: datetime, zone: ZoneInfo | None = None) -> State:
    """What a calendar says of a moment: `open`, `closed` or `holiday`; `zone` is for one that has none (else UTC)."""
    return calendar.state(at, zone or ZoneInfo("UTC"))


def lacks_worked_days(country: str, year: int) -> bool:
    """Whether a country has days that are worked for days off, and those of this year are not known yet."""
    if _public_holidays(country, year).worked:
        return False
    return any(_public_holidays(country, earlier).worked for earlier in range(year - 2, year))


class _Days(msgspec.Struct, frozen=True):
    """A year's days off, and the days that are worked for them: by each, the weekday whose hours it has."""

    off: frozenset[date]
    worked: Mapping[date, int]


_NONE = _Days(frozenset(), {})


@lru_cache(maxsize=500)
def _public_holidays(country: str, year: int) -> _Days:
    """The public holidays of a year; `country` may name a part of one: `CN`, `DE-BY`.

    Days worked instead are those that the package knows: China publishes them a few weeks before the year begins.
    """
    import holidays

    code, _, part = country.partition("-")
    names: dict[date, str] = {}
    made_up: set[date] = set()
    for one in (year, year + 1):  # New Year's bridging day may be made up for in December
        found = holidays.country_holidays(code, subdiv=part or None, years=one, expand=False)
        names |= dict(found.items())
        made_up |= {day for day in getattr(found, "weekend_workdays", ()) if day.year == year}
    worked = {day: _weekday_for(day, names) for day in made_up}
    return _Days(frozenset(day for day in names if day.year == year), worked)


def _weekday_for(worked: date, names: Mapping[date, str]) -> int:
    """The weekday of the day off that is made up for; Monday if it is not named."""
    written = [worked.strftime(form) for form in _NAMES]
    return next((day.weekday() for day, name in names.items() if any(form in name for form in written)), 0)


def calendar_or_name(value: Any) -> Calendar | str:
    """A calendar as it stands in a document: the calendar itself, or the name of one that is kept elsewhere."""
    if isinstance(value, Calendar) or (isinstance(value, str) and 0 < len(value) <= 64):
        return value
    return Calendar.model_validate(value)

"""Date: so long before or after a date of the record, at a time of day where the person lives.

"The day before the visit at ten" is a day of the calendar, not 24 hours: where clocks change in between, ten stays ten
(DECISIONS 21). A start before a date is of use until that date has come, one after it for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property, lru_cache
from typing import Any, Literal, Self

import msgspec
from pydantic import model_validator

from engine.durations import Duration
from engine.fields import fault
from engine.time_fields import Offset, TimeOfDay
from engine.triggers.config import Field, Once, RecordCondition, RecordField, RecordTypeName, TriggerConfig
from engine.triggers.scope import Look
from engine.zoned import FIRST_YEAR, LAST_YEAR, later, moment_at, parse_when, when_is

MESSAGES = {"a time of day goes with whole days (is {value})"}
"""Sentences of this module; each has its translation."""
_MIDNIGHT = time()
_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Planned(msgspec.Struct, frozen=True):
    """When a flow is to start, and from when on that is of no use any more; microseconds UTC."""

    moment: int
    over_at: int | None = None

    def is_over(self, at: int) -> bool:
        """Whether it is of no use any more."""
        return self.over_at is not None and at >= self.over_at


class DateTrigger(TriggerConfig):
    """Starts the flow at a moment that is counted from a date of the record; the date moves, and so does the moment."""

    record_type: RecordTypeName
    field: RecordField = Field(description="The field with the date, or the date with a time.")
    offset: Offset = Field(None, description="Before or after it: -1d for the day before, 2h for two hours after.")
    at: TimeOfDay = Field(None, description="At this time of day, in the contact's zone.")
    when: RecordCondition | None = Field(None, description="Only where this holds, when the moment has come.")
    cancel_when: RecordCondition | None = Field(
        None, description="Where this holds, nothing is planned, and what was started for the record is cancelled."
    )
    once: Once | None = Field(None, description="Once for the record, the contact, or the contact a day.")
    if_past: Literal["skip", "start"] = Field(
        "skip", description="A moment that has passed when the record comes starts nothing, or starts at once."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.at is not None and not self.distance.is_whole_days:
            raise fault("a time of day goes with whole days (is {value})", value=str(self.distance))
        return self

    @cached_property
    def distance(self) -> Duration:
        """How far from the date, none if nothing is said."""
        return self.offset or Duration()

    def cancels(self, look: Look) -> bool:
        """Whether what was planned or started for the record is to be cancelled."""
        return self.cancel_when is not None and self.cancel_when.test(look)

    def holds(self, look: Look) -> bool:
        """Whether the flow is to start, as the record stands."""
        return self.when is None or self.when.test(look)

    def may_hold(self, look: Look) -> bool:
        """Whether it does, as far as can be known before that: one that asks for the time is asked when it has come."""
        return self.when is None or ("now",) in self.when.names or self.when.test(look)

    def date_of(self, record: Mapping[str, Any]) -> date | datetime | None:
        """The date from which the moment is counted; None if the record has none."""
        found = parse_when(record.get(self.field))
        return None if isinstance(found, time) else found

    def planned(self, record: Mapping[str, Any], zone: tzinfo) -> Planned | None:
        """When the flow is to start for this record; None if it has no date."""
        found = self.date_of(record)
        if found is None:
            return None
        try:
            exact = when_is(found, zone) if isinstance(found, datetime) else None
            moment = self._moment(found, exact, zone)
            over = self._over(found, exact, zone)
        except OverflowError:  # beyond the years that a calendar has
            return None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            return None
        return Planned(_micros(moment), None if over is None else _micros(over))

    def _moment(self, found: date, exact: datetime | None, zone: tzinfo) -> datetime:
        """The moment, from the date and, if it has a time, what moment that is."""
        distance = self.distance
        if exact is not None and self.at is None:
            return later(exact, distance, zone)
        day = found if exact is None else exact.astimezone(zone).date()
        moment = _on(day + timedelta(days=distance.days), self.at or _MIDNIGHT, zone)
        return moment + timedelta(seconds=distance.seconds) if distance.seconds else moment

    def _over(self, found: date, exact: datetime | None, zone: tzinfo) -> datetime | None:
        """When the date has come: a day is there until it ends."""
        if self.distance.days >= 0 and self.distance.seconds >= 0:
            return None
        return _on(found + timedelta(days=1), _MIDNIGHT, zone) if exact is None else exact


@lru_cache(maxsize=4096)
def _on(day: date, clock: time, zone: tzinfo) -> datetime:
    """The same days come again and again."""
    return moment_at(day, clock, zone)


def _micros(moment: datetime) -> int:
    return (moment - _START) // _MICROSECOND

"""A campaign's policy: whom it may contact when, how fast, how often; CONTRACT §3's body without audience and flow.

It is all data. What is left out is the careful choice: nobody is called at night or more than three times a day because
somebody forgot to say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import groupby
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from engine.calendars import WEEKDAYS, Calendar, Weekday, country_code
from engine.campaigns.lengths import Clock, ClockOrMidnight, Length, Moment, clock_text
from engine.durations import Duration
from engine.fields import fault
from engine.zoned import change_of_clocks

RetriedFate = Literal["busy", "no_answer", "failed", "machine", "not_completed"]
"""What may be tried again. `not_completed`: answered, and left before the end."""
REMEMBERED = 4_000
"""Days whose windows a policy remembers, each zone's apart."""
SHORTEST_RETRY = 60
"""Seconds: nobody is rung again within a minute."""

MESSAGES = {
    "ends before it begins ({value}): over midnight it is two windows", "at least one minute (is {value})",
    "needs calls_per_second or at_once: there is nothing to warm up", "says nothing", "names {value} twice",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _once(days: list[Weekday]) -> list[Weekday]:
    for day in days:
        if days.count(day) > 1:
            raise fault("names {value} twice", value=day)
    return days


class Window(_Part):
    """Hours of some weekdays, by the clocks where the contact lives."""

    days: Annotated[list[Weekday], AfterValidator(_once)] = Field(list(WEEKDAYS), min_length=1)
    start: Clock = Field(alias="from")
    end: ClockOrMidnight = Field(alias="to")

    @field_validator("end", mode="after")
    @classmethod
    def _in_order(cls, end: Any, info: ValidationInfo) -> Any:
        start = info.data.get("start")
        if end is not None and start is not None and end <= start:
            written = f"{clock_text(start)}–{clock_text(end)}"
            raise fault("ends before it begins ({value}): over midnight it is two windows", value=written)
        return end


class WarmUp(_Part):
    """A campaign's first minutes: its pace rises evenly from a share of itself to the whole."""

    over: Length
    share: float = Field(0.1, alias="from", gt=0, le=1, allow_inf_nan=False)


class Pace(_Part):
    """How fast. The limits of trunks hold besides."""

    calls_per_second: float | None = Field(None, gt=0, le=1_000, allow_inf_nan=False)
    at_once: int | None = Field(None, ge=1, le=10_000)
    spread: Length | None = Field(None, description="First attempts are spread evenly over so much time.")
    warm_up: WarmUp | None = None

    @model_validator(mode="after")
    def _warms_something(self) -> Pace:
        if self.warm_up is not None and self.calls_per_second is None and self.at_once is None:
            raise fault("needs calls_per_second or at_once: there is nothing to warm up")
        return self


class RetryRule(_Part):
    """After this fate, so much later, so many times; several rules for one fate are taken in their order."""

    fate: RetriedFate
    after: Length
    times: int = Field(1, ge=1, le=20)

    @field_validator("after", mode="after")
    @classmethod
    def _leaves_in_peace(cls, after: Duration) -> Duration:
        if after.length.total_seconds() < SHORTEST_RETRY:
            raise fault("at least one minute (is {value})", value=str(after))
        return after


class AttemptLimits(_Part):
    """How often one person is tried, retries and all; attempts that never rang are not counted here."""

    per_day: int = Field(3, ge=1, le=20)
    in_all: int | None = Field(None, ge=1, le=100)


class NeverRang(_Part):
    """What becomes of attempts of which the person noticed nothing: a network was down, a number does not exist.

    Each waits twice as long as the one before, at most a day: so an outage of hours exhausts nobody.
    """

    after: Length = Field(default_factory=lambda: Duration(seconds=900))
    times: int = Field(6, ge=0, le=50)


class Cap(_Part):
    """At most so many contacts with one address within a time, by all campaigns together."""

    contacts: int = Field(1, ge=1, le=100)
    per: Length


class StopAt(_Part):
    """When the campaign stops of itself: money is spent, too much fails, a moment has come."""

    budget: float | None = Field(None, gt=0, allow_inf_nan=False)
    failure_rate: float | None = Field(None, gt=0, le=1, allow_inf_nan=False)
    sample: int = Field(50, ge=10, le=10_000, description="The failure rate is that of so many latest attempts.")
    until: Moment | None = None

    @model_validator(mode="after")
    def _says_something(self) -> StopAt:
        if self.budget is None and self.failure_rate is None and self.until is None:
            raise fault("says nothing")
        return self


Country = Annotated[
    str | None, PlainValidator(country_code), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}]})
]
DAYTIME = {"days": list(WEEKDAYS), "from": "09:00", "to": "20:00"}
"""The window where none is given."""


def as_shown(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """A window without the time in which clocks, set back, show once more what comes before its beginning."""
    local = start.astimezone(zone)
    before, after = local.utcoffset(), end.astimezone(zone).utcoffset()
    assert before is not None and after is not None
    if after < before:
        change = change_of_clocks(start, end, zone)
        again = local.replace(tzinfo=UTC, fold=0) - after
        if again > change:
            yield start, change
            start = again
    if start < end:
        yield start, end


class Policy(_Part):
    """The rules of a campaign. A body with more in it (audience, flow) inherits from this."""

    windows: list[Window] = Field(default_factory=lambda: [Window.model_validate(DAYTIME)], min_length=1, max_length=24)
    holidays: Country = Field(None, description="A country whose public holidays are left out: CN, DE-BY.")
    calendar: str | None = Field(
        None, min_length=1, max_length=64, description="A kept calendar: only while it is open as well."
    )
    pace: Pace = Pace()
    retries: list[RetryRule] = Field([], max_length=50)
    attempts: AttemptLimits = AttemptLimits()
    never_rang: NeverRang = NeverRang()
    cap: Cap | None = None
    priority: int = Field(50, ge=0, le=100, description="The higher goes first.")
    stop_at: StopAt | None = None

    @cached_property
    def hours(self) -> Calendar:
        """The windows as a calendar: by weekday, closed on holidays, days worked instead like the day they replace."""
        return Calendar.model_validate(
            {"week": {day: self._spans(day) for day in WEEKDAYS}, "holidays": self.holidays or None}
        )

    def opened(self, day: date, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
        """A day's windows as moments, by the clocks of a zone; remembered, for thousands ask for the same few days."""
        known = self._days
        found = known.get((day, zone))
        if found is None:
            if len(known) >= REMEMBERED:
                known.clear()
            found = known[day, zone] = tuple(
                part for start, end in self.hours.opened(day, zone) for part in as_shown(start, end, zone)
            )
        return found

    @cached_property
    def _days(self) -> dict[tuple[date, ZoneInfo], tuple[tuple[datetime, datetime], ...]]:
        return {}

    def _spans(self, day: Weekday) -> list[list[str]]:
        """A weekday's windows, those that overlap or touch made into one."""
        windows = sorted((clock_text(w.start), clock_text(w.end)) for w in self.windows if day in w.days)
        spans: list[list[str]] = []
        for start, end in windows:
            if spans and start <= spans[-1][1]:
                spans[-1][1] = max(spans[-1][1], end)
            else:
                spans.append([start, end])
        return spans

    @cached_property
    def rules(self) -> dict[str, tuple[RetryRule, ...]]:
        """By fate: the rule of its first retry, of its second, and so on."""
        ordered = sorted(self.retries, key=lambda rule: rule.fate)
        return {
            fate: tuple(rule for rule in rules for _ in range(rule.times))
            for fate, rules in groupby(ordered, key=lambda rule: rule.fate)
        }

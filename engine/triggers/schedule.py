"""Schedule: again and again, by a rule, on the clocks of a zone; for nobody in particular, or for an audience."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, tzinfo
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, field_validator, model_validator
from pydantic_core import CoreSchema, core_schema

from engine.faults import shown
from engine.fields import fault
from engine.triggers import rule
from engine.triggers.config import Field, Once, RecordCondition, RecordTypeName, TriggerConfig
from engine.triggers.scope import zone_of
from engine.zoned import parse_when

MESSAGES = {
    "{value} is no time zone such as Asia/Shanghai", "goes with an audience",
    "must be text (is {value})",
    "{value} is no date such as 2026-12-03 or 2026-12-03T10:00",
}  # fmt: skip
"""Sentences of this module; each has its translation."""
LONGEST = 500


class Rule(rule.Rule):
    """A rule as a field: text in the document."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._read, json_schema_input_schema=core_schema.str_schema(max_length=LONGEST)
        )

    @classmethod
    def _read(cls, value: Any) -> Rule:
        if isinstance(value, cls):
            return value
        if not isinstance(value, str) or len(value) > LONGEST:
            raise fault("must be text (is {value})", value=shown(value))
        return cls(value)


class Audience(BaseModel):
    """For which records a flow is started: those of a type for which a condition holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    record_type: RecordTypeName
    when: RecordCondition | None = None


class ScheduleTrigger(TriggerConfig):
    """Starts the flow at each moment of the rule: once, or for every record of an audience."""

    rrule: Rule = Field(description="Such as FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=0 (RFC 5545).")
    time_zone: str | None = Field(None, max_length=64, description="On whose clocks; the organisation's if not given.")
    start: str | None = Field(
        None, max_length=40, description="From when on it counts, on those clocks; from now on if not given."
    )
    audience: Audience | None = Field(None, description="For each of these records; once without anybody if not given.")
    once: Once | None = Field(None, description="For each record or contact of the audience once, or once a day.")

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str | None) -> str | None:
        if name is not None and zone_of({"time_zone": name}, "").key != name:
            raise fault("{value} is no time zone such as Asia/Shanghai", value=shown(name))
        return name

    @field_validator("start")
    @classmethod
    def _is_a_moment(cls, written: str | None) -> str | None:
        if written is not None and _begins(written) is None:
            raise fault("{value} is no date such as 2026-12-03 or 2026-12-03T10:00", value=shown(written))
        return written

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.once is not None and self.audience is None:
            raise fault("goes with an audience")
        return self

    def zone(self, default: str) -> ZoneInfo:
        """On whose clocks it goes."""
        return zone_of({"time_zone": self.time_zone}, default)

    def after(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """Its first moment after this one; None if there is none any more."""
        return next(self.moments(moment, zone), None)

    def moments(self, after: datetime, zone: tzinfo) -> Iterator[datetime]:
        """Its moments after this one, in UTC, in order."""
        first = _begins(self.start) if self.start is not None else None
        if first is None:
            first = after
        if first.tzinfo is not None:
            first = first.astimezone(zone)
        return self.rrule.moments(first.replace(tzinfo=None, second=0, microsecond=0), after, zone)


def _begins(written: str) -> datetime | None:
    """The moment that is written, or the beginning of the day."""
    found = parse_when(written)
    if found is None or isinstance(found, (datetime, time)):
        return found if isinstance(found, datetime) else None
    return datetime.combine(found, time())

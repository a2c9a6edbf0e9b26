"""How times stand in a policy: lengths of time, times of day, moments; each goes back into JSON as it came."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from engine.durations import Duration, parse_duration
from engine.faults import shown
from engine.fields import fault
from engine.zoned import parse_clock, parse_when

MESSAGES = {
    "{value} is no length of time such as 10m, 2h or 3d", "must be longer than nothing (is {value})",
    "{value} is no time of day such as 09:30", "{value} is no moment with a time zone such as 2026-12-03T18:00+08:00",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


def _length(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    found = parse_duration(value) if isinstance(value, str) else None
    if found is None:
        raise fault("{value} is no length of time such as 10m, 2h or 3d", value=shown(value))
    if found.length.total_seconds() <= 0:
        raise fault("must be longer than nothing (is {value})", value=shown(value))
    return found


def _clock(value: Any) -> time:
    if isinstance(value, time):
        return value
    found = parse_clock(value) if isinstance(value, str) else None
    if found is None:
        raise fault("{value} is no time of day such as 09:30", value=shown(value))
    return found


def _until(value: Any) -> time | None:
    return None if value is None or value == "24:00" else _clock(value)


def _moment(value: Any) -> datetime:
    found = parse_when(value) if not isinstance(value, datetime) else value
    if not isinstance(found, datetime) or found.tzinfo is None:
        raise fault("{value} is no moment with a time zone such as 2026-12-03T18:00+08:00", value=shown(value))
    return found.astimezone(UTC)


def clock_text(clock: time | None) -> str:
    """A time of day as people write it; None is the end of the day."""
    if clock is None:
        return "24:00"
    return format(clock, "%H:%M:%S" if clock.second else "%H:%M")


Length = Annotated[
    Duration, PlainValidator(_length), PlainSerializer(str, str), WithJsonSchema({"type": "string", "examples": ["2h"]})
]
"""A length of time above nothing: `10m`, `2h`, `3d`; days are days of a calendar."""
Clock = Annotated[
    time,
    PlainValidator(_clock),
    PlainSerializer(clock_text, str),
    WithJsonSchema({"type": "string", "examples": ["09:00"]}),
]
"""A time of day: `09:00`."""
ClockOrMidnight = Annotated[
    time | None,
    PlainValidator(_until),
    PlainSerializer(clock_text, str),
    WithJsonSchema({"type": "string", "examples": ["20:00", "24:00"]}),
]
"""A time of day at which something ends; None is the end of the day, written `24:00`."""
Moment = Annotated[
    datetime,
    PlainValidator(_moment),
    PlainSerializer(datetime.isoformat, str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment, kept in UTC."""

"""The kinds of fields that say a time: a length of time, a time of day, a moment."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any

from pydantic import GetPydanticSchema, WithJsonSchema
from pydantic_core import core_schema

from engine.durations import Duration, parse_duration
from engine.expressions.scope import Scope
from engine.expressions.template import text
from engine.faults import shown
from engine.fields import Template, fault
from engine.zoned import parse_clock, parse_when

MESSAGES = {
    "{value} is no length of time such as 90s, 10m, 2h30m, 3d or P1D, at most ten years",
    "{value} is no time of day such as 09:30", "{value} is no date such as 2026-12-03 or 2026-12-03T10:00", "is empty",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class _Worked(Template):
    """A template whose text is checked at once where nothing in it has to be filled in."""

    @property
    def is_fixed(self) -> bool:
        """Whether it says the same in every session."""
        return all(isinstance(piece, str) for piece in self.pieces)

    @classmethod
    def _validate(cls, value: Any) -> Any:
        template = super()._validate(value)
        if not template.source.strip():
            raise fault("is empty")
        return template


class DurationText(_Worked):
    """A length of time, never below zero, or a template that gives one; a plain number is seconds."""

    widget = "duration"

    @classmethod
    def _validate(cls, value: Any) -> Any:
        seconds = isinstance(value, int) and not isinstance(value, bool)
        template = super()._validate(f"{value}s" if seconds else value)
        if template.is_fixed and template.duration({}) is None:
            message = "{value} is no length of time such as 90s, 10m, 2h30m, 3d or P1D, at most ten years"
            raise fault(message, value=shown(template.source))
        return template

    def duration(self, scope: Scope) -> Duration | None:
        """The length of time; None if what was filled in is none."""
        found = parse_duration(self.render(scope))
        return None if found is None or found.days < 0 or found.seconds < 0 else found


class MomentText(_Worked):
    """A date, a date with time, or a time of day; or a template that gives one."""

    widget = "moment"

    @classmethod
    def _validate(cls, value: Any) -> Any:
        template = super()._validate(value)
        if template.is_fixed and parse_when(template.source) is None:
            message = "{value} is no date such as 2026-12-03 or 2026-12-03T10:00"
            raise fault(message, value=shown(template.source))
        return template

    def when(self, scope: Scope) -> Any:
        """The date, date with time or time of day; None if what was filled in is none of them."""
        value = self.value(scope)
        return parse_when(value if not isinstance(value, (str, int, float)) else text(value))


def _offset(value: Any) -> Duration | None:
    if value is None or isinstance(value, Duration):
        return value
    found = parse_duration(value) if isinstance(value, str) else None
    if found is None:
        message = "{value} is no length of time such as 90s, 10m, 2h30m, 3d or P1D, at most ten years"
        raise fault(message, value=shown(value))
    return found


def _clock(value: Any) -> time | None:
    if value is None or isinstance(value, time):
        return value
    found = parse_clock(value) if isinstance(value, str) else None
    if found is None:
        raise fault("{value} is no time of day such as 09:30", value=shown(value))
    return found


def _by(function: Any) -> Any:
    return GetPydanticSchema(lambda source, handler: core_schema.no_info_plain_validator_function(function))


Offset = Annotated[Duration | None, _by(_offset), WithJsonSchema({"type": "string", "widget": "offset"})]
"""A length of time, with a sign for before: `-1d`, `2h`; or nothing."""

TimeOfDay = Annotated[time | None, _by(_clock), WithJsonSchema({"type": "string", "widget": "time_of_day"})]
"""A time of day such as `09:30`, or nothing."""

__all__ = ["DurationText", "MomentText", "Offset", "TimeOfDay"]

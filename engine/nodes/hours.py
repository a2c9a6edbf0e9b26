"""Hours: go on by whether the organisation is open now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import GetPydanticSchema, WithJsonSchema
from pydantic_core import core_schema

from engine.calendars import Calendar, calendar_or_name
from engine.fields import Field
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary
from engine.session.session import Session

_WORKING = [["08:00", "12:00"], ["14:00", "17:30"]]
_SCHEMA: dict[str, Any] = {
    "widget": "calendar",
    "anyOf": [{"type": "string", "minLength": 1, "maxLength": 64}, {"type": "object"}],
}
CalendarOrName = Annotated[
    Calendar | str,
    GetPydanticSchema(lambda source, handler: core_schema.no_info_plain_validator_function(calendar_or_name)),
    WithJsonSchema(_SCHEMA),
]


class HoursConfig(NodeConfig):
    calendar: CalendarOrName = Field(
        title="Calendar", description="The name of a calendar, or the hours themselves: week, holidays, exceptions."
    )


class Hours(Node[HoursConfig]):
    """Goes on by whether the organisation is open, closed, or on holiday now."""

    type, label, group, icon, medium = "hours", "Opening hours", "time", "hours", "time"
    help = (
        "A day's hours are those of its exception, else none on a public holiday, else those of its weekday; a weekend "
        "day that is worked for a bridging day has that day's hours. When not open, the node's opens_at says when next."
    )
    starter = {
        "calendar": {"week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), _WORKING), "holidays": "CN"},
    }  # fmt: skip

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("open", "Open")
        yield Outlet("closed", "Closed")
        yield Outlet("holiday", "Holiday")

    def enter(self, session: Session) -> Action:
        calendar: Calendar | str | None = self.config.calendar
        if isinstance(calendar, str):
            calendar = session.here.calendars.get(calendar)
        if calendar is None:  # a name that is not known here: what is not known to be open counts as closed
            return Leave("closed", "closed")
        assert isinstance(calendar, Calendar)
        zone = ZoneInfo(session.here.time_zone)
        state = calendar.state(session.at, zone)
        if state == "open":
            return Leave("open", "open")
        opens = calendar.next_opening(session.at, zone)
        local = None if opens is None else opens.astimezone(calendar.time_zone or zone).isoformat()
        return Leave(state, state, {"opens_at": local})

    def summary(self) -> Iterator[Summary]:
        if isinstance(self.config.calendar, str):
            yield self.config.calendar

"""Wait: for a time, until a date, or to a day before or after a date in the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any, Self

from pydantic import model_validator

from engine.durations import Duration
from engine.events import Event
from engine.faults import Phrase
from engine.fields import Field, fault
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.session.session import Session
from engine.time_fields import DurationText, MomentText, Offset, TimeOfDay
from engine.zoned import LAST_YEAR, later, moment_at, next_time_of_day, when_is

MESSAGES = {
    "say one of: for how long, until when, or from which field (says {value})", "says neither how long nor until when",
    "belongs to a field (a time before or after its date)", "for {duration}", "until {when}", "{offset} from {field}",
    "at {time}",
}  # fmt: skip


class DateField(MomentText):
    """The path of a field with a date: `record.visit_at`; a plain name is a field of the record."""

    widget = "text"

    def __init__(self, source: str) -> None:
        path = source.strip()
        if "{" not in path and path:
            path = "{{ " + (path if "." in path else f"record.{path}") + " }}"
        super().__init__(path)
        self.source = source


class WaitConfig(NodeConfig):
    for_: DurationText | None = Field(
        None, alias="for", title="For", description="Such as 90s, 10m, 2h30m, 3d, 1w or P3D; a day is 24 hours.",
    )  # fmt: skip
    until: MomentText | None = Field(
        None, title="Until", description="A date, a date with time, or a time of day, such as {{ record.visit_at }}."
    )
    field: DateField | None = Field(
        None, title="A date in the record", description="Such as record.visit_at; the offset is counted from it."
    )
    offset: Offset = Field(
        None, title="Before or after it", description="Such as -1d for the day before, or 2h for two hours after."
    )
    at: TimeOfDay = Field(
        None, title="At this time of day",
        description="Such as 10:00, in the contact's time zone; days are then days of the calendar.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        said = [name for name, value in self._ways.items() if value is not None]
        if len(said) > 1:
            message = "say one of: for how long, until when, or from which field (says {value})"
            raise fault(message, value=", ".join(said))
        if not said and self.at is None:
            raise fault("says neither how long nor until when")
        if self.offset is not None and self.field is None:
            raise fault("belongs to a field (a time before or after its date)")
        return self

    @property
    def _ways(self) -> Mapping[str, Any]:
        return {"for": self.for_, "until": self.until, "field": self.field}


class WaitNode(Node[WaitConfig]):
    """Lets the session sleep until its moment has come; at once if that has passed."""

    type, label, group, icon, medium = "wait", "Wait", "time", "wait", "time"
    help = (
        "Waits for a time, until a date, or to a time before or after a date in the record, in the contact's time "
        "zone. A moment that has passed already does not wait. With a time of day, 3d is the third day from today."
    )
    starter = {"for": "1d"}
    waits = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("done", "Done")
        if not self.is_certain:
            yield Outlet("failed", "No date")

    @property
    def is_certain(self) -> bool:
        """Whether there is a moment in every session, whatever its record says."""
        config = self.config
        worked = [config.for_, config.until]
        return config.field is None and all(part is None or part.is_fixed for part in worked)

    def enter(self, session: Session) -> Action:
        moment = self.moment(session)
        if moment is None:
            return Leave("failed", details={"reason": "no date"})
        until = moment.astimezone(session.zone).isoformat()
        if moment <= session.at:
            return Leave("done", until)
        return Wait(until=moment, memo=until)

    def handle(self, session: Session, event: Event) -> Action:
        return Leave("done", session.memo)

    def moment(self, session: Session) -> datetime | None:
        """When the session is to go on; None where its data give no date."""
        config, scope = self.config, session.scope
        try:
            if config.for_ is not None:
                duration = config.for_.duration(scope)
                return None if duration is None else self._after(duration, session)
            date = config.until or config.field
            if date is None:
                assert config.at is not None
                return next_time_of_day(session.at, config.at, session.zone)
            return self._from(date.when(scope), session)
        except OverflowError:  # beyond the years that a calendar has
            return None

    def _after(self, duration: Duration, session: Session) -> datetime:
        """So long from now: by the clock; with a time of day, on that day."""
        at, clock, zone = session.at, self.config.at, session.zone
        if clock is None:
            return at + duration.length
        if duration.is_whole_days:
            return moment_at(later(at, duration, zone).astimezone(zone).date(), clock, zone)
        return next_time_of_day(at + duration.length, clock, zone)

    def _from(self, when: Any, session: Session) -> datetime | None:
        """From a date: so much before or after it; with a time of day, on that day."""
        clock, zone, offset = self.config.at, session.zone, self.config.offset or Duration()
        if when is None:
            return None
        if isinstance(when, time):
            moment = next_time_of_day(session.at, when, zone)
        else:
            moment = when_is(when, zone)
        moment = later(moment, offset, zone)
        if clock is not None:
            if offset.is_whole_days:
                moment = moment_at(moment.astimezone(zone).date(), clock, zone)
            else:
                moment = next_time_of_day(moment, clock, zone)
        return moment if moment.year <= LAST_YEAR else None

    def summary(self) -> Iterator[Summary]:
        config = self.config
        if config.for_ is not None:
            yield Phrase("for {duration}", {"duration": config.for_.source})
        if config.until is not None:
            yield Phrase("until {when}", {"when": config.until.source})
        if config.field is not None:
            offset = str(config.offset or Duration())
            yield Phrase("{offset} from {field}", {"offset": offset, "field": config.field.source})
        if config.at is not None:
            yield Phrase("at {time}", {"time": f"{config.at:%H:%M}"})

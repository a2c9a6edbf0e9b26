"""A story: what happens in the hospital, what people do when they are contacted, and what is to be told of it.

Its three parts go to three places: `events` to the information system, `acts` to the telephones, `expected` to the end
of the run. Nothing of `acts` and `expected` is ever shown to Callweave.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

from examples.hospital.people import Patient

CHINA = timezone(timedelta(hours=8))
BEGINS = datetime(2027, 3, 1, 8, 0, tzinfo=CHINA)
"""A Monday."""
DAYS = 21

Way = Literal["answers", "busy", "no_answer", "hangs_up", "no_such_number"]


def on(day: int, clock: str) -> datetime:
    """A moment of the story: its day, from 0, and the time there."""
    hours, minutes = clock.split(":")
    return BEGINS.replace(hour=int(hours), minute=int(minutes)) + timedelta(days=day)


@dataclass(frozen=True)
class Event:
    """Something that the information system comes to know."""

    at: datetime
    what: str
    via: str
    """`main`, `east` or `clinic`: how it is told."""
    key: str
    fields: dict[str, Any]
    patient: Patient


@dataclass(frozen=True)
class Act:
    """What somebody does about a call: take it and press keys, or not."""

    at: datetime
    phone: str
    way: Way = "answers"
    keys: str = ""
    stays: bool = False
    """Listens to the end; else he hangs up once the last key is pressed."""
    talks: float = 0.0
    """Seconds after that before he hangs up."""


@dataclass(frozen=True)
class Says:
    """What somebody answers to a text in which these words stand."""

    phone: str
    words: str
    answer: str


@dataclass(frozen=True)
class Initiative:
    """Somebody calls or writes to the hospital by himself."""

    at: datetime
    phone: str
    call: str = ""
    keys: tuple[str, ...] = ()
    """Pressed one after the other, each when a new prompt is heard."""
    text: str = ""


@dataclass(frozen=True)
class Expected:
    """What is to be told of one contact. `outcome` None: there is to be no such session at all."""

    patient: Patient
    title: str
    flow: str
    at: datetime
    outcome: str | None
    record: str = ""
    status: str = "completed"
    fates: tuple[str, ...] = ()
    """Of its calls, in their order."""
    texts: int = 0
    written: tuple[tuple[str, str, Any], ...] = ()
    """What stands in the information system afterwards: table.column, key, value."""
    one_of: tuple[str, ...] = ()
    """Times of which this patient has got one, and nobody else the same."""


@dataclass
class Story:
    """All of it."""

    seed: int
    patients: list[Patient] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    answers: list[Says] = field(default_factory=list)
    initiatives: list[Initiative] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    undelivered: set[str] = field(default_factory=set)
    """Telephones that no text reaches: the receipt says so."""
    slots: list[tuple[str, str, datetime]] = field(default_factory=list)
    """Number, expert, time."""
    survey_at: datetime = field(default_factory=lambda: on(16, "09:00"))

    def moments(self) -> list[datetime]:
        """When something happens of itself, in order."""
        return sorted({each.at for each in self.events} | {each.at for each in self.initiatives} | {self.survey_at})

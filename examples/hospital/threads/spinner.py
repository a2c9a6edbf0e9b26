"""What every thread of a story is spun with: patients, events, acts, what is to be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from examples.hospital.people import Patient, patient
from examples.hospital.story import Act, Event, Expected, Story, Way, on

EXPERTS = {"E01": ("心内科", "张主任"), "E02": ("骨科", "李主任"), "E03": ("内分泌科", "陈主任")}
CAMPUSES = ("main", "east", "clinic")
CONFIRMED = 1
"""What stands in the information system when a patient comes."""


@dataclass
class Spinner:
    """Spins threads into a story."""

    story: Story
    rng: Random
    free: dict[str, list[tuple[str, datetime]]] = field(default_factory=dict)
    """By expert: the times that nobody has, in order."""
    admissions: int = 0
    count: int = 0

    def somebody(self, **more: Any) -> Patient:
        """A new patient, known from the first morning."""
        self.count += 1
        campus = more.pop("campus", None) or CAMPUSES[self.count % 3]
        who = patient(self.count, self.rng, campus=campus, **more)
        self.story.patients.append(who)
        self.tell(on(0, "08:00"), "patient", "main", who.patient_no, who)
        return who

    def tell(self, at: datetime, what: str, via: str, key: str, who: Patient, **fields: Any) -> None:
        """An event of the information system."""
        self.story.events.append(Event(at, what, via, key, fields, who))

    def visit(self, who: Patient, day: int, *, booked: datetime, preparation: str = "none") -> tuple[str, datetime]:
        """A visit that the desk has booked: its number and time."""
        key = f"V{int(who.patient_no[1:]):05d}"
        when = on(day, self.rng.choice(("08:30", "09:30", "10:30", "14:00", "15:30")))
        department, doctor = EXPERTS[self.rng.choice(tuple(EXPERTS))]
        fields = {"visit_at": when, "department": department, "expert": doctor, "preparation": preparation}
        self.tell(booked, "visit_booked", who.campus, key, who, **fields)
        return key, when

    def act(self, at: datetime, phone: str, way: Way = "answers", keys: str = "", **more: Any) -> None:
        """What somebody does about a call."""
        self.story.acts.append(Act(at, phone, way, keys, **more))

    def expect(self, who: Patient, title: str, flow: str, at: datetime, outcome: str | None, **more: Any) -> None:
        """What is to be told."""
        self.story.expected.append(Expected(who, title, flow, at, outcome, **more))

    def reminded(self, who: Patient, key: str, when: datetime) -> None:
        """The plain reminder: he takes the call and confirms."""
        at = eve(when)
        self.act(at, who.mobile, keys="1", stays=self.rng.random() < 0.3)
        self.expect(
            who, "reminder: confirmed", "return_visit", at, "confirmed", record=key, fates=("answered",),
            written=(("visit.answer", key, CONFIRMED),),
        )  # fmt: skip


def eve(when: datetime) -> datetime:
    """When the reminder is due."""
    return (when - timedelta(days=1)).replace(hour=10, minute=0)

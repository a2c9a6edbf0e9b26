"""Rehearsals of campaigns, as the API writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from designer.api.shapes.campaigns import WhyShape
from designer.api.shapes.records import RowFaultShape


class RehearsedHourShape(BaseModel):
    at: datetime
    attempts: int = Field(description="That begin in it.")
    answered: int = Field(description="Of these.")
    calls: int = Field(description="With those that sessions under way make.")
    most_at_once: int


class LeftShape(BaseModel):
    reason: WhyShape
    people: int
    examples: list[int] = Field(description="Places in the audience, from 0; the first twenty.")


class DeadEndShape(BaseModel):
    kind: str = Field(description="unconnected, stuck, endless or failed.")
    node: str
    outlet: str
    sessions: int = Field(description="Of the sample.")


class ReportShape(BaseModel):
    begins_at: datetime
    ends_at: datetime
    people: int
    completed: int = Field(description="People who were led through to the end.")
    stopped: WhyShape | None = Field(description="Why it stopped before all were done: a rule, or not_rehearsed.")
    attempts: int
    fates: dict[str, int]
    attempts_each: dict[str, int] = Field(description="By a number of attempts: how many people had it.")
    hours: list[RehearsedHourShape] = Field(description="Every hour in which something begins.")
    peak: int = Field(description="The most lines wanted at once.")
    peak_at: datetime | None
    slots: int | None
    waited_seconds: int = Field(description="In which a call was due and within the pace, and no line was free.")
    cost: float
    currency: str
    calls: int
    talked_seconds: int
    texts: int
    faxes: int
    left: list[LeftShape] = Field(description="People who were not led through to the end, by reason.")
    sample: int = Field(description="Sessions of the flow that were played.")
    dead_ends: list[DeadEndShape]
    unvisited: list[str] = Field(description="Nodes that no session of the sample came by.")
    outcomes: dict[str, int]
    warnings: list[RowFaultShape]


class RehearsalShape(BaseModel):
    id: str
    state: str = Field(description="waiting, running, stopping, done, stopped or failed.")
    share: float = Field(description="Of its people, how many are done: 0 to 1.")
    asked: dict[str, Any]
    report: ReportShape | None
    why: WhyShape | None = Field(description="Why there is no report, or one of a part of the people.")
    created_at: datetime
    ended_at: datetime | None


class RehearsalsShape(BaseModel):
    items: list[RehearsalShape]
    next: str | None

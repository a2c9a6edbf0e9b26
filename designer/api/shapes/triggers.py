"""What triggers have to come and what they have started."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from designer.api.shapes.checks import FaultShape
from designer.api.shapes.flows import TriggerShape


class PlanShape(BaseModel):
    moment: datetime
    due: bool = Field(description="Whether it is still to come.")
    fate: str | None = Field(
        description="started, cancelled, past (the moment had passed when the record came), over (its date had come "
        "before it was served), not_started, done."
    )
    reason: str | None
    session: str | None
    record: str | None = Field(description="The record's key; none of a schedule's next moment.")
    record_type: str | None
    contact: dict[str, Any] | None
    changed_at: datetime


class PlansShape(BaseModel):
    items: list[PlanShape]
    next: str | None


class StartedByShape(BaseModel):
    session: str
    record: str | None = Field(description="The record's id.")
    once_for: str
    at: datetime


class StartsShape(BaseModel):
    items: list[StartedByShape]
    next: str | None


class TriggerOfRecordShape(BaseModel):
    trigger: TriggerShape
    state: str = Field(
        description="planned, started, cancelled, past, over, not_started (as of plans), or none: nothing came of it."
    )
    moment: datetime | None = Field(description="When it is due, or what became of it did.")
    why: str | None = Field(description="Why nothing was started, or is not any more.")
    session: str | None


class OfRecordShape(BaseModel):
    items: list[TriggerOfRecordShape]


class PlannedShape(BaseModel):
    moments: list[datetime] = Field(description="Of `schedule` the next ten, of `date` the one for this record.")
    over_at: datetime | None = Field(description="Of `date`: when that is of no use any more.")
    time_zone: str
    starts: bool = Field(description="Whether the flow starts: at those moments, or at once for this record.")
    reason: str | None = Field(description="Why it does not.")
    errors: list[FaultShape] = []

"""Campaigns, their members, attempts, progress, traces; saved lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class WhyShape(BaseModel):
    code: str
    words: str
    values: dict[str, Any]
    until: datetime | None


class CampaignShape(BaseModel):
    id: str
    name: str
    state: str = Field(description="draft, running, paused, stopped or finished.")
    building: bool = Field(description="Whether its audience is still being frozen.")
    flow: str
    version: int | None
    audience: dict[str, Any]
    windows: list[dict[str, Any]]
    holidays: str | None
    calendar: str | None
    pace: dict[str, Any]
    retries: list[dict[str, Any]]
    attempts: dict[str, Any]
    never_rang: dict[str, Any]
    cap: dict[str, Any] | None
    priority: int
    stop_at: dict[str, Any] | None
    completed: list[str]
    tariff: dict[str, Any]
    why: WhyShape | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class CampaignsShape(BaseModel):
    items: list[CampaignShape]
    next: str | None


class ProgressShape(BaseModel):
    state: str
    building: bool
    members: int
    waiting: int
    under_way: int
    done: int
    left_out: int
    doubled: int = Field(description="Of the same person as another one of the audience.")
    attempts: int
    at_once: int = Field(description="Attempts that take a place among the calls at once now.")
    rang: int
    completed: int
    fates: dict[str, int]
    seconds: float
    cost: float
    next_at: datetime | None
    ends_at: datetime | None = Field(description="When it has ended, or will have, as far as can be told.")
    why: WhyShape | None


class MemberShape(BaseModel):
    id: str
    number: str
    contact: dict[str, Any]
    contact_id: str | None
    time_zone: str
    state: str = Field(description="waiting, under_way, done or left_out.")
    next_at: datetime | None
    attempts: int
    fate: str | None
    why: WhyShape | None


class MembersShape(BaseModel):
    items: list[MemberShape]
    next: str | None


class AttemptShape(BaseModel):
    session: str
    member: str
    number: int
    called: str
    at: datetime
    dialled_at: datetime | None
    fate: str | None
    cause: str | None
    rang: bool | None
    completed: bool | None
    outcome: str | None
    seconds: float | None
    cost: float | None
    ended_at: datetime | None


class AttemptsShape(BaseModel):
    items: list[AttemptShape]
    next: str | None


class ForeseenShape(BaseModel):
    number: str
    contact: dict[str, Any]
    at: datetime | None = Field(description="The earliest moment; None: never.")
    why: list[WhyShape]


class DryRunShape(BaseModel):
    items: list[ForeseenShape]
    next: str | None


class TraceEntryShape(BaseModel):
    at: datetime
    kind: str
    words: str
    values: dict[str, Any]
    why: WhyShape | None
    campaign: str | None
    member: str | None
    session: str | None
    trigger: str | None


class TraceShape(BaseModel):
    items: list[TraceEntryShape]


class ListShape(BaseModel):
    name: str
    total: int
    created_at: datetime
    updated_at: datetime


class ListsShape(BaseModel):
    items: list[ListShape]
    next: str | None


class EntryOfListShape(BaseModel):
    contact: dict[str, Any]
    record: dict[str, Any]


class EntriesOfListShape(BaseModel):
    items: list[EntryOfListShape]
    next: str | None

"""Sessions, what happened in them, simulations, and who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class StartedShape(BaseModel):
    session: str


class BrowserPhoneShape(BaseModel):
    phone: str
    password: str


class SessionRowShape(BaseModel):
    id: str
    flow: str
    version: int
    status: str
    outcome: str | None
    node: str | None
    contact: dict[str, Any]
    record_id: str | None
    contact_id: str | None
    started_at: datetime
    ended_at: datetime | None
    wake_at: datetime | None
    expires_at: datetime | None


class SessionShape(SessionRowShape):
    record: dict[str, Any] | None
    vars: dict[str, Any]
    results: dict[str, dict[str, Any]]


class SessionsShape(BaseModel):
    items: list[SessionRowShape]
    next: str | None


class TurnShape(BaseModel):
    turn: int
    at: datetime
    event: dict[str, Any] | None
    steps: list[dict[str, Any]]
    commands: list[dict[str, Any]]


class JournalShape(BaseModel):
    items: list[TurnShape]
    next: str | None


class SignedInShape(BaseModel):
    csrf: str


class MeShape(BaseModel):
    tenant: str
    role: str
    name: str
    csrf: str
    user: str | None
    rights: list[str]


class ComingShape(BaseModel):
    at: datetime
    type: str = Field(description="The event that it is.")


class ListensShape(BaseModel):
    kind: str
    key: str


class SimulatedTurnShape(BaseModel):
    number: int
    at: datetime
    node: str | None
    status: str
    outcome: str | None
    vars: dict[str, Any]
    results: dict[str, dict[str, Any]]
    steps: list[dict[str, Any]]
    events: list[dict[str, Any]]
    commands: list[dict[str, Any]]
    wake_at: datetime | None
    heard: bool
    endless: bool
    contact: dict[str, Any]
    record: dict[str, Any]
    language: str
    pending: list[str] = Field(description="The ids of the commands whose answers are waited for.")
    legs: dict[str, bool] = Field(description="Who is on the line, by leg; true once answered.")
    listens: list[ListensShape] = Field(description="What else is waited for: a message, a record, a signal, a call.")
    coming: ComingShape | None = Field(description="What comes next of itself if nobody does anything.")
    event: dict[str, Any] | None = None
    advance_clock: str | None = None


class SimulatedShape(BaseModel):
    simulation: str
    turn: SimulatedTurnShape


class SimulationShape(BaseModel):
    simulation: str
    turns: list[SimulatedTurnShape]


class ScenarioShape(BaseModel):
    name: str
    at: datetime
    contact: dict[str, Any] = {}
    record: dict[str, Any] = {}
    mocks: dict[str, Any] = {}
    flows: dict[str, Any] = {}
    calendars: dict[str, Any] = {}
    steps: list[dict[str, Any]]

"""Figures as the API writes them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class StepShape(BaseModel):
    at: datetime
    calls_out: int
    answered_out: int
    calls_in: int
    answered_in: int
    talked_seconds: float
    texts_out: int
    texts_delivered: int
    texts_failed: int
    texts_in: int
    sessions: int
    completed: int = Field(description="Sessions that came to their end, and not because somebody hung up.")
    heard: int = Field(description="Calls of which it is known how they were heard.")
    heard_well: int = Field(description="Of these: at most 1 % lost and 30 ms of jitter.")


class CallsSumShape(BaseModel):
    out: int
    answered: int
    came_in: int
    taken: int = Field(description="Of those that came in.")
    given_up: int = Field(description="Of those that came in: ended before they were taken.")
    talked_seconds: float
    rang_seconds: float | None = Field(description="Until a call out was answered, on average.")
    waited_seconds: float | None = Field(description="Until a call that came in was taken, on average.")
    fates: dict[str, int] = Field(description="Of calls out.")


class HeardShape(BaseModel):
    calls: int
    well: int
    loss_percent: float | None
    jitter_ms: float | None
    round_trip_ms: float | None


class TextsSumShape(BaseModel):
    out: int
    delivered: int
    failed: int
    came_in: int
    by_medium: dict[str, int] = Field(description="Those that went out.")


class OutcomeShape(BaseModel):
    outcome: str
    sessions: int
    steps: list[int] = Field(description="By step.")


class OfTrunkShape(BaseModel):
    trunk: str
    calls: int
    answered: int
    failed: int


class FiguresShape(BaseModel):
    since: datetime
    until: datetime
    by: str
    time_zone: str
    steps: list[StepShape]
    calls: CallsSumShape
    heard: HeardShape
    texts: TextsSumShape
    sessions: dict[str, int] = Field(description="By status, of those that began in this time.")
    sessions_counted: int
    sessions_all: bool = Field(description="Whether all were counted: of very many, the newest are.")
    outcomes: list[OutcomeShape]
    trunks: list[OfTrunkShape]


class NowShape(BaseModel):
    at: datetime
    calls: int = Field(description="Parties on the line.")
    calls_most: int | None = Field(description="What all trunks together carry; null: no limit.")
    running: int
    live: int = Field(description="Sessions that have not ended, counted up to `most`.")
    tasks: int = Field(description="Open ones, counted up to `most`.")
    inbox: int = Field(description="Messages that nobody has seen to, counted up to `most`.")
    failed: int = Field(description="What could not be sent and nobody has seen, counted up to `most`.")
    most: int


class StandShape(BaseModel):
    state: str
    tried: bool
    fate: str | None
    people: int


class CampaignOutcomeShape(BaseModel):
    outcome: str
    completed: bool
    sessions: int


class MinuteShape(BaseModel):
    at: datetime
    attempts: int


class CampaignFiguresShape(BaseModel):
    people: list[StandShape]
    outcomes: list[CampaignOutcomeShape]
    minutes: list[MinuteShape] = Field(description="Attempts begun in each minute of the last hour.")


class AtNodeShape(BaseModel):
    node: str
    came: int
    ended: int
    seconds: float = Field(description="The median of their stays.")
    longest: float


class ByOutletShape(BaseModel):
    node: str
    outlet: str
    taken: int
    ended: int = Field(description="Of these: whose session ended there.")


class WalkedShape(BaseModel):
    sessions: int
    all: bool = Field(description="Whether these are all of that time, and not only the newest.")
    since: datetime
    nodes: list[AtNodeShape]
    outlets: list[ByOutletShape]

"""Calls, and what is heard in them: assets and recordings."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class AssetFileShape(BaseModel):
    language: str
    version: int
    in_use: bool
    media_type: str
    size: int
    seconds: float | None
    level: float | None
    sha256: str
    file_name: str
    source: str
    created_at: datetime


class AssetShape(BaseModel):
    id: str
    kind: str
    name: str | None
    created_at: datetime
    warnings: list[str]
    files: list[AssetFileShape]


class AssetsShape(BaseModel):
    items: list[AssetShape]
    next: str | None


class RecordingShape(BaseModel):
    id: str
    session: str
    leg: str
    kind: str
    channels: int
    ended_at: datetime
    seconds: float
    size: int
    sha256: str
    media_type: str


class RecordingsShape(BaseModel):
    items: list[RecordingShape]
    next: str | None


class QualityShape(BaseModel):
    """How well a party was heard (`in`) and heard us (`out`): loss in percent, times in milliseconds."""

    loss_in: float | None
    loss_out: float | None
    jitter_in: float | None
    jitter_out: float | None
    round_trip: float | None


class CallShape(BaseModel):
    session: str
    leg: str
    flow: str
    direction: str
    caller: str
    called: str
    state: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    cause: str | None
    trunk: str | None
    fate: str | None
    rang: bool | None
    sip: int | None
    quality: QualityShape | None


class CallsShape(BaseModel):
    items: list[CallShape]
    next: str | None

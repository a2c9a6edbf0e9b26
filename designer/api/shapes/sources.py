"""Sources and connectors, and what a workbench shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from designer.api.shapes.checks import FaultShape


class SourceStatusShape(BaseModel):
    state: str
    read_at: datetime | None
    record_at: datetime | None
    records: int
    waiting: int
    oldest_at: datetime | None
    lag_seconds: float | None
    rejected: int
    error: str | None
    error_at: datetime | None


class SourceShape(BaseModel):
    name: str
    kind: str
    connector: str | None
    document: dict[str, Any]
    status: SourceStatusShape | None
    seen_at: datetime | None
    updated_at: datetime


class SourcesShape(BaseModel):
    items: list[SourceShape]
    next: str | None


class SourceKindShape(BaseModel):
    kind: str
    config_schema: dict[str, Any] | None
    reason: str | None


class SourceKindsShape(BaseModel):
    items: list[SourceKindShape]
    next: str | None


class RejectedRowShape(BaseModel):
    id: str
    at: datetime
    record_type: str | None
    key: str | None
    text: str | None
    errors: list[FaultShape]


class RejectedRowsShape(BaseModel):
    items: list[RejectedRowShape]
    next: str | None


class TriedFeedShape(BaseModel):
    feed: str
    rows: list[dict[str, Any]]
    error: str | None


class SourceTrialShape(BaseModel):
    feeds: list[TriedFeedShape]


class AskedShape(BaseModel):
    rows: list[dict[str, Any]]


class ConnectorSourceShape(BaseModel):
    name: str
    kind: str
    feeds: list[str]
    record_types: list[str]
    queries: list[str]
    statements: list[str]
    status: SourceStatusShape | None


class ConnectorShape(BaseModel):
    id: str
    name: str
    connected: bool
    connected_at: datetime | None
    seen_at: datetime | None
    received_at: datetime | None
    software: str | None
    waiting: int
    lag_seconds: float | None
    error: str | None
    error_at: datetime | None
    sources: list[ConnectorSourceShape]


class ConnectorsShape(BaseModel):
    items: list[ConnectorShape]
    next: str | None


class NewConnectorShape(BaseModel):
    id: str
    name: str
    key: str


class WriteBackShape(BaseModel):
    id: str
    source: str
    statement: str
    key: str
    state: str
    reason: str | None
    created_at: datetime
    updated_at: datetime


class WriteBacksShape(BaseModel):
    items: list[WriteBackShape]
    next: str | None


class RefusalShape(BaseModel):
    position: int
    errors: list[dict[str, Any]]


class BatchTakenShape(BaseModel):
    through: int
    repeated: int
    accepted: int
    updated: int
    unchanged: int
    late: int
    deleted: int
    sessions: int
    rejected: list[RefusalShape]


class WouldStartShape(BaseModel):
    trigger: str
    flow: str
    does: str
    at: datetime | None
    reason: str | None


class TriedRecordShape(BaseModel):
    record_type: str
    key: str | None
    data: dict[str, Any]
    source_version: str | int | None
    deleted: bool
    becomes: str
    errors: list[FaultShape]
    triggers: list[WouldStartShape]


class TriedRowShape(BaseModel):
    row: dict[str, Any]
    errors: list[FaultShape]
    records: list[TriedRecordShape]


class WorkbenchShape(BaseModel):
    rows: list[TriedRowShape]
    errors: list[FaultShape]

"""Flows: drafts, versions, what starts them, and who is in the middle of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from designer.api.shapes.checks import FaultShape


class SavedFlowShape(BaseModel):
    id: str
    name: str
    revision: int
    errors: list[FaultShape]
    warnings: list[FaultShape]


class MayShape(BaseModel):
    edit: bool
    publish: bool
    follow: bool


class FlowDetailShape(SavedFlowShape):
    may: MayShape = Field(description="What the one who asks may do with it.")
    description: str
    languages: list[str]
    published: int | None
    state: str
    live: int
    created_at: datetime
    updated_at: datetime
    saved_by: str | None
    triggers: list[TriggerShape]


class TriggerShape(BaseModel):
    """What every kind has; beside it stands what the kind was told."""

    model_config = ConfigDict(extra="allow")

    id: str
    kind: str
    flow: str
    number: str | None
    keyword: list[str] | None = Field(description="Of `sms`: the words that start it; an empty list for any text.")
    enabled: bool
    created_at: datetime


class FlowRowShape(BaseModel):
    id: str
    name: str
    description: str
    languages: list[str]
    revision: int
    published: int | None
    state: str
    may: MayShape = Field(description="What the one who asks may do with it.")
    errors: int
    warnings: int
    live: int
    created_at: datetime
    updated_at: datetime
    saved_by: str | None
    triggers: list[TriggerShape]


class FlowsShape(BaseModel):
    items: list[FlowRowShape]
    next: str | None


class TriggersShape(BaseModel):
    items: list[TriggerShape]
    next: str | None


class PublishedShape(BaseModel):
    version: int
    sha256: str


class InFlightShareShape(BaseModel):
    sessions: int
    bulk: str
    bulks: list[str] = Field(description="All of them, where some move and others are ended.")


class PublishReplyShape(PublishedShape):
    in_flight: InFlightShareShape | None


class PlaceShape(BaseModel):
    version: int
    node: str | None
    type: str | None
    sessions: int
    on_the_line: int = Field(description="Of these, who is on the line.")


class InFlightShape(BaseModel):
    sessions: int
    places: list[PlaceShape]


class CancelledShape(BaseModel):
    sessions: int
    bulk: str | None


class BulkShape(BaseModel):
    id: str
    kind: str
    sessions: int
    done: int
    created_at: datetime
    ended_at: datetime | None


class FlowStateShape(BaseModel):
    id: str
    state: str
    sessions: int


class FlowSettingsShape(BaseModel):
    expires_after: str
    live_per_contact: int | None


class VersionShape(PublishedShape):
    message: str
    author: str | None
    created_at: datetime


class VersionsShape(BaseModel):
    items: list[VersionShape]
    next: str | None


class VersionDocumentShape(VersionShape):
    document: dict[str, Any]


class KeptDraftShape(BaseModel):
    revision: int
    saved_by: str | None
    saved_at: datetime


class KeptDraftsShape(BaseModel):
    items: list[KeptDraftShape]
    next: str | None


class KeptDraftDocumentShape(BaseModel):
    revision: int
    document: dict[str, Any]


class ChangeShape(BaseModel):
    kind: str
    path: str
    node: str | None
    message: str
    before: Any = None
    after: Any = None


class DiffShape(BaseModel):
    changes: list[ChangeShape]

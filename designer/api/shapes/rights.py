"""Keys, permissions of a flow, links to it, and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class ApiKeyShape(BaseModel):
    id: str
    name: str
    role: str
    scopes: list[str] | None
    rights: list[str]
    state: str
    bootstrap: bool
    made_by: str | None
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


class ApiKeysShape(BaseModel):
    items: list[ApiKeyShape]
    next: str | None


class NewApiKeyShape(ApiKeyShape):
    key: str


class RolesShape(BaseModel):
    rights: list[str]
    roles: dict[str, list[str]]


class PersonShape(BaseModel):
    id: str
    name: str
    role: str
    kind: str


class PeopleShape(BaseModel):
    items: list[PersonShape]


class CircleShape(BaseModel):
    roles: list[str]
    people: list[str]


class PermissionsShape(BaseModel):
    edit: CircleShape | None
    publish: CircleShape | None
    follow: CircleShape | None


class FlowLinkShape(BaseModel):
    id: str
    name: str
    state: str
    made_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class FlowLinksShape(BaseModel):
    items: list[FlowLinkShape]


class NewFlowLinkShape(FlowLinkShape):
    path: str


class ActorShape(BaseModel):
    kind: str
    id: str | None
    name: str
    role: str


class AuditEntryShape(BaseModel):
    id: str
    log: str
    seq: int
    hash: str
    at: datetime
    by: ActorShape
    address: str
    action: str
    kind: str
    object: str | None
    flow: str | None
    detail: dict[str, Any]


class AuditShape(BaseModel):
    items: list[AuditEntryShape]
    next: str | None


class ChainShape(BaseModel):
    log: str
    entries: int
    hash: str
    whole: bool
    broken_at: int | None
    why: str


class ChainsShape(BaseModel):
    items: list[ChainShape]


class StandingShape(BaseModel):
    running: int
    waiting: int


class SharedCountsShape(BaseModel):
    counts: dict[str, StandingShape]
    live: int
    at: datetime


class SharedFlowShape(SharedCountsShape):
    name: str
    state: str
    published: int | None
    expires_at: datetime
    document: dict[str, Any]
    nodes: dict[str, Any]
    types: dict[str, Any]

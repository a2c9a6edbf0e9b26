"""Tasks as the API writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class DecisionShape(BaseModel):
    id: str
    label: str


class TaskShape(BaseModel):
    id: str
    title: str
    role: str
    state: str = Field(description="open, decided or withdrawn.")
    decisions: list[DecisionShape] = Field(description="What may be decided; `done` alone where none is named.")
    form: dict[str, Any] = Field(description="JSON Schema of what is filled in with the decision; empty for nothing.")
    session: str
    flow: str | None
    trial: bool = Field(description="Of a draft that is called before it is published: counted nowhere.")
    node: str | None
    contact: dict[str, Any]
    created_at: datetime
    due_at: datetime | None
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None


class TasksShape(BaseModel):
    items: list[TaskShape]
    next: str | None

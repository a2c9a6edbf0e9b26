"""The ways out: gateways, and what could not be sent by them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class GatewayKindShape(BaseModel):
    kind: str
    config_schema: dict[str, Any]

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        written: dict[str, Any] = handler(schema)
        written["properties"]["schema"] = written["properties"].pop("config_schema")
        written["required"] = ["kind", "schema"]
        return written


class GatewayShape(BaseModel):
    name: str
    kind: str | None
    set_up: bool
    config: dict[str, Any]
    kinds: list[GatewayKindShape]
    updated_at: datetime | None


class GatewaysShape(BaseModel):
    items: list[GatewayShape]
    next: str | None


class GatewayTrialShape(BaseModel):
    state: str
    reason: str | None
    reference: str | None


class LetterShape(BaseModel):
    id: str
    session: str
    gateway: str
    state: str
    command: dict[str, Any] | None
    attempts: int
    on_unknown: str
    reason: str | None
    reference: str | None
    due_at: datetime
    updated_at: datetime
    handled_by: str | None
    handled_at: datetime | None


class LettersShape(BaseModel):
    items: list[LetterShape]
    next: str | None

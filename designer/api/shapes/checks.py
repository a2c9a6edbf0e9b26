"""What a check says, and what node types there are."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class MendShape(BaseModel):
    kind: str
    label: str
    data: dict[str, Any]


class FaultShape(BaseModel):
    path: str
    message: str
    mend: MendShape | None = None


class OutletShape(BaseModel):
    id: str
    label: str


class NodeTypeShape(BaseModel):
    type: str
    label: str
    group: str
    medium: str
    icon: str
    help: str
    description: str
    config_schema: dict[str, Any]
    outlets: list[OutletShape]
    voice: bool
    version: int
    starter: dict[str, Any]

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        written: dict[str, Any] = handler(schema)
        properties = written["properties"]
        properties["schema"] = properties.pop("config_schema")
        written["required"] = ["schema" if name == "config_schema" else name for name in written["required"]]
        return written


class BrokenNodeTypeShape(BaseModel):
    module: str
    type: str
    reason: str


class NodeTypesShape(BaseModel):
    items: list[NodeTypeShape]
    broken: list[BrokenNodeTypeShape]


class CheckedConfigShape(BaseModel):
    errors: list[FaultShape]
    outlets: list[OutletShape]
    summary: str


class CheckedNodeShape(BaseModel):
    outlets: list[OutletShape]
    summary: str


class CheckedShape(BaseModel):
    errors: list[FaultShape]
    warnings: list[FaultShape]
    nodes: dict[str, CheckedNodeShape]

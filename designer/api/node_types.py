"""`/node-types`: what a flow can be made of. The editor knows no node by name; all it shows comes from here."""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer import describe
from designer.access.rights import needs
from designer.api.replies import reply, resource
from designer.api.shapes.checks import CheckedConfigShape, NodeTypesShape
from designer.problems import Problem
from designer.words import say_fault
from engine.faults import Fault
from engine.flow.check import check_node
from engine.host.plugins import node_types

api = resource("node_types", 404)


class TypePath(BaseModel):
    type: str = Field(max_length=64)


class ConfigBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    config: dict[str, Any] = Field(description="The node's config as it stands in the document.")
    languages: list[str] = Field(default=[], max_length=20, description="The flow's languages.")


@api.get("/node-types", responses={200: NodeTypesShape})
@needs("flows.read")
def list_node_types() -> Response:
    """Every node type with the JSON Schema of its config, in the reader's language; and those that cannot be used."""
    types = node_types()
    return reply({
        "items": [describe.node_type(kind) for kind in types.values()],
        "broken": [{"module": entry.module, "type": entry.type, "reason": entry.reason} for entry in types.broken],
    })  # fmt: skip


@api.post("/node-types/<type>/check", responses={200: CheckedConfigShape})
@needs("flows.read")
def check_config(path: TypePath, body: ConfigBody) -> Response:
    """Every fault of a config, and the outlets that a node with it has."""
    if path.type not in node_types():
        raise Problem(404, "There is no node type {value}.", {"value": path.type})
    errors: list[Fault] = []
    checked = check_node({"type": path.type, "config": body.config}, node_types(), "", errors)
    return reply({"errors": [say_fault(fault) for fault in errors], **describe.node(checked)})

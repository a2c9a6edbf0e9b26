"""`/flows`: the list, a new flow, one flow; and checking a document without keeping it."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, request
from pydantic import BaseModel, Field

from designer import describe, drafts
from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.witness import changed
from designer.api.once import once
from designer.api.paging import PageQuery, identity, page
from designer.api.replies import json_body, reply, resource
from designer.api.shapes.checks import CheckedShape
from designer.api.shapes.flows import FlowDetailShape, FlowsShape, SavedFlowShape
from designer.api.triggers import trigger_data
from designer.bodies import JsonRequest
from designer.surroundings import surroundings
from designer.words import say_fault
from engine.store import flow_permissions, flows, from_micros, id_text, now_micros, triggers
from engine.store.flow_permissions import Permissions
from engine.store.flows import Flow
from engine.store.triggers import Trigger

api = resource("flows", 404, 409)
DOCUMENT = json_body(
    {"type": "object", "required": ["callweave", "name", "nodes"], "properties": {
        "callweave": {"const": 1}, "name": {"type": "string"}, "nodes": {"type": "object"},
    }},
    "A flow document.",
)  # fmt: skip


class FlowPath(BaseModel):
    flow: str = Field(max_length=64)

    @property
    def id(self) -> bytes:
        """The flow's id; raises Problem 404 if it cannot be one."""
        return identity(self.flow, "There is no such flow.")


def body() -> bytes:
    """The body as it came: a document is read by the engine's own reader."""
    return cast(JsonRequest, request).body_bytes()


@api.post("/flows/check", responses={200: CheckedShape}, openapi_extensions=DOCUMENT)
@needs("flows.read")
def check_document() -> Response:
    """Every fault of a document, without keeping it."""
    return reply(describe.report(drafts.checked(body(), surroundings(store())).report))


@api.post("/flows", responses={201: SavedFlowShape}, openapi_extensions=DOCUMENT)
@once
@needs("flows.edit")
def create_flow() -> Response:
    """Keep a document as a new flow; a faulty one is kept too, and cannot be published."""
    checked = drafts.checked(body(), surroundings(store()))
    with store().begin() as connection:
        made = flows.create(connection, checked.draft, at=now_micros(), by=who().name)
        changed("flows", id_text(made.id), after={"name": checked.draft.name})
    saved = saved_data(made.id, made.revision, checked)
    return reply(saved, 201, ETag=etag(made.revision), Location=f"/api/v1/flows/{saved['id']}")


@api.get("/flows", responses={200: FlowsShape})
@needs("flows.read")
def list_flows(query: PageQuery) -> Response:
    """Every flow, the newest first."""
    with store().read() as connection:
        rows = flows.page(connection, before=query.after(bytes), limit=query.limit + 1)
        identities = [row.id for row in rows]
        live = flows.live_sessions(connection, identities)
        bound = triggers.of_flows(connection, identities)
        kept = flow_permissions.every(connection)

    def write(row: Flow) -> dict[str, Any]:
        may = flow_rights.deeds(who(), kept.get(row.id, Permissions()))
        counts = {"errors": row.errors, "warnings": row.warnings, "may": may}
        return flow_data(row, live.get(row.id, 0), bound.get(row.id, [])) | counts

    return reply(page(rows, query.limit, lambda row: row.id, write))


@api.get("/flows/<flow>", responses={200: FlowDetailShape})
@needs("flows.read")
def get_flow(path: FlowPath) -> Response:
    """One flow with the faults of its draft."""
    with store().read() as connection:
        row = flows.get(connection, path.id)
        document, revision = flows.draft(connection, path.id)
        live = flows.live_sessions(connection, [row.id]).get(row.id, 0)
        bound = triggers.of_flows(connection, [row.id]).get(row.id, [])
        may = flow_rights.deeds(who(), flow_permissions.get(connection, row.id))
    saved = saved_data(row.id, revision, drafts.checked(document.encode(), surroundings(store()))) | {"may": may}
    return reply(flow_data(row, live, bound) | saved, ETag=etag(revision))


def etag(revision: int) -> str:
    """A draft's revision as its ETag."""
    return f'"{revision}"'


def saved_data(identity: bytes, revision: int, checked: drafts.Checked) -> dict[str, Any]:
    """What a save answers."""
    return {
        "id": id_text(identity),
        "name": checked.document["name"],
        "revision": revision,
        "errors": [say_fault(fault) for fault in checked.report.errors],
        "warnings": [say_fault(fault) for fault in checked.report.warnings],
    }


def flow_data(row: Flow, live: int, bound: list[Trigger]) -> dict[str, Any]:
    """A flow as lists show it, without its faults."""
    return {
        "id": id_text(row.id),
        "name": row.name,
        "description": row.description,
        "languages": row.languages,
        "revision": row.revision,
        "published": row.published,
        "state": row.state,
        "live": live,
        "triggers": [trigger_data(trigger) for trigger in bound],
        "created_at": from_micros(row.created_at),
        "updated_at": from_micros(row.updated_at),
        "saved_by": row.saved_by,
    }

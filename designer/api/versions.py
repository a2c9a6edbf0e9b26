"""`/flows/{id}/publish`, `/versions`, `/diff`: a draft becomes a version, which never changes and which calls run."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer import drafts, speech
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.flows import FlowPath
from designer.api.once import once
from designer.api.paging import PageQuery, page
from designer.api.replies import reply, resource
from designer.api.shapes.flows import DiffShape, PublishReplyShape, VersionDocumentShape, VersionsShape
from designer.moving import Flight
from designer.parts import parts
from designer.problems import Problem
from designer.surroundings import surroundings
from designer.words import say_phrase
from engine.events import SessionCancelled, SessionMoved
from engine.flow.diff import change_data, diff
from engine.host import bulk_jobs
from engine.store import bulk_events, flow_state, flows, from_micros, id_text, now_micros
from engine.store.bulk_events import Bulk, Which
from engine.store.flows import Version

api = resource("versions", 404, 409)


class MoveBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    move: dict[str, str] = Field(
        max_length=2_000, description="Nodes that have another id now: the old one's id, and the new one's."
    )


class PublishBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    message: str = Field(default="", max_length=2_000, description="What has changed, for people.")
    in_flight: Literal["keep", "end"] | MoveBody = Field(
        "keep", description="Sessions of earlier versions: they stay there, are ended, or move to this one."
    )


Edition = Annotated[str, Field(pattern=r"^([1-9][0-9]{0,8}|draft)$", description="A version's number, or draft.")]


class DiffQuery(BaseModel):
    before: Edition | None = Field(default=None, alias="from", description="Without it: the version that is published.")
    after: Edition | None = Field(default=None, alias="to", description="Without it: the draft.")


class VersionPath(FlowPath):
    number: int = Field(ge=1, le=2_147_483_647)


@api.post("/flows/<flow>/publish", responses={201: PublishReplyShape})
@once
@needs("flows.publish")
def publish_flow(path: FlowPath, body: PublishBody) -> Response:
    """Make the draft the version that new sessions take; 422 with every fault if it cannot run.

    Sessions that are in earlier versions stay there, unless `in_flight` says that they end or move.
    """
    with store().begin() as connection:
        document, _ = flows.draft(connection, path.id)
        errors = drafts.faults_of_draft(document, surroundings(store()))
        if errors:
            raise Problem(422, "A flow with faults cannot be published.", errors=errors)
        if flow_state.standing(connection, path.id).state == "retired":
            raise Problem(409, "This flow is retired: resume it before a new version is published.")
        if isinstance(body.in_flight, MoveBody):
            stranded = list(Flight(connection, path.id).faults(json.loads(document), body.in_flight.move))
            if stranded:
                raise Problem(422, "Not everybody in this flow can be moved.", errors=stranded)
        made = flows.publish(
            connection,
            path.id,
            document=document,
            sha256=drafts.digest(document),
            message=body.message,
            at=now_micros(),
        )
        bulk = _settle(connection, made, body.in_flight)
    speech.prepare(who().tenant, path.id, made.number)
    in_flight = None
    if bulk is not None:
        bulk_jobs.hint(parts().redis, who().tenant, bulk.id)
        in_flight = {"sessions": bulk.total, "bulk": id_text(bulk.id)}
    return reply({"version": made.number, "sha256": made.sha256, "in_flight": in_flight}, 201)


@api.get("/flows/<flow>/versions", responses={200: VersionsShape})
@needs("flows.read")
def list_versions(path: FlowPath, query: PageQuery) -> Response:
    """A flow's versions, the newest first."""
    with store().read() as connection:
        flows.get(connection, path.id)
        rows = flows.versions(connection, path.id, below=query.after(int), limit=query.limit + 1)
    return reply(page(rows, query.limit, lambda row: row.number, _version_data))


@api.get("/flows/<flow>/versions/<int:number>", responses={200: VersionDocumentShape})
@needs("flows.read")
def get_version(path: VersionPath) -> Response:
    """A version with its document."""
    with store().read() as connection:
        flows.get(connection, path.id)
        found = flows.version_document(connection, path.id, path.number)
    if found is None:
        raise Problem(404, "This flow has no version {number}.", {"number": path.number})
    version, document = found
    return reply(_version_data(version) | {"document": json.loads(document)})


@api.get("/flows/<flow>/diff", responses={200: DiffShape})
@needs("flows.read")
def get_diff(path: FlowPath, query: DiffQuery) -> Response:
    """What has changed from one version to another, or to the draft: in words, and as data."""
    with store().read() as connection:
        row = flows.get(connection, path.id)
        latest = None if row.published is None else str(row.published)
        before, after = (
            _document(connection, path.id, wanted) for wanted in (query.before or latest, query.after or "draft")
        )
    changes = [change_data(change) | {"message": say_phrase(change.phrase)} for change in diff(before, after)]
    return reply({"changes": changes})


def _settle(connection: sa.Connection, made: Version, in_flight: str | MoveBody) -> Bulk | None:
    """End or move those who are in earlier versions, as the request says; None if they stay where they are."""
    if in_flight == "keep":
        return None
    flow = id_text(made.flow_id)
    event: SessionCancelled | SessionMoved = SessionCancelled(reason=f"ended by version {made.number}")
    if isinstance(in_flight, MoveBody):
        event = SessionMoved(version=made.number, key=f"{flow}@{made.number}", nodes=in_flight.move)
    which = Which(flow=flow, not_version=made.number)
    return bulk_events.create(connection, which, event, at=now_micros())


def _document(connection: sa.Connection, identity: bytes, wanted: str | None) -> dict[str, Any]:
    """The document of a version, or of the draft; an empty one where nothing has been published yet."""
    if wanted is None:
        return {}
    if wanted == "draft":
        text, _ = flows.draft(connection, identity)
    else:
        found = flows.version_document(connection, identity, int(wanted))
        if found is None:
            raise Problem(404, "This flow has no version {number}.", {"number": wanted})
        text = found[1]
    document: dict[str, Any] = json.loads(text)
    return document


def _version_data(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "sha256": version.sha256,
        "message": version.message,
        "created_at": from_micros(version.created_at),
    }

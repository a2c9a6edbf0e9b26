"""`/flows/{id}/publish`, `/versions`, `/diff`: a draft becomes a version, which never changes and which calls run."""

from __future__ import annotations

import json
from typing import Annotated, Any

import sqlalchemy as sa
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer import drafts, speech
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.witness import changed
from designer.api.drafts import IF_MATCH, conflicting, seen_is
from designer.api.flows import FlowPath
from designer.api.once import once
from designer.api.paging import PageQuery, page
from designer.api.replies import reads, reply, resource
from designer.api.shapes.flows import DiffShape, PublishReplyShape, VersionDocumentShape, VersionsShape
from designer.live import together
from designer.moving import Flight
from designer.parts import parts
from designer.problems import Problem
from designer.settling import InFlight, faults, settle
from designer.surroundings import surroundings
from designer.words import say_phrase
from engine.flow.diff import change_data, diff
from engine.host import bulk_jobs
from engine.store import flow_state, flows, from_micros, id_text, kept_drafts, now_micros
from engine.store.flows import Version

api = resource("versions", 404, 409, 412)


class PublishBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    message: str = Field(default="", max_length=2_000, description="What has changed, for people.")
    in_flight: InFlight = Field(
        "keep", description="Sessions of earlier versions: they stay there, are ended, or move to this one."
    )


ANY_MATCH = {**IF_MATCH, "required": False, "description": "The draft that was looked at; 412 if it is another by now."}
EDITION = r"^(r?[1-9][0-9]{0,8}|draft)$"
Edition = Annotated[
    str, Field(pattern=EDITION, description="A version's number; `draft`; or `r7`, the draft kept as revision 7.")
]


class DiffQuery(BaseModel):
    before: Edition | None = Field(default=None, alias="from", description="Without it: the version that is published.")
    after: Edition | None = Field(default=None, alias="to", description="Without it: the draft.")


class VersionPath(FlowPath):
    number: int = Field(ge=1, le=2_147_483_647)


@api.post("/flows/<flow>/publish", responses={201: PublishReplyShape})
@reads(ANY_MATCH)
@once
@needs("flows.publish")
def publish_flow(path: FlowPath, body: PublishBody) -> Response:
    """Make the draft the version that new sessions take; 422 with every fault if it cannot run.

    Sessions that are in earlier versions stay there, unless `in_flight` says that they end or move.
    """
    now = now_micros()
    with store().begin() as connection:
        document, revision = flows.draft(connection, path.id)
        if not seen_is(revision):
            raise conflicting(revision)
        errors = drafts.faults_of_draft(document, surroundings(store()))
        if errors:
            raise Problem(422, "A flow with faults cannot be published.", errors=errors)
        if flow_state.standing(connection, path.id).state == "retired":
            raise Problem(409, "This flow is retired: resume it before a new version is published.")
        flight = Flight(connection, path.id)
        stranded = list(faults(flight, json.loads(document), body.in_flight))
        if stranded:
            raise Problem(422, "Not everybody in this flow can be moved.", errors=stranded)
        made = flows.publish(
            connection, path.id, document=document, sha256=drafts.digest(document), message=body.message, at=now,
            by=who().name,
        )  # fmt: skip
        settled = settle(connection, flight, made, body.in_flight, at=now)
        changed("flows", path.flow, after={"version": made.number, "message": body.message})
    speech.prepare(who().tenant, path.id, made.number)
    together.tell_published(who().tenant, path.id, made.number, who().name)
    in_flight = None
    if settled is not None:
        ids = [id_text(bulk.id) for bulk in settled.bulks]
        in_flight = {"sessions": settled.sessions, "bulk": ids[0], "bulks": ids}
        for bulk in settled.bulks:
            bulk_jobs.hint(parts().redis, who().tenant, bulk.id)
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


def edition(connection: sa.Connection, identity: bytes, wanted: str) -> str:
    """The canonical text of a version, the draft, or a kept draft; raises Problem 404."""
    if wanted == "draft":
        return flows.draft(connection, identity)[0]
    if wanted.startswith("r"):
        kept = kept_drafts.document(connection, identity, int(wanted[1:]))
        if kept is None:
            raise Problem(404, "No draft of this flow is kept as revision {number}.", {"number": wanted[1:]})
        return kept
    found = flows.version_document(connection, identity, int(wanted))
    if found is None:
        raise Problem(404, "This flow has no version {number}.", {"number": wanted})
    return found[1]


def _document(connection: sa.Connection, identity: bytes, wanted: str | None) -> dict[str, Any]:
    """The document of an edition; an empty one where nothing has been published yet."""
    document: dict[str, Any] = {} if wanted is None else json.loads(edition(connection, identity, wanted))
    return document


def _version_data(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "sha256": version.sha256,
        "message": version.message,
        "author": version.author,
        "created_at": from_micros(version.created_at),
    }

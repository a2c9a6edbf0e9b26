"""`/flows/{id}/drafts`: drafts that were kept; `/flows/{id}/go-back`: an earlier state as the new draft; export."""

from __future__ import annotations

import re
from typing import Any, Self
from urllib.parse import quote

import msgspec
import sqlalchemy as sa
from flask import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from designer import drafts
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.drafts import conflicting, seen_is
from designer.api.flows import FlowPath, etag, saved_data
from designer.api.paging import PageQuery, page
from designer.api.replies import reads, reply, resource
from designer.api.shapes.flows import KeptDraftDocumentShape, KeptDraftsShape, SavedFlowShape
from designer.api.versions import ANY_MATCH, Edition, edition
from designer.live import together
from designer.surroundings import surroundings
from engine.fields import fault
from engine.store import flows, from_micros, kept_drafts, now_micros
from engine.store.flows import RevisionConflict
from engine.store.kept_drafts import Kept

api = resource("kept_drafts", 404, 412)
_FILE = {
    "description": "The document in canonical form, to be kept as a file",
    "content": {"application/json": {"schema": {"type": "object"}}},
}
_UNFIT = re.compile(r"[^\w.\-]+")


class KeptPath(FlowPath):
    revision: int = Field(ge=1, le=999_999_999)


class GoBackBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(None, ge=1, le=999_999_999, description="This version.")
    revision: int | None = Field(None, ge=1, le=999_999_999, description="The draft that was kept as this revision.")

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if (self.version is None) == (self.revision is None):
            raise fault("say either version or revision")
        return self


class ExportQuery(BaseModel):
    edition: Edition = Field("draft", alias="version")


@api.get("/flows/<flow>/drafts", responses={200: KeptDraftsShape})
@needs("flows.read")
def list_kept_drafts(path: FlowPath, query: PageQuery) -> Response:
    """Drafts as they were before somebody else went on with them, the newest first."""
    with store().read() as connection:
        flows.get(connection, path.id)
        rows = kept_drafts.page(connection, path.id, below=query.after(int), limit=query.limit + 1)
    return reply(page(rows, query.limit, lambda row: row.revision, _data))


@api.get("/flows/<flow>/drafts/<int:revision>", responses={200: KeptDraftDocumentShape})
@needs("flows.read")
def get_kept_draft(path: KeptPath) -> Response:
    """A draft that was kept, with its document."""
    with store().read() as connection:
        flows.get(connection, path.id)
        text = edition(connection, path.id, f"r{path.revision}")
    return reply({"revision": path.revision, "document": msgspec.json.decode(text)})


@api.post("/flows/<flow>/go-back", responses={200: SavedFlowShape})
@reads(ANY_MATCH)
@needs("flows.edit")
def go_back_to(path: FlowPath, body: GoBackBody) -> Response:
    """Make an earlier version, or a draft that was kept, the draft again; the draft of now is kept, too."""
    wanted = f"r{body.revision}" if body.version is None else str(body.version)
    try:
        with store().begin() as connection:
            _, revision = flows.draft(connection, path.id)
            if not seen_is(revision):
                raise conflicting(revision)
            checked = _checked(connection, path.id, wanted)
            saved = flows.save_draft(
                connection, path.id, revision, checked.draft, at=now_micros(), by=who().name, keep=True
            )
    except RevisionConflict as conflict:
        raise conflicting(conflict.revision) from conflict
    if saved != revision:
        together.tell_saved(who().tenant, path.id, saved, who().name)
    return reply(saved_data(path.id, saved, checked), ETag=etag(saved))


@api.get("/flows/<flow>/export", responses={200: _FILE})
@needs("flows.read")
def export_flow(path: FlowPath, query: ExportQuery) -> Response:
    """The draft, a version or a kept draft as a file; `POST /flows` takes it in again."""
    with store().read() as connection:
        name = flows.get(connection, path.id).name
        text = edition(connection, path.id, query.edition)
    response = Response(text, content_type="application/json")
    stem = _UNFIT.sub("_", name).strip("._")[:80] or "flow"
    known = f"{stem}.{query.edition}.json"
    plain = known if known.isascii() else f"flow.{query.edition}.json"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(known)}"
    return response


def _checked(connection: sa.Connection, identity: bytes, wanted: str) -> drafts.Checked:
    return drafts.checked(edition(connection, identity, wanted).encode(), surroundings(store()))


def _data(row: Kept) -> dict[str, Any]:
    return {"revision": row.revision, "saved_by": row.saved_by, "saved_at": from_micros(row.saved_at)}

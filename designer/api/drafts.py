"""`/flows/{id}/draft`: the document being worked on. Who saves says which revision he saw (`If-Match`)."""

from __future__ import annotations

import re

from flask import Response, request

from designer import drafts
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.witness import changed, unchanged
from designer.api.flows import DOCUMENT, FlowPath, body, etag, saved_data
from designer.api.replies import reads, reply, resource
from designer.api.shapes.flows import SavedFlowShape
from designer.live import together
from designer.problems import Problem
from designer.surroundings import surroundings
from engine.store import flows, now_micros
from engine.store.flows import RevisionConflict

api = resource("drafts", 404, 412, 428)
IF_MATCH = {
    "name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"},
    "description": 'The ETag of the draft that was changed, such as `"3"`; `*` overwrites whatever is there.',
}  # fmt: skip
_ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')
_DOCUMENT_ANSWER = {
    "description": "The document in canonical form",
    "content": {"application/json": {"schema": {"type": "object"}}},
    "headers": {"ETag": {"description": "The draft's revision", "schema": {"type": "string"}}},
}


@api.get("/flows/<flow>/draft", responses={200: _DOCUMENT_ANSWER})
@needs("flows.read")
def get_draft(path: FlowPath) -> Response:
    """The draft's document."""
    with store().read() as connection:
        document, revision = flows.draft(connection, path.id)
    response = Response(drafts.as_drawn(document), content_type="application/json")
    response.headers["ETag"] = etag(revision)
    response.make_conditional(request)
    return response


@api.put("/flows/<flow>/draft", responses={200: SavedFlowShape}, openapi_extensions=DOCUMENT)
@reads(IF_MATCH)
@needs("flows.edit")
def put_draft(path: FlowPath) -> Response:
    """Save the draft; 412 if someone else saved first."""
    flow_id = path.id
    seen = _seen(flow_id)
    checked = drafts.checked(body(), surroundings(store()))
    try:
        with store().begin() as connection:
            if seen is None:
                _, seen = flows.draft(connection, flow_id)
            revision = flows.save_draft(connection, flow_id, seen, checked.draft, at=now_micros(), by=who().name)
            if revision == seen:
                unchanged()
            else:
                changed("flows", path.flow, before={"revision": seen}, after={"revision": revision})
    except RevisionConflict as conflict:
        raise conflicting(conflict.revision) from conflict
    if revision != seen:
        together.tell_saved(who().tenant, flow_id, revision, who().name)
    return reply(saved_data(flow_id, revision, checked), ETag=etag(revision))


def _seen(flow_id: bytes) -> int | None:
    """The revision in If-Match; None for `*`."""
    header = request.headers.get("If-Match")
    with store().read() as connection:
        _, present = flows.draft(connection, flow_id)
    if header is None:
        raise Problem(428, "Send the revision that you changed as If-Match.")
    if header.strip() == "*":
        return None
    found = [int(number) for number in _ETAG.findall(header)]
    if present in found:
        return present
    raise conflicting(present)


def seen_is(revision: int) -> bool:
    """Whether If-Match names this revision, where there is one."""
    header = request.headers.get("If-Match")
    return header is None or header.strip() == "*" or revision in [int(number) for number in _ETAG.findall(header)]


def conflicting(present: int) -> Problem:
    """Somebody else was first; `present` is the revision that is kept."""
    return Problem(
        412, "Somebody else has saved this flow: it is at revision {revision}.", {"revision": present},
        headers={"ETag": etag(present)},
    )  # fmt: skip

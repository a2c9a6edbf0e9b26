"""`/flows/merge`: two edits of one document brought together; what both have changed is for a person to decide."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, request
from pydantic import BaseModel

from designer.access.rights import needs
from designer.api.replies import json_body, reply, resource
from designer.bodies import JsonRequest, decode
from designer.problems import Problem
from engine.faults import Fault, dotted, shown
from engine.flow import DocumentRefused
from engine.flow.load import MAX_BYTES, accept
from engine.flow.merge import conflict_data, merge

api = resource("merging")
SIDES = ("base", "ours", "theirs")
_ENVELOPE = 4_096
"""Bytes for what stands around the three documents."""
_DOCUMENT = {"type": "object", "required": ["callweave", "name", "nodes"]}
BODY = json_body(
    {"type": "object", "required": list(SIDES), "properties": dict.fromkeys(SIDES, _DOCUMENT)},
    "A document, and two edits of it.",
)


class ConflictShape(BaseModel):
    path: str
    base: Any = None
    ours: Any = None
    theirs: Any = None


class MergedShape(BaseModel):
    document: dict[str, Any]
    conflicts: list[ConflictShape]


@api.post("/flows/merge", responses={200: MergedShape}, openapi_extensions=BODY)
@needs("flows.edit")
def merge_documents() -> Response:
    """Merge two edits of a document by node and field, and keep nothing.

    Where both have changed one field to something different it is a conflict, and the document has ours; a side of a
    conflict that has no such field is left out.
    """
    request.max_content_length = len(SIDES) * MAX_BYTES + _ENVELOPE
    given = decode(cast(JsonRequest, request).body_bytes() or b"{}")
    base, ours, theirs = _documents(given)
    merged = merge(base, ours, theirs)
    return reply({"document": merged.document, "conflicts": [conflict_data(one) for one in merged.conflicts]})


def _documents(given: Any) -> list[dict[str, Any]]:
    """The three documents; raises Problem with every fault of what is none."""
    if not isinstance(given, dict):
        wrong = Fault("", "must be an object (is {value})", {"value": shown(given)})
        raise Problem(422, "The request does not fit.", errors=[wrong])
    faults = [Fault(name, "is not known here") for name in given if name not in SIDES]
    found = []
    for side in SIDES:
        try:
            found.append(accept(given[side]))
        except KeyError:
            faults.append(Fault(side, "is required"))
        except DocumentRefused as refused:
            faults.extend(Fault(dotted(side, fault.path), fault.message, fault.params) for fault in refused.faults)
    if faults:
        raise Problem(422, "The request does not fit.", errors=faults)
    return found

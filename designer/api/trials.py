"""`/flows/{id}/trial`: the draft calls a telephone for real, before it is published.

The session is one of a flow beside the drawn one (`engine/store/trials.py`), so that it is seen as a draft's, and is
not among the drawn flow's. A flow that takes calls is led there by a call to the number that is given.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer import drafts
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.flows import FlowPath
from designer.api.once import once
from designer.api.replies import reply, resource
from designer.api.shapes.sessions import StartedShape
from designer.api.starts import ContactBody
from designer.parts import parts
from designer.simulator import answers_calls
from designer.subflows import NotedLibrary
from designer.tried import document_of, program_of
from designer.words import say
from engine.adapters.ways import BROWSER_NUMBER
from engine.store import id_text, inbox, new_id, now_micros, trials
from engine.store.flow_state import YEAR
from engine.store.inbox import Start
from engine.store.times import SECOND

api = resource("trials", 404, 409)
MESSAGES = {"{name} (draft)"}
"""Sentences of this module; each has its translation."""
NAMED = 180
"""Letters of a flow's name that stand in its trial's."""
LONGEST = 7 * 24 * 3600
"""Seconds after which a trial is over, however it stands."""
assert LONGEST <= YEAR


class TrialBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    phone: str = Field(
        pattern=rf"^(\+?[0-9*#-]{{1,32}}|{BROWSER_NUMBER})$",
        description="Who is called: it stands for the contact's number. A browser's telephone has a name instead.",
    )
    contact: ContactBody = ContactBody()
    record: dict[str, Any] = {}


@api.post("/flows/<flow>/trial", responses={202: StartedShape})
@needs("flows.try")
@once
def try_flow(path: FlowPath, body: TrialBody) -> Response:
    """Start a session of the draft as it stands; 422 with every fault if it cannot run."""
    document = document_of(path.id)
    program = program_of(document, NotedLibrary(parts(), store()), is_draft=True)
    called = led_there(document) if answers_calls(program) else document
    name = say("{name} (draft)", {"name": document["name"][:NAMED]})
    checked = drafts.checked(json.dumps(called | {"name": name}).encode())
    contact = body.contact.model_dump(exclude_none=True) | {"phone": body.phone}
    session_id, at = new_id(), now_micros()
    with store().begin() as connection:
        digest = drafts.digest(checked.draft.document)
        identity, version = trials.keep(connection, path.id, checked.draft, sha256=digest, at=at)
        start = Start(
            flow_id=identity, version=version, contact=contact, record=body.record, expires_at=at + LONGEST * SECOND
        )
        inbox.put_start(connection, session_id=session_id, source="api.trial", start=start, at=at)
    parts().hint(who().tenant)
    return reply({"session": id_text(session_id)}, 202, Location=f"/api/v1/sessions/{id_text(session_id)}")


def led_there(document: dict[str, Any]) -> dict[str, Any]:
    """The same flow, begun by a call of ours instead of one that comes in."""
    nodes = document["nodes"]
    id = "trial_call"
    while id in nodes:
        id += "_"
    ring = {
        "type": "call", "config": {"to": "{{ contact.phone }}"}, "outlets": {"answered": document["start"]},
        "at": [0, -160],
    }  # fmt: skip
    return document | {"start": id, "nodes": nodes | {id: ring}}

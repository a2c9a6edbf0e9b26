"""`/flows/{id}/start`: a session without a call, by way of the inbox (DECISIONS 1)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from flask import Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from designer import drafts
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api import start_subjects as subjects
from designer.api.flows import FlowPath
from designer.api.once import once
from designer.api.replies import reply, resource
from designer.api.shapes.sessions import StartedShape
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault
from engine.fields import fault
from engine.store import contacts, flow_state, flows, id_text, inbox, new_id, now_micros, starts
from engine.store.flow_state import Standing
from engine.store.inbox import Start
from engine.store.starts import CannotStart

api = resource("starts", 404, 409, 429)


class ContactBody(BaseModel):
    """Whom a session is with; further fields are for templates."""

    model_config = ConfigDict(extra="allow")

    phone: str | None = Field(None, max_length=40)
    name: str | None = Field(None, max_length=200)
    language: str | None = Field(None, max_length=35)
    time_zone: str | None = Field(None, max_length=64)

    @field_validator("time_zone")
    @classmethod
    def _known(cls, zone: str | None) -> str | None:
        if zone is not None:
            try:
                ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise fault("{value} is no time zone such as Asia/Shanghai", value=repr(zone)) from None
        return zone


class StartBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    contact: ContactBody = ContactBody()
    record: dict[str, Any] = Field({}, description="Its fields; or `record_type` and `key` of one that is kept.")
    save: bool = Field(False, description="Whether the record is kept as one of the flow's record type.")
    version: int | None = Field(None, ge=1, le=2_147_483_647, description="The published one if not given.")


@api.post("/flows/<flow>/start", responses={202: StartedShape})
@once
@needs("flows.run")
def start_flow(path: FlowPath, body: StartBody) -> Response:
    """Start a session; 422 with every fault if the flow cannot run."""
    session_id = new_id()
    with store().begin() as connection:
        flow = flow_state.standing(connection, path.id)
        version = body.version or flow.published
        if version is None:
            document, _ = flows.draft(connection, path.id)
            raise Problem(422, "This flow is not published.", errors=drafts.faults_of_draft(document))
        if flows.version_document(connection, path.id, version) is None:
            wrong = Fault("version", "this flow has no version {value}", {"value": version})
            raise Problem(422, "The request does not fit.", errors=[wrong])
        at = now_micros()
        subject = subjects.subject(
            connection, store(), body.record, save=body.save, flow_id=path.id, version=version, at=at
        )  # fmt: skip
        contact = subject.contact | body.contact.model_dump(exclude_none=True)
        _admit(connection, flow, contact)
        start = Start(
            flow_id=path.id, version=version, contact=contact, record=subject.record, expires_at=flow.expires_at(at),
            record_id=subject.record_id,
            contact_id=subject.contact_id or contacts.of_key(connection, contact.get("id")),
        )  # fmt: skip
        inbox.put_start(connection, session_id=session_id, source="api.start", start=start, at=at)
    parts().hint(who().tenant)
    return reply({"session": id_text(session_id)}, 202, Location=f"/api/v1/sessions/{id_text(session_id)}")


def _admit(connection: sa.Connection, flow: Standing, contact: dict[str, Any]) -> None:
    """Refuse where the flow begins no sessions, or the contact has too many."""
    try:
        starts.admitted(connection, flow, contact)
    except CannotStart as refusal:
        if refusal.word == "paused":
            raise Problem(409, "This flow is paused: it begins no sessions until it is resumed.") from refusal
        if refusal.word == "retired":
            raise Problem(409, "This flow is retired: it begins no sessions any more.") from refusal
        raise Problem(
            429, "This contact has as many sessions as are allowed at one time.", headers={"Retry-After": "60"}
        ) from refusal

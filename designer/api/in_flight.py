"""`/flows/{id}/in-flight`, and one event for many sessions: `/sessions/cancel`, `/bulk/{id}`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from flask import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.flows import FlowPath
from designer.api.once import once
from designer.api.paging import identity, identity_in
from designer.api.replies import reply, resource
from designer.api.shapes.flows import BulkShape, CancelledShape, InFlightShape
from designer.moving import Flight
from designer.parts import parts
from designer.problems import Problem
from engine.contact_key import contact_key
from engine.events import SessionCancelled
from engine.fields import fault
from engine.host import bulk_jobs
from engine.session.state import LIVE
from engine.store import bulk_events, flow_permissions, flows, from_micros, id_text, now_micros, to_micros
from engine.store.bulk_events import Bulk, Which

api = resource("in_flight", 404, 409)


class CancelManyBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    flow: str | None = Field(None, max_length=64, description="Of this flow.")
    version: int | None = Field(None, ge=1, le=2_147_483_647, description="Of this version.")
    node: str | None = Field(None, max_length=64, description="That wait at this node.")
    status: str | None = Field(None, max_length=100, description="`running`, `waiting`, or both with a comma between.")
    contact: dict[str, Any] | None = Field(
        None, max_length=50, description="Of the contact with this id, phone, email."
    )
    started_before: AwareDatetime | None = Field(None, description="That began before this moment.")
    started_after: AwareDatetime | None = Field(None, description="That began at this moment or later.")
    all: bool = Field(False, description="All that have not ended; needed where nothing else is said.")
    reason: str = Field("", max_length=500, description="Becomes their outcome.")
    dry_run: bool = Field(False, description="Only count them.")

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        for status in (self.status or "").split(",") if self.status is not None else ():
            if status not in LIVE:
                raise fault("must be one of {expected} (is {value})", expected="running, waiting", value=repr(status))
        if self.contact is not None and contact_key(self.contact) is None:
            raise fault("a contact needs an id, a phone or an email")
        told = self.model_dump(exclude={"all", "reason", "dry_run"}, exclude_none=True)
        if not told and not self.all:
            raise fault(
                "say which sessions: flow, version, node, status, contact, started_before, started_after, or all"
            )
        return self

    def which(self) -> Which:
        """What the body means."""
        return Which(
            flow=None if self.flow is None else id_text(identity_in(self.flow, "flow")),
            statuses=self.status.split(",") if self.status else [],
            node=self.node,
            version=self.version,
            contact_key=None if self.contact is None else contact_key(self.contact),
            started_before=_micros(self.started_before),
            started_after=_micros(self.started_after),
        )


class BulkPath(BaseModel):
    bulk: str = Field(max_length=64)


@api.get("/flows/<flow>/in-flight", responses={200: InFlightShape})
@needs("flows.read")
def get_in_flight(path: FlowPath) -> Response:
    """Where the sessions of a flow stand that have not ended: by version and node; for who may follow or publish it."""
    with store().read() as connection:
        if not flow_rights.may(who(), "publish", flow_permissions.get(connection, path.id)):
            flow_rights.require(connection, "follow", path.id)
        flows.get(connection, path.id)
        flight = Flight(connection, path.id)
    return reply({"sessions": flight.total, "places": flight.places()})


@api.post("/sessions/cancel", responses={202: CancelledShape, 200: CancelledShape})
@once
@needs("sessions.control")
def cancel_sessions(body: CancelManyBody) -> Response:
    """Stop many sessions: those that all of the body holds for. Sessions that begin later are not meant."""
    which = body.which()
    with store().read() as connection:
        _only_of_flows_that_one_may_follow(connection, body)
    if body.dry_run:
        with store().read() as connection:
            return reply({"sessions": bulk_events.count(connection, which), "bulk": None})
    with store().begin() as connection:
        made = bulk_events.create(connection, which, SessionCancelled(reason=body.reason), at=now_micros())
    bulk_jobs.hint(parts().redis, who().tenant, made.id)
    return reply({"sessions": made.total, "bulk": id_text(made.id)}, 202, Location=f"/api/v1/bulk/{id_text(made.id)}")


@api.get("/bulk/<bulk>", responses={200: BulkShape})
@needs("sessions.read")
def get_bulk(path: BulkPath) -> Response:
    """How far one event for many sessions has come."""
    wanted = identity(path.bulk, "There is no such event for many sessions.")
    with store().read() as connection:
        found = bulk_events.get(connection, wanted)
    if found is None:
        raise Problem(404, "There is no such event for many sessions.")
    return reply(_data(found))


def _only_of_flows_that_one_may_follow(connection: sa.Connection, body: CancelManyBody) -> None:
    """Refuse to reach into flows that are kept for others; who may not follow all says which flow he means."""
    if body.flow is not None:
        flow_rights.require(connection, "follow", identity_in(body.flow, "flow"))
    elif flow_rights.unseen(connection, who()):
        raise Problem(403, "Some flows are kept for others: say of which flow.")


def _data(found: Bulk) -> dict[str, Any]:
    return {
        "id": id_text(found.id),
        "kind": found.kind,
        "sessions": found.total,
        "done": found.done,
        "created_at": from_micros(found.created_at),
        "ended_at": None if found.ended_at is None else from_micros(found.ended_at),
    }


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)

"""Pausing and retiring a flow, what is set beside its drawing, and deleting it.

A paused or retired flow begins no sessions: a start by the API is 409, a call is declined, a start by another flow
fails with the reason. Sessions that are there go on to their end.
"""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.witness import changed
from designer.api.flows import FlowPath
from designer.api.once import once
from designer.api.replies import reply, resource
from designer.api.shapes.flows import FlowSettingsShape, FlowStateShape
from designer.parts import parts
from designer.problems import Problem
from engine.durations import Duration, parse_duration
from engine.faults import shown
from engine.fields import fault
from engine.store import flow_state, id_text, now_micros, triggers
from engine.store.flow_state import YEAR, FlowSettings, State

api = resource("flow_states", 404, 409)
SHORTEST, LONGEST = 60, 3_660 * 24 * 3600


class SettingsBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    expires_after: str | None = Field(
        None, max_length=40, description="How long a session may last, such as 12h, 90d; a year if not given."
    )
    live_per_contact: int | None = Field(
        None, ge=1, le=1_000, description="Sessions of it that one contact may have at one time; no limit if not given."
    )

    @field_validator("expires_after")
    @classmethod
    def _a_duration(cls, written: str | None) -> str | None:
        if written is not None and _seconds(written) is None:
            raise fault("must be from 1m to 3660d, such as 12h or 90d (is {value})", value=shown(written))
        return written


@api.post("/flows/<flow>/pause", responses={200: FlowStateShape})
@once
@needs("flows.run")
def pause_flow(path: FlowPath) -> Response:
    """Begin no new sessions for now; those that are there go on."""
    return _become(path, "paused")


@api.post("/flows/<flow>/resume", responses={200: FlowStateShape})
@once
@needs("flows.run")
def resume_flow(path: FlowPath) -> Response:
    """Begin sessions again, after a pause or a retirement."""
    return _become(path, "active")


@api.post("/flows/<flow>/retire", responses={200: FlowStateShape})
@once
@needs("flows.publish")
def retire_flow(path: FlowPath) -> Response:
    """Begin no sessions any more and heed no triggers; those that are there go on to their end."""
    return _become(path, "retired")


@api.get("/flows/<flow>/settings", responses={200: FlowSettingsShape})
@needs("flows.read")
def get_settings(path: FlowPath) -> Response:
    """What is set beside the drawing."""
    with store().read() as connection:
        return reply(_settings_data(flow_state.standing(connection, path.id).settings))


@api.put("/flows/<flow>/settings", responses={200: FlowSettingsShape})
@needs("flows.publish")
def put_settings(path: FlowPath, body: SettingsBody) -> Response:
    """Set it, for sessions that begin from now on."""
    seconds = None if body.expires_after is None else _seconds(body.expires_after)
    settings = FlowSettings(expires_after=seconds, live_per_contact=body.live_per_contact)
    with store().begin() as connection:
        before = flow_state.standing(connection, path.id).settings
        flow_state.set_settings(connection, path.id, settings)
        changed("flows", path.flow, before=_settings_data(before), after=_settings_data(settings))
    return reply(_settings_data(settings))


@api.delete("/flows/<flow>", responses={204: None})
@needs("flows.publish")
def delete_flow(path: FlowPath) -> Response:
    """Delete a retired flow that nobody is in: its drawing, versions and triggers. Its old sessions stay listed."""
    with store().read() as connection:
        _deletable(flow_state.standing(connection, path.id).state, flow_state.unended(connection, path.id))
        bound = triggers.of_flows(connection, [path.id]).get(path.id, [])
    for trigger in bound:
        triggers.remove(parts().stores, who().tenant, trigger.id, at=now_micros())
    with store().begin() as connection:
        _deletable(flow_state.standing(connection, path.id).state, flow_state.unended(connection, path.id))
        flow_state.delete(connection, path.id)
    return Response(status=204)


def _become(path: FlowPath, state: State) -> Response:
    with store().begin() as connection:
        before = flow_state.set_state(connection, path.id, state)
        changed("flows", path.flow, before={"state": before}, after={"state": state})
        live = flow_state.unended(connection, path.id)
    return reply({"id": id_text(path.id), "state": state, "sessions": live})


def _deletable(state: State, sessions: int) -> None:
    if state != "retired":
        raise Problem(409, "Only a retired flow can be deleted: retire it first.")
    if sessions:
        raise Problem(
            409, "{count} sessions are in this flow: let them end, or cancel them first.", {"count": sessions}
        )


def _seconds(written: str) -> int | None:
    duration = parse_duration(written)
    if duration is None:
        return None
    seconds = int(duration.length.total_seconds())
    return seconds if SHORTEST <= seconds <= LONGEST else None


def _settings_data(settings: FlowSettings) -> dict[str, Any]:
    days, seconds = divmod(settings.expires_after or YEAR, 24 * 3600)
    return {"expires_after": str(Duration(days, seconds)), "live_per_contact": settings.live_per_contact}

"""`/triggers`: what starts a flow. A telephone number starts one flow of the whole platform."""

from __future__ import annotations

from typing import Any, Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access.identity import store, who
from designer.api.once import once
from designer.api.paging import PageQuery, identity, identity_in, page
from designer.api.replies import reply, resource
from designer.api.shapes.flows import TriggerShape, TriggersShape
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault, shown
from engine.store import from_micros, id_text, now_micros, triggers
from engine.store.flows import FlowUnknown
from engine.store.triggers import NumberTaken, Trigger

api = resource("triggers", 404, 409)


class CallTriggerBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["call"] = Field(description="`call`: somebody calls a number.")
    number: str = Field(pattern=r"^\+?[0-9*#]{1,32}$", description="The number that is called, as the trunk gives it.")
    flow: str = Field(max_length=64, description="The flow's id.")


class TriggersQuery(PageQuery):
    flow: str | None = Field(None, max_length=64, description="Of this flow only.")


class TriggerPath(BaseModel):
    trigger: str = Field(max_length=64)


@api.post("/triggers", responses={201: TriggerShape})
@once
def create_trigger(body: CallTriggerBody) -> Response:
    """Let calls to a number start a flow; 409 if the number starts one already."""
    flow_id = identity_in(body.flow, "flow")
    try:
        made = triggers.bind_number(parts().stores, who().tenant, flow_id=flow_id, number=body.number, at=now_micros())
    except NumberTaken as taken:
        raise Problem(409, "The number {number} starts a flow already.", {"number": body.number}) from taken
    except FlowUnknown as unknown:
        wrong = Fault("flow", "there is no flow {value}", {"value": shown(body.flow)})
        raise Problem(422, "The request does not fit.", errors=[wrong]) from unknown
    return reply(trigger_data(made), 201, Location=f"/api/v1/triggers/{id_text(made.id)}")


@api.get("/triggers", responses={200: TriggersShape})
def list_triggers(query: TriggersQuery) -> Response:
    """Every trigger, the newest first."""
    flow_id = None if query.flow is None else identity_in(query.flow, "flow")
    with store().read() as connection:
        rows = triggers.page(connection, before=query.after(bytes), limit=query.limit + 1, flow_id=flow_id)
    return reply(page(rows, query.limit, lambda row: row.id, trigger_data))


@api.delete("/triggers/<trigger>", responses={204: None})
def delete_trigger(path: TriggerPath) -> Response:
    """Free the number; calls that are on it go on."""
    wanted = identity(path.trigger, "There is no such trigger.")
    if not triggers.remove(parts().stores, who().tenant, wanted, at=now_micros()):
        raise Problem(404, "There is no such trigger.")
    return Response(status=204)


def trigger_data(trigger: Trigger) -> dict[str, Any]:
    """A trigger as the API writes it."""
    return {
        "id": id_text(trigger.id),
        "kind": trigger.kind,
        "flow": id_text(trigger.flow_id),
        "number": trigger.number,
        "created_at": from_micros(trigger.created_at),
    }

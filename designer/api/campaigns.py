"""`/campaigns`: an audience, a flow, and the rules by which it is contacted; made, read, changed, removed."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, request
from pydantic import BaseModel, Field, ValidationError

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.once import once
from designer.api.paging import PageQuery, identity, identity_in, page
from designer.api.replies import json_body, reply, resource
from designer.api.shapes.campaigns import CampaignShape, CampaignsShape
from designer.bodies import JsonRequest
from designer.campaign_words import why
from designer.problems import Problem, faults_of
from engine.campaigns import Policy
from engine.campaigns.tariff import Tariff
from engine.faults import Fault, shown
from engine.host.campaigns.audience import Audience
from engine.records.seeing import seen_contact
from engine.store import campaign_notes, campaigns, definitions, flows, from_micros, id_text, now_micros
from engine.store.campaign_notes import Note
from engine.store.campaigns import Campaign, State
from engine.store.tenant import calendar

api = resource("campaigns", 404, 409)
NO_CAMPAIGN = "There is no such campaign."
POLICY = tuple(Policy.model_fields)
FIXED = ("flow", "audience")
"""What cannot be changed once a campaign was started."""
MESSAGES = {
    NO_CAMPAIGN, "cannot be changed after the start", "there is no calendar {value}", "there is no flow {value}",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class CampaignBody(Policy):
    """What is left out is the careful choice: 09:00 to 20:00 where people live, three attempts a day."""

    name: str = Field(min_length=1, max_length=200)
    flow: str = Field(max_length=200, description="The flow's id or name.")
    audience: Audience
    completed: list[str] = Field(
        [], max_length=50, description="The outcomes by which a session counts as completed; empty: any but hung_up."
    )
    tariff: Tariff = Tariff()


class CampaignPath(BaseModel):
    campaign: str = Field(max_length=64)

    @property
    def id(self) -> bytes:
        """The campaign's id; raises Problem 404 if it cannot be one."""
        return identity(self.campaign, NO_CAMPAIGN)


class CampaignsQuery(PageQuery):
    state: State | None = Field(None)
    flow: str | None = Field(None, max_length=64)


@api.post("/campaigns", responses={201: CampaignShape})
@once
@needs("campaigns.edit")
def create_campaign(body: CampaignBody) -> Response:
    """A campaign that waits for its start."""
    flow_id = _flow(body.flow)
    values = _stored(body)
    with store().begin() as connection:
        made = campaigns.create(connection, name=body.name, flow_id=flow_id, at=now_micros(), **values)
    return reply(campaign_data(made), 201, Location=f"/api/v1/campaigns/{id_text(made.id)}")


@api.get("/campaigns", responses={200: CampaignsShape})
@needs("campaigns.read")
def list_campaigns(query: CampaignsQuery) -> Response:
    """Campaigns, the newest first; of people named one by one only their number is told."""
    flow_id = None if query.flow is None else identity_in(query.flow, "flow")
    with store().read() as connection:
        rows = campaigns.page(
            connection, before=query.after(bytes), limit=query.limit + 1, flow_id=flow_id,
            states=[query.state] if query.state else (), unseen=flow_rights.unseen(connection, who()),
        )  # fmt: skip
    return reply(page(rows, query.limit, lambda row: row.id, lambda row: campaign_data(row, short=True)))


@api.get("/campaigns/<campaign>", responses={200: CampaignShape})
@needs("campaigns.read")
def get_campaign(path: CampaignPath) -> Response:
    """One campaign."""
    return reply(campaign_data(found(path)))


@api.patch(
    "/campaigns/<campaign>", responses={200: CampaignShape},
    openapi_extensions=json_body({"type": "object"}, "Whatever of a campaign's body is to be other than before."),
)  # fmt: skip
@needs("campaigns.edit")
def change_campaign(path: CampaignPath) -> Response:
    """Change what is given, such as the pace; flow and audience only before the start, and nothing after the end.

    What is changed while it runs counts from its next look on, a fifth of a second later.
    """
    given = cast(JsonRequest, request).get_json()
    if not isinstance(given, dict):
        wrong = Fault("", "must be an object (is {value})", {"value": shown(given)})
        raise Problem(422, "The request does not fit.", errors=[wrong])
    before = found(path)
    body = _body(written(before) | given)
    if before.state != "draft":
        _may_change(before, body, given)
    flow_id = _flow(body.flow) if "flow" in given else before.flow_id
    values = _stored(body, audience=given.get("audience", before.audience))
    at = now_micros()
    with store().begin() as connection:
        changed = campaigns.change(
            connection, path.id, at=at, among=["draft", "running", "paused"], name=body.name, flow_id=flow_id, **values
        )
        now = campaigns.get(connection, path.id, whole=True)
        if not changed:
            raise wrong_state(now.state)
        detail = {"by": who().name[:200], "fields": ", ".join(sorted(given))}
        campaign_notes.add(
            connection, [Note(campaign_id=path.id, member_id=None, at=at, what="changed", detail=detail)]
        )
    return reply(campaign_data(now))


@api.delete("/campaigns/<campaign>", responses={204: None})
@needs("campaigns.edit")
def delete_campaign(path: CampaignPath) -> Response:
    """Remove a campaign with its ledger; 409 while it runs. Its sessions stay."""
    with store().begin() as connection:
        state = campaigns.get(connection, path.id, lock=True).state
        if state in campaigns.OPEN:
            raise wrong_state(state)
        campaigns.remove(connection, path.id)
    return Response(status=204)


def found(path: CampaignPath) -> Campaign:
    """The campaign of an address."""
    with store().read() as connection:
        return campaigns.get(connection, path.id, whole=True)


def wrong_state(state: str) -> Problem:
    """The refusal of what cannot be done in a state."""
    return Problem(409, "This campaign is {state}: that cannot be done now.", {"state": state})


def campaign_data(row: Campaign, *, short: bool = False) -> dict[str, Any]:
    """A campaign as the API writes it."""
    audience = dict(row.audience)
    if "contacts" in audience:
        people = audience["contacts"]
        audience["contacts"] = len(people) if short else [seen_contact(one, sight()) for one in people]
    times = {
        name: None if (at := getattr(row, name)) is None else from_micros(at)
        for name in ("created_at", "started_at", "ended_at")
    }
    return {
        "id": id_text(row.id), "name": row.name, "state": row.state, "flow": id_text(row.flow_id),
        "building": row.started_at is not None and row.built_at is None, "version": row.version, "audience": audience,
        **{name: row.policy.get(name) for name in POLICY}, "completed": row.settings.get("completed", []),
        "tariff": row.settings.get("tariff", {}), "why": why(row.why), **times,
    }  # fmt: skip


def _body(data: dict[str, Any]) -> CampaignBody:
    try:
        return CampaignBody.model_validate(data)
    except ValidationError as error:
        raise Problem(422, "The request does not fit.", errors=faults_of(error)) from error


def written(row: Campaign) -> dict[str, Any]:
    """A campaign as its body would be."""
    return {
        "name": row.name, "flow": id_text(row.flow_id), "audience": row.audience, **row.policy,
        "completed": row.settings.get("completed", []), "tariff": row.settings.get("tariff", {}),
    }  # fmt: skip


def _stored(body: CampaignBody, audience: Any = None) -> dict[str, Any]:
    """What is kept of a body."""
    if body.calendar is not None:
        with store().read() as connection:
            if definitions.get(connection, calendar, body.calendar) is None:
                wrong = Fault("calendar", "there is no calendar {value}", {"value": shown(body.calendar)})
                raise Problem(422, "The request does not fit.", errors=[wrong])
    policy = body.model_dump(mode="json", by_alias=True, include=set(POLICY))
    settings = {"completed": body.completed, "tariff": body.tariff.model_dump(mode="json")}
    if audience is None:
        audience = cast(JsonRequest, request).get_json()["audience"]
    return {"audience": audience, "policy": policy, "settings": settings}


def _may_change(before: Campaign, body: CampaignBody, given: dict[str, Any]) -> None:
    """Refuse a change of what was laid down at the start."""
    if before.state not in campaigns.OPEN:
        raise wrong_state(before.state)
    places = [name for name in FIXED if name in given and given[name] != written(before)[name]]
    after = body.model_dump(mode="json", by_alias=True, include=set(POLICY))
    if after["pace"].get("spread") != before.policy["pace"].get("spread"):
        places.append("pace.spread")
    if places:
        errors = [Fault(place, "cannot be changed after the start") for place in places]
        raise Problem(409, "This campaign is {state}: that cannot be done now.", {"state": before.state}, errors=errors)


def _flow(written: str) -> bytes:
    """The flow of this id or name; raises Problem 422."""
    with store().read() as connection:
        named = flows.published_named(connection, written)
    if named is None:
        wrong = Fault("flow", "there is no flow {value}", {"value": shown(written)})
        raise Problem(422, "The request does not fit.", errors=[wrong])
    with store().read() as connection:
        flow_rights.require(connection, "follow", named[0])
    return named[0]

"""`/campaigns/rehearse` and `/rehearsals`: a campaign on a virtual clock, before anybody is called.

A rehearsal takes seconds of a core, so a worker does it: the answer is its address, where the report appears.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Response, request
from pydantic import BaseModel, Field

from designer import drafts
from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.access.witness import unchanged
from designer.api.campaigns import NO_CAMPAIGN, CampaignPath, found, written
from designer.api.once import once
from designer.api.paging import PageQuery, identity, page
from designer.api.replies import reply, resource
from designer.api.shapes.rehearsals import RehearsalShape, RehearsalsShape
from designer.bodies import JsonRequest
from designer.campaign_words import why
from designer.parts import parts
from designer.problems import Problem
from designer.words import say_fault
from engine.faults import Fault, shown
from engine.host import rehearsing
from engine.host.rehearsing import Asked, How
from engine.records.seeing import seen_contact
from engine.scenarios import ScenarioError
from engine.scenarios.mocks import Mocks
from engine.store import definitions, flows, from_micros, id_text, now_micros, rehearsals
from engine.store.campaigns import CampaignUnknown
from engine.store.rehearsals import Kept
from engine.store.tenant import calendar

api = resource("rehearsals", 404, 409)
NO_REHEARSAL = "There is no such rehearsal, or it is older than a week."
MESSAGES = {
    NO_REHEARSAL, "there is no calendar {value}", "this flow has no version {value}", "there is no flow {value}",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class RehearsalPath(BaseModel):
    rehearsal: str = Field(max_length=64)


@api.post("/campaigns/rehearse", responses={202: RehearsalShape})
@once
@needs("campaigns.edit")
def rehearse_campaign(body: Asked) -> Response:
    """Rehearse a campaign: its body as for POST /campaigns, an audience or a number of people, and how people answer.

    Nothing leaves, and nobody is told. The report is at `/rehearsals/{id}` some seconds later.
    """
    return _begun(cast(JsonRequest, request).get_json())


@api.post("/campaigns/<campaign>/rehearse", responses={202: RehearsalShape})
@once
@needs("campaigns.edit")
def rehearse_kept_campaign(path: CampaignPath, body: How) -> Response:
    """Rehearse a campaign as it is kept: its rules, its flow, its audience as that is now."""
    try:
        campaign = found(path)
    except CampaignUnknown as error:
        raise Problem(404, NO_CAMPAIGN) from error
    return _begun(written(campaign) | cast(JsonRequest, request).get_json())


@api.get("/rehearsals", responses={200: RehearsalsShape})
@needs("campaigns.read")
def list_rehearsals(query: PageQuery) -> Response:
    """Rehearsals of the last week, the newest first: those of flows that one may follow, and those of none."""
    with store().read() as connection:
        unseen = flow_rights.unseen(connection, who())
        rows = rehearsals.page(connection, before=query.after(bytes), limit=query.limit + 1, unseen=unseen)
    return reply(page(rows, query.limit, lambda row: row.id, _data))


@api.get("/rehearsals/<rehearsal>", responses={200: RehearsalShape})
@needs("campaigns.read")
def get_rehearsal(path: RehearsalPath) -> Response:
    """How far a rehearsal is, and its report."""
    wanted = identity(path.rehearsal, NO_REHEARSAL)
    with store().read() as connection:
        found = rehearsals.get(connection, wanted)
    if found is None:
        raise Problem(404, NO_REHEARSAL)
    if rehearsals.wants_a_worker(found, at=now_micros()):
        rehearsing.hint(parts().redis, who().tenant, found.id)
    return reply(_data(found))


@api.post("/rehearsals/<rehearsal>/stop", responses={200: RehearsalShape})
@once
@needs("campaigns.edit")
def stop_rehearsal(path: RehearsalPath) -> Response:
    """Stop it. What was played so far is its report, of a part of the people; one that has ended stays as it is.

    A worker that has it in hand is told: until it has written the report, `state` is `stopping`.
    """
    wanted = identity(path.rehearsal, NO_REHEARSAL)
    with store().begin() as connection:
        before = rehearsals.get(connection, wanted)
        found = rehearsals.stop(connection, wanted, at=now_micros())
        if found is None:
            raise Problem(404, NO_REHEARSAL)
        if found == before:
            unchanged()
    return reply(_data(found))


def _begun(asked: dict[str, Any]) -> Response:
    flow_id = _possible(Asked.model_validate(asked))
    if flow_id is not None:
        asked = asked | {"flow": id_text(flow_id)}  # another one may be given this name before a worker comes to it
    with store().begin() as connection:
        made = rehearsals.create(connection, asked, flow_id, at=now_micros())
    rehearsing.hint(parts().redis, who().tenant, made.id)
    return reply(_data(made), 202, Location=f"/api/v1/rehearsals/{id_text(made.id)}")


def _possible(body: Asked) -> bytes | None:
    """The flow of which a sample is played. Refuses what names something that is not there, or cannot run."""
    errors: list[Fault] = []
    try:
        Mocks(body.mocks)
    except ScenarioError as error:
        errors.append(Fault("mocks", "{reason}", {"reason": str(error)}))
    with store().read() as connection:
        if body.calendar is not None and definitions.get(connection, calendar, body.calendar) is None:
            errors.append(Fault("calendar", "there is no calendar {value}", {"value": shown(body.calendar)}))
        named = None if body.flow is None else flows.published_named(connection, body.flow)
        if named is not None:
            flow_rights.require(connection, "follow", named[0])
        if body.flow is not None and named is None:
            errors.append(Fault("flow", "there is no flow {value}", {"value": shown(body.flow)}))
        elif named is not None and body.version is not None:
            if flows.version_document(connection, named[0], body.version) is None:
                errors.append(Fault("version", "this flow has no version {value}", {"value": body.version}))
        elif named is not None and named[1] is None:
            errors.extend(drafts.faults_of_draft(flows.draft(connection, named[0])[0]))
    if errors:
        raise Problem(422, "The request does not fit.", errors=errors)
    return None if named is None else named[0]


def _data(row: Kept) -> dict[str, Any]:
    asked = dict(row.asked)
    audience = asked.get("audience")
    if isinstance(audience, dict) and isinstance(audience.get("contacts"), list):
        asked["audience"] = audience | {"contacts": [seen_contact(one, sight()) for one in audience["contacts"]]}
    return {
        "id": id_text(row.id), "state": row.state, "share": row.share, "asked": asked,
        "report": None if row.report is None else _said(row.report), "why": why(row.why),
        "created_at": from_micros(row.created_at),
        "ended_at": None if row.ended_at is None else from_micros(row.ended_at),
    }  # fmt: skip


def _said(report: dict[str, Any]) -> dict[str, Any]:
    """A report with its reasons and warnings in the reader's language."""
    left = [each | {"reason": why(each["reason"])} for each in report["left"]]
    warnings = [say_fault(Fault(each["path"], each["message"], each["params"])) for each in report["warnings"]]
    return report | {"left": left, "warnings": warnings, "stopped": why(report["stopped"])}

"""How a campaign runs: started, paused, gone on with, stopped; how far it has come."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.campaigns import CampaignPath, campaign_data
from designer.api.once import once
from designer.api.replies import reply, resource
from designer.api.shapes.campaigns import CampaignShape, ProgressShape
from designer.campaign_words import why
from designer.parts import parts
from designer.problems import Problem
from engine.host.calendars import TenantCalendars
from engine.host.campaigns import audience_job, ending, progress
from engine.host.campaigns.ending import NotPublished
from engine.store import campaigns, from_micros, now_micros

api = resource("campaign_running", 404, 409)


class StopBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ringing: bool = Field(False, description="Also the calls that ring: they are hung up.")
    talking: bool = Field(False, description="Also the calls that were answered.")


@api.post("/campaigns/<campaign>/start", responses={202: CampaignShape})
@once
@needs("campaigns.run")
def start_campaign(path: CampaignPath) -> Response:
    """Begin: the audience is frozen as it is now, and contacted from then on, with the flow's published version."""
    try:
        with store().begin() as connection:
            started = ending.start(connection, path.id, by=who().name[:200], at=now_micros())
    except NotPublished as refusal:
        if refusal.word == "not_published":
            raise Problem(422, "This flow is not published.") from refusal
        raise Problem(409, "This flow is paused or retired: it begins no sessions.") from refusal
    audience_job.hint(parts().redis, who().tenant, path.id)
    return reply(campaign_data(started), 202)


@api.post("/campaigns/<campaign>/pause", responses={200: CampaignShape})
@once
@needs("campaigns.run")
def pause_campaign(path: CampaignPath) -> Response:
    """Begin nothing more, and dial nothing more; who is on the line stays there."""
    with store().begin() as connection:
        return reply(campaign_data(ending.pause(connection, path.id, by=who().name[:200], at=now_micros())))


@api.post("/campaigns/<campaign>/resume", responses={200: CampaignShape})
@once
@needs("campaigns.run")
def resume_campaign(path: CampaignPath) -> Response:
    """Go on where it was paused; a warm-up begins anew."""
    with store().begin() as connection:
        return reply(campaign_data(ending.resume(connection, path.id, by=who().name[:200], at=now_micros())))


@api.post("/campaigns/<campaign>/stop", responses={200: CampaignShape})
@once
@needs("campaigns.run")
def stop_campaign(path: CampaignPath, body: StopBody) -> Response:
    """End it at once: nothing begins any more, and what is not dialled is cancelled."""
    reason = {"code": "person", "values": {}}
    stopped = ending.stop(
        store(), path.id, why=reason, by=who().name[:200], at=now_micros(), ringing=body.ringing or body.talking,
        talking=body.talking,
    )  # fmt: skip
    parts().hint(who().tenant)
    return reply(campaign_data(stopped))


@api.get("/campaigns/<campaign>/progress", responses={200: ProgressShape})
@needs("campaigns.read")
def get_progress(path: CampaignPath) -> Response:
    """How far it has come, and when it will have ended."""
    here = store()
    with here.read() as connection:
        campaign = campaigns.get(connection, path.id)
        now = progress.of(connection, campaign, TenantCalendars(here), zone=here.time_zone, at=now_micros())
    return reply(progress_data(now))


def progress_data(now: progress.Progress) -> dict[str, Any]:
    """Progress as the API writes it."""
    data: dict[str, Any] = msgspec.structs.asdict(now)
    times = {name: None if data[name] is None else from_micros(data[name]) for name in ("next_at", "ends_at")}
    return data | times | {"why": why(now.why)}

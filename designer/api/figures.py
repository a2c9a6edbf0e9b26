"""`/figures`: what was called, sent and begun in a period, by hour or day; and how things stand now."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import msgspec
from flask import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from designer import figures
from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.campaigns import CampaignPath, found
from designer.api.flows import FlowPath
from designer.api.paging import identity_in
from designer.api.replies import reply, resource
from designer.api.shapes.figures import CampaignFiguresShape, FiguresShape, NowShape, WalkedShape
from designer.figures import By, Steps
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault
from engine.host.campaigns import rules
from engine.store import activity, campaign_figures, flows, from_micros, now_micros, standing, to_micros, trunks
from engine.store import walks as walked
from engine.store.times import SECOND

api = resource("figures", 404)
LONGEST = {"hour": timedelta(days=8, hours=2), "day": timedelta(days=93)}
USUAL = {"hour": timedelta(hours=24), "day": timedelta(days=30)}
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
MINUTES = 60
DAY = 86_400 * SECOND
FEWEST = 3
"""Sessions that share an outcome before those hear of it who do not see whole numbers."""
MESSAGES = {"at most {limit} days (is {value})", "is after the end"}
"""Sentences of this module; each has its translation."""


class FiguresQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime | None = Field(None, alias="from", description="A day or a month ago, if nothing is said.")
    until: AwareDatetime | None = Field(None, alias="to", description="Now, if nothing is said.")
    by: By = Field("hour", description="`hour`: 8 days at most; `day`: 93.")
    flow: str | None = Field(None, max_length=64, description="Calls and sessions of this flow only.")


class WalkedQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: int = Field(7, ge=1, le=366, description="That began within so many days.")
    version: int | None = Field(None, ge=1, le=2_147_483_647, description="Of this version only.")


@api.get("/figures", responses={200: FiguresShape})
@needs("flows.read")
def get_figures(query: FiguresQuery) -> Response:
    """The figures of a period by hours or days of the organisation's time zone.

    Drafts on trial do not count, nor do flows whose sessions one may not follow.
    """
    here = store()
    since, until = _period(query)
    flow = None if query.flow is None else identity_in(query.flow, "flow")
    within = {"since": to_micros(since), "until": to_micros(until)}
    with here.read() as connection:
        but = flow_rights.hidden(connection, who(), flow_id=flow)
        calls = activity.calls(connection, **within, flow_id=flow, but=but)
        heard = activity.heard(connection, **within, flow_id=flow, but=but)
        texts = [] if flow is not None else activity.texts(connection, **within, but=but)
        sessions = activity.sessions(connection, **within, flow_id=flow, but=but)
        by_trunk = activity.by_trunk(connection, **within, flow_id=flow, but=but)
    zone = rules.zone_of(here.time_zone, "UTC")
    steps = Steps(since, until, query.by, zone)
    figures.put_in(steps, calls, heard, texts, sessions)
    status: Counter[str] = Counter()
    for one in sessions:
        status[one.status] += one.count
    return reply({
        "since": since, "until": until, "by": query.by, "time_zone": zone.key, "steps": steps.rows,
        "calls": figures.calls_sum(calls), "heard": figures.heard_sum(heard), "texts": figures.texts_sum(texts),
        "sessions": dict(status), "sessions_counted": sum(status.values()),
        "sessions_all": sum(status.values()) < activity.MOST_SESSIONS,
        "outcomes": [each for each in figures.outcomes(steps, sessions) if _may_be_told(each["sessions"])],
        "trunks": figures.trunks(by_trunk),
    })  # fmt: skip


@api.get("/figures/now", responses={200: NowShape})
@needs("flows.read")
def get_figures_now() -> Response:
    """How things stand at this moment."""
    with store().read() as connection:
        now = standing.of_tenant(connection, but=flow_rights.hidden(connection, who()))
    with parts().stores.control.read() as connection:
        lines = [row.trunk.at_once for row in trunks.of_tenant(connection, who().tenant) if row.trunk.enabled]
    most = None if not lines or None in lines else sum(each for each in lines if each is not None)
    data = msgspec.structs.asdict(now) | {"calls_most": most, "most": standing.MOST}
    return reply({"at": from_micros(now_micros()), **data})


@api.get("/campaigns/<campaign>/figures", responses={200: CampaignFiguresShape})
@needs("campaigns.read")
def get_campaign_figures(path: CampaignPath) -> Response:
    """How a campaign's people stand, how its sessions ended, and its attempts by minute."""
    campaign = found(path)
    minute = campaign_figures.MINUTE
    begins = now_micros() // minute * minute - (MINUTES - 1) * minute
    with store().read() as connection:
        stands = campaign_figures.people(connection, campaign.id)
        ended = campaign_figures.outcomes(connection, campaign.id)
        counts = campaign_figures.minutes(connection, campaign.id, since=begins)
    return reply({
        "people": [
            {"state": each.state, "tried": each.tried, "fate": each.fate, "people": each.people} for each in stands
        ],
        "outcomes": [
            {"outcome": each.outcome, "completed": each.completed, "sessions": each.sessions}
            for each in ended
            if _may_be_told(each.sessions)
        ],
        "minutes": [
            {"at": from_micros(at), "attempts": counts.get(at, 0)}
            for at in range(begins, begins + MINUTES * minute, minute)
        ],
    })  # fmt: skip


def _may_be_told(sessions: int) -> bool:
    """Whether an outcome says nothing of one person to somebody who is not shown all: it is a text of the flow's."""
    return sight().numbers or sight().everything or sessions >= FEWEST


@api.get("/flows/<flow>/walked", responses={200: WalkedShape})
@needs("sessions.read")
def get_walked(path: FlowPath, query: WalkedQuery) -> Response:
    """The ways of a flow's newest sessions: who came to each node, who left by each outlet, who ended where.

    Inside a sub-flow its own nodes are counted, by their ids.
    """
    since = now_micros() - query.days * DAY
    with store().read() as connection:
        flows.get(connection, path.id)
        walks = walked.of_flow(connection, path.id, since=since, version=query.version)
    nodes, outlets = walked.summed(walks)
    return reply({
        "sessions": len(walks), "all": len(walks) < walked.MOST, "since": from_micros(since),
        "nodes": [msgspec.structs.asdict(each) for each in nodes],
        "outlets": [msgspec.structs.asdict(each) for each in outlets],
    })  # fmt: skip


def _period(query: FiguresQuery) -> tuple[datetime, datetime]:
    """From when to when, within the time that there is a product; raises Problem 422."""
    now = from_micros(now_micros())
    until = min(query.until or now, now + timedelta(days=1))
    since = max(query.since or max(until, EARLIEST) - USUAL[query.by], EARLIEST)
    wrong: Fault | None = None
    if since >= until:
        wrong = Fault("from", "is after the end")
    elif until - since > LONGEST[query.by]:
        days = {"limit": LONGEST[query.by].days, "value": (until - since).days}
        wrong = Fault("from", "at most {limit} days (is {value})", days)
    if wrong is not None:
        raise Problem(422, "The request does not fit.", errors=[wrong])
    return since, until


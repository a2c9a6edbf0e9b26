"""How far a campaign has come: counts, fates, what it has cost, and when it will have ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.calendars import Calendar
from engine.campaigns import estimated_end
from engine.host.campaigns import rules
from engine.store import attempts, campaign_members, from_micros, to_micros
from engine.store.campaigns import Campaign


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Times are microseconds; `reached` are those who answered, `completed` those who were led to the end."""

    state: str
    building: bool
    members: int
    waiting: int
    under_way: int
    done: int
    left_out: int
    doubled: int
    attempts: int
    at_once: int
    rang: int
    completed: int
    fates: dict[str, int]
    seconds: float
    cost: float
    next_at: int | None
    ends_at: int | None
    """When it will have ended, as far as can be told."""
    why: dict[str, Any] | None


def of(
    connection: sa.Connection, campaign: Campaign, calendars: Mapping[str, Calendar], *, zone: str, at: int
) -> Progress:
    """The progress now."""
    counts = campaign_members.counts(connection, campaign.id)
    sums = attempts.totals(connection, campaign.id)
    return Progress(
        state=campaign.state, building=campaign.started_at is not None and campaign.built_at is None,
        members=sum(counts.values()), waiting=counts["waiting"], under_way=counts["under_way"], done=counts["done"],
        left_out=counts["left_out"], doubled=campaign.left_out, attempts=sums.attempts, at_once=sums.under_way,
        rang=sums.rang, completed=sums.completed, fates=sums.fates, seconds=sums.seconds, cost=sums.cost / 1e6,
        next_at=campaign_members.next_moment(connection, campaign.id),
        ends_at=_end(connection, campaign, calendars, sums, counts, zone, at), why=campaign.why,
    )  # fmt: skip


def _end(
    connection: sa.Connection, campaign: Campaign, calendars: Mapping[str, Calendar], sums: attempts.Totals,
    counts: Mapping[str, int], zone: str, at: int,
) -> int | None:  # fmt: skip
    if campaign.ended_at is not None or campaign.built_at is None:
        return campaign.ended_at
    policy = rules.policy_of(campaign)
    left = campaign_members.left_by_zone(connection, campaign.id)
    done = counts["done"]
    each = max(1.0, sums.attempts / (done + counts["under_way"])) if done else 1.0
    last = campaign_members.last_moment(connection, campaign.id)
    found = estimated_end(
        policy, from_micros(at), {rules.zone_of(name, zone): count for name, count in left.items()},
        calendar=rules.calendar_of(policy, calendars), attempts_each=each, seconds_each=sums.lasted or 45.0,
        last_due=None if last is None else from_micros(last),
    )  # fmt: skip
    return None if found is None else to_micros(found)

"""The RQ job that freezes an audience: a page at a time into the campaign's members, from where it was left.

Each page is one transaction with the place that was reached, under the campaign's row; so a job that dies, or runs
twice, puts nobody in twice. With a spread in its pace, the moments of all are laid out when their number is known.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from redis import Redis

from engine.campaigns.windows import openings, place_in
from engine.contact_key import contact_key
from engine.host import jobs, sleeping
from engine.host.at_hand import AtHand, at_hand
from engine.host.calendars import TenantCalendars
from engine.host.campaigns import audience, ending, rules
from engine.host.campaigns.audience import Found, NoAudience
from engine.store import (
    Store,
    TenantUnknown,
    campaign_members,
    campaign_notes,
    campaigns,
    from_micros,
    id_bytes,
    now_micros,
    to_micros,
)
from engine.store.campaign_members import Member
from engine.store.campaign_notes import Note
from engine.store.campaigns import OPEN, Campaign
from engine.store.ids import new_ids
from engine.texting.addresses import canonical
from engine.zoned import later

log = structlog.get_logger()

JOB = "engine.host.campaigns.audience_job.build"
PLANNED = 500


def hint(connection: Redis, tenant: str, identity: bytes) -> None:
    """Ask for it; without Redis the driver asks again."""
    jobs.ask_for(connection, JOB, tenant, "audience", identity, what="an audience")


def build(tenant: str, campaign: str) -> None:
    """Freeze a campaign's audience, from where it was left. May run twice, and side by side."""
    parts = at_hand()
    identity = id_bytes(campaign)
    assert identity is not None
    try:
        store = parts.stores.tenant(tenant)
        with structlog.contextvars.bound_contextvars(tenant=tenant, campaign=campaign):
            freeze(store, identity, parts)
    except (TenantUnknown, campaigns.CampaignUnknown) as error:
        log.warning("an audience is not looked for", tenant=tenant, reason=str(error))


def freeze(store: Store, identity: bytes, parts: AtHand) -> None:
    """All of it."""
    with store.read() as connection:
        campaign = campaigns.get(connection, identity, whole=True)
    if campaign.state not in OPEN or campaign.built_at is not None:
        return
    whom = campaign.audience
    try:
        for page in audience.pages(
            store, audience.read(whom), parts.settings.folder_assets, reached=campaign.reached,
            at=campaign.started_at or now_micros(),
        ):  # fmt: skip
            changed = _put(store, campaign, page, parts.settings.country)
            if changed is None:
                return  # another job, or the campaign was stopped
            campaign = changed
            sleeping.pause(store)
    except NoAudience as refusal:
        why = {"code": refusal.code, "values": refusal.values_}
        ending.stop(store, identity, why=why, by="", at=now_micros())
        log.error("an audience cannot be found", reason=refusal.code, **refusal.values_)
        return
    _plan(store, campaign)
    with store.begin() as connection:
        current = campaigns.get(connection, identity, lock=True)
        if current.built_at is None and current.reached == campaign.reached and current.state in OPEN:
            at = now_micros()
            campaigns.change(connection, identity, at=at, built_at=at)
            counts = campaign_members.counts(connection, identity)
            detail = {"members": sum(counts.values()), "seen": current.seen, "left_out": current.left_out}
            note = Note(campaign_id=identity, member_id=None, at=at, what="audience", detail=detail)
            campaign_notes.add(connection, [note])
            log.info("an audience is frozen", **detail)


def _put(store: Store, campaign: Campaign, page: audience.Page, country: str) -> Campaign | None:
    """One page in one transaction; the campaign as it is now, None if somebody else has gone on with it."""
    at = now_micros()
    with store.begin() as connection:
        current = campaigns.get(connection, campaign.id, lock=True)
        if current.reached != campaign.reached or current.state not in OPEN or current.built_at is not None:
            return None
        due = None if rules.policy_of(current).pace.spread is not None else current.started_at
        members = _members(current, page.people, due, country, zone=store.time_zone, at=at)
        new = campaign_members.add(connection, members)
        notes = [
            Note(campaign_id=current.id, member_id=one.id, at=at, what="left_out", detail={"why": one.why})
            for one in members
            if one.why is not None
        ]
        campaign_notes.add(connection, notes)
        campaigns.change(
            connection, current.id, at=at, reached=page.reached, seen=current.seen + page.seen,
            left_out=current.left_out + len(members) - new,
        )  # fmt: skip
        return campaigns.get(connection, current.id)


def _members(
    campaign: Campaign, people: Sequence[Found], due: int | None, country: str, *, zone: str, at: int
) -> list[Member]:
    """People as members: waiting, or left out where there is no way to reach them."""
    found: list[Member] = []
    for place, (identity, one) in enumerate(zip(new_ids(len(people)), people, strict=True), campaign.seen):
        number = str(one.contact.get("phone") or one.contact.get("email") or "").strip()
        address = canonical(number, country) if number else ""
        key = contact_key(one.contact) or f"row:{place}"
        own_zone = one.contact.get("time_zone")
        found.append(
            Member(
                id=identity, campaign_id=campaign.id, key=key, place=place, number=number[:80], address=address,
                contact_id=one.contact_id, contact=one.contact, record_id=one.record_id, record=one.record,
                zone=own_zone[:64] if isinstance(own_zone, str) and own_zone else zone,
                state="waiting" if address else "left_out", next_at=due if address else None, attempts=0, fate=None,
                why=None if address else {"code": "no_address", "values": {}}, updated_at=at,
            )
        )  # fmt: skip
    return found


def _plan(store: Store, campaign: Campaign) -> None:
    """Lay the first attempts out over the spread, evenly over the open hours of each zone."""
    policy = rules.policy_of(campaign)
    if policy.pace.spread is None:
        return
    calendar = rules.calendar_of(policy, TenantCalendars(store))
    start = from_micros(campaign.started_at or now_micros())
    spans = {}
    after = -1
    while True:
        with store.begin() as connection:
            rows = campaign_members.unplanned(connection, campaign.id, after=after, limit=PLANNED)
            moments = []
            for identity, place, name in rows:
                zone = rules.zone_of(name, store.time_zone)
                if zone not in spans:
                    until = later(start, policy.pace.spread, zone)
                    spans[zone] = list(openings(policy, calendar, zone, start, until))
                moment = place_in(spans[zone], (place + 0.5) / max(campaign.seen, 1)) or start
                moments.append((identity, to_micros(moment)))
            campaign_members.plan(connection, moments)
        if len(rows) < PLANNED:
            return
        after = rows[-1][1]
        sleeping.pause(store)

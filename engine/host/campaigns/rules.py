"""Rows as the pure rules see them: policies that are kept compiled, attempts, touches, members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import sqlalchemy as sa

from engine.calendars import Calendar
from engine.campaigns import Attempt, Coming, Policy, Reason, Touch
from engine.campaigns.attempts import Fate
from engine.campaigns.gate import Member as Person
from engine.campaigns.windows import LAST_SECONDS, openings
from engine.host.calendars import TenantCalendars
from engine.host.campaigns.fates import CampaignSettings
from engine.store import attempts, campaign_members, campaigns, do_not_contact, records
from engine.store.attempts import AttemptRow, Contacted
from engine.store.campaign_members import Member
from engine.store.campaigns import Campaign
from engine.store.times import from_micros, to_micros

FATES: dict[str, Fate] = {
    "answered": "answered", "machine": "machine", "busy": "busy", "no_answer": "no_answer", "failed": "failed",
    "unknown": "unknown", "cancelled": "cancelled",
}  # fmt: skip
MEDIA = ("sms", "mail", "voice")
"""An address that stands on the do-not-contact list for any medium is not contacted by campaigns at all."""
DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def _policy(written: bytes) -> Policy:
    return Policy.model_validate_json(written)


def policy_of(campaign: Campaign) -> Policy:
    """A campaign's policy, read once for each content."""
    return _policy(msgspec.json.encode(campaign.policy, order="sorted"))


def settings_of(campaign: Campaign) -> CampaignSettings:
    """What a campaign goes by besides."""
    return msgspec.convert(campaign.settings, CampaignSettings)


@lru_cache(maxsize=1_000)
def zone_of(name: str, default: str) -> ZoneInfo:
    """A time zone; the organisation's where there is none of this name."""
    for one in (name, default):
        try:
            return ZoneInfo(one)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def calendar_of(policy: Policy, calendars: TenantCalendars | Mapping[str, Calendar]) -> Calendar | None:
    """The kept calendar that a policy names, if it does and there is one."""
    return None if policy.calendar is None else calendars.get(policy.calendar)


def matter(campaign_id: bytes, member_id: bytes) -> str:
    """What touches of one member by one campaign are told apart by."""
    return f"{campaign_id.hex()}/{member_id.hex()}"


def attempt_of(row: AttemptRow) -> Attempt:
    """An attempt that is over, as the rules see it."""
    dialled = row.dialled_at or row.at
    return Attempt(
        fate=FATES.get(row.fate or "", "unknown"), began_at=from_micros(row.at),
        rang_at=from_micros(dialled) if row.rang else None,
        ended_at=from_micros(max(row.ended_at or 0, row.settled_at or 0, row.at)), completed=bool(row.completed),
    )  # fmt: skip


def person(
    campaign: Campaign, member: Member, rows: Sequence[AttemptRow], around: Around, *, zone: str
) -> Person:
    """A member as the rules see him."""
    barred = Reason("do_not_contact") if member.address in around.listed else None
    if member.record_id in around.gone:
        barred = Reason("record_gone")
    return Person(
        matter=matter(campaign.id, member.id), address=member.address, zone=zone_of(member.zone, zone),
        due_at=from_micros(member.next_at or 0), attempts=[attempt_of(row) for row in rows if row.ended_at is not None],
        touches=around.touches.get(member.address, ()), coming=around.coming.get(member.address, ()), barred=barred,
    )  # fmt: skip


class Around(msgspec.Struct):
    """What is known besides one campaign: who is barred, who was contacted, who else means to, what is deleted."""

    listed: set[str] = set()
    gone: set[bytes] = set()
    """Records that are no more."""
    touches: dict[str, list[Touch]] = {}
    coming: dict[str, list[Coming]] = {}


def around(
    connection: sa.Connection, campaign: Campaign, policy: Policy, addresses: Collection[str], *, at: int,
    about: Collection[bytes] = (),
) -> Around:  # fmt: skip
    """Read it for these addresses and records, as far as the policy asks."""
    known = sorted({address for address in addresses if address})
    found = Around(listed=set(), gone=records.deleted(connection, about), touches={}, coming={})
    for medium in MEDIA:
        found.listed |= do_not_contact.listed(connection, medium, known)
    if policy.cap is None:
        return found
    since = at - int((policy.cap.per.length + DAY).total_seconds() * 1_000_000)
    for one in attempts.at_addresses(connection, known, since=since):
        if _noticed(one):
            touch = Touch(matter(one.campaign_id, one.member_id), from_micros(one.dialled_at or one.at))
            found.touches.setdefault(one.address, []).append(touch)
    theirs = campaign_members.coming(connection, known, campaign.id)
    others = campaigns.every(connection, {campaign_id for _, campaign_id, _, _ in theirs})
    for address, campaign_id, member_id, moment in theirs:
        other = others[campaign_id]
        coming = Coming(matter(campaign_id, member_id), policy_of(other).priority, from_micros(moment))
        found.coming.setdefault(address, []).append(coming)
    return found


def _noticed(one: Contacted) -> bool:
    """Whether the person may have noticed it; one of which nothing is known yet counts."""
    return one.fate is None or bool(one.rang) or one.fate not in ("failed", "cancelled")


def window_end(policy: Policy, calendar: Calendar | None, zone: ZoneInfo, at: int) -> int | None:
    """The end of the window in which this moment lies: what begins now is not dialled later."""
    now = from_micros(at)
    span = next(openings(policy, calendar, zone, now, now + DAY), None)
    if span is None:
        return None
    return to_micros(span[1] if calendar is not None else span[1] + LAST_SECONDS)


def told(reasons: Iterable[Reason]) -> list[dict[str, object]]:
    """Reasons as they are kept: code, values, and until when."""
    return [
        {"code": reason.code, "values": dict(reason.values)}
        | ({} if reason.until is None else {"until": to_micros(reason.until)})
        for reason in reasons
    ]  # fmt: skip

"""What a campaign would do: whom it would contact when, and why not.

Before the start the audience is looked for as the start would, and nobody is written down. The same rules decide as
will decide then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import msgspec

from engine.calendars import Calendar
from engine.campaigns import Reason, decide
from engine.campaigns.gate import Member as Person
from engine.campaigns.pace import Pacer
from engine.contact_key import contact_key
from engine.host.campaigns import audience, rules
from engine.host.campaigns.audience import Found
from engine.store import Store, campaign_members
from engine.store.campaigns import Campaign
from engine.store.times import from_micros
from engine.texting.addresses import canonical


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody, the earliest moment at which he would be contacted (None: never), and why then."""

    place: int
    number: str
    contact: dict[str, object]
    at: datetime | None
    reasons: tuple[Reason, ...]


def dry_run(
    store: Store, campaign: Campaign, calendars: Mapping[str, Calendar], folder: Path, country: str, *, after: int,
    limit: int, at: int,
) -> list[Foreseen]:  # fmt: skip
    """The next people of the audience, and what would become of each if it were started now."""
    policy = rules.policy_of(campaign)
    calendar = rules.calendar_of(policy, calendars)
    people = list(islice(_people(store, campaign, folder, at), after + 1, after + 1 + limit))
    addresses = [canonical(_number(one), country) if _number(one) else "" for one in people]
    with store.read() as connection:
        around = rules.around(connection, campaign, policy, addresses, at=at)
    now = from_micros(at)
    rate = Pacer(policy.pace, now).rate(now + timedelta(days=1)) if policy.pace.calls_per_second else None
    foreseen = []
    for place, (one, address) in enumerate(zip(people, addresses, strict=True), after + 1):
        his_zone = _zone(one, store.time_zone)
        zone = rules.zone_of(his_zone, store.time_zone)
        due = now if rate is None else now + timedelta(seconds=place / rate)
        barred = Reason("do_not_contact") if address in around.listed else None
        him = Person(
            matter=f"{campaign.id.hex()}/{place}", address=address, zone=zone, due_at=due,
            touches=around.touches.get(address, ()), coming=around.coming.get(address, ()), barred=barred,
        )  # fmt: skip
        verdict = decide(policy, him, due, calendar=calendar)
        foreseen.append(
            Foreseen(
                place=place, number=_number(one), contact=one.contact, at=verdict.at, reasons=verdict.reasons
            )
        )
    return foreseen


def _people(store: Store, campaign: Campaign, folder: Path, at: int) -> Iterator[Found]:
    """All people of a campaign: as they were frozen, else as they would be; each person once."""
    if campaign.built_at is not None:
        after = None
        while True:
            with store.read() as connection:
                members = campaign_members.page(connection, campaign.id, after=after, limit=audience.PAGE)
            for member in members:
                yield Found(contact=member.contact, record=member.record)
            if len(members) < audience.PAGE:
                return
            after = members[-1].place
    seen: set[str] = set()
    for page in audience.pages(store, audience.read(campaign.audience), folder, reached=None, at=at):
        for one in page.people:
            key = contact_key(one.contact) or f"row:{len(seen)}"
            if key not in seen:
                seen.add(key)
                yield one


def _number(one: Found) -> str:
    return str(one.contact.get("phone") or one.contact.get("email") or "").strip()


def _zone(one: Found, default: str) -> str:
    zone = one.contact.get("time_zone")
    return zone if isinstance(zone, str) and zone else default


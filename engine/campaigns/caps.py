"""Caps: how often one address is contacted by all campaigns together, and who goes first.

A *contact* is what one campaign does about one member: its first attempt that the person notices and the retries after
it are one contact, for they are about one matter. So a retry is never held back by its own first attempt, and yet two
campaigns, or two children whose mother has one telephone, share the cap. Its time goes by the clock, a day being 24
hours. If all campaigns have the same cap, no stretch of time as long as it has more contacts in it, whoever makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from engine.campaigns.policy import Policy
from engine.campaigns.reasons import Reason


class Touch(msgspec.Struct, frozen=True):
    """An address was contacted, or is being contacted now; a driver notes it before it lets the call go."""

    matter: str
    """Which contact it belongs to: the campaign and its member."""
    at: datetime


class Coming(msgspec.Struct, frozen=True):
    """Another campaign means to contact the same address at this moment, which is not past."""

    matter: str
    priority: int
    at: datetime


def capped(
    policy: Policy, matter: str, touches: Sequence[Touch], at: datetime, coming: Sequence[Coming] = ()
) -> Reason | None:
    """Why this address may not be contacted about this matter at this moment by the policy's cap; None if it may.

    `touches` are those of the address by all campaigns of the tenant, `coming` what they still mean to do. A campaign
    of higher priority whose contact comes within the cap's time keeps its place: the lower one waits until it is over.
    """
    cap = policy.cap
    if cap is None:
        return None
    length = cap.per.length
    ends: dict[str, datetime] = {}
    """By matter: when its last touch is forgotten."""
    for touch in touches:
        end = touch.at + length
        if touch.matter != matter and end > at:
            ends[touch.matter] = max(end, ends.get(touch.matter, end))
    if len(ends) >= cap.contacts:
        free = sorted(ends.values())[len(ends) - cap.contacts]
        return Reason("capped", {"contacts": len(ends), "per": str(cap.per)}, free)
    if matter in {touch.matter for touch in touches}:
        return None  # a contact that has begun goes on
    soon = at + length
    ahead = {
        one.matter: one
        for one in coming
        if one.matter != matter and one.matter not in ends and one.priority > policy.priority
        and one.at < soon and one.at + length > at
    }  # fmt: skip
    if ahead and len(ends) + len(ahead) >= cap.contacts:
        last = max(one.at for one in ahead.values())
        return Reason("gives_way", {"priority": max(one.priority for one in ahead.values())}, last + length)
    return None


def precedence(priority: int, due: datetime, matter: str) -> tuple[int, datetime, str]:
    """What those who are due are sorted by: the higher priority, then who has waited longer; the same each time."""
    return -priority, due, matter

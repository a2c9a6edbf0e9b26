"""The gate: may this person be contacted at this moment, and if not, when and why not?

One function holds all rules about one person together, so that the driver, the dry run, the rehearsal and the trace
give one answer. The rules are asked in a fixed order (docs/campaigns.md); each that holds the person back moves the
moment on, and all are asked again at the new one, until none objects. What is about the campaign as a whole stands
beside it: its stop (`stops.py`) and its pace (`pace.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from engine.calendars import LOOK_AHEAD, Calendar
from engine.campaigns.attempts import Attempt, Done, after_attempt, day_full
from engine.campaigns.caps import Coming, Touch, capped
from engine.campaigns.policy import Policy
from engine.campaigns.reasons import Reason
from engine.campaigns.windows import closed


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One person of a campaign's audience, as the rules see him."""

    matter: str
    """The campaign and its member, as one text: what touches of the address are told apart by."""
    address: str
    """Empty if there is none."""
    zone: ZoneInfo
    due_at: datetime
    """When his first attempt is due; after attempts, it is worked out from them."""
    attempts: Sequence[Attempt] = ()
    """Those of this campaign that are over, in order."""
    touches: Sequence[Touch] = ()
    """Contacts of his address by all campaigns, as far back as the cap reaches."""
    coming: Sequence[Coming] = ()
    """What other campaigns still mean to do with his address."""
    barred: Reason | None = None
    """Why he may never be contacted, if it is so: `do_not_contact`, `cancelled`."""


class Verdict(msgspec.Struct, frozen=True):
    """When he may be contacted: now, if `at` is the moment that was asked for; never, if it is None."""

    at: datetime | None
    reasons: tuple[Reason, ...]
    """Why not now, in the order of the rules; the last one decides. `now` alone if nothing holds him back."""


def decide(policy: Policy, member: Member, at: datetime, *, calendar: Calendar | None = None) -> Verdict:
    """All rules about one person, at this moment."""
    never = _never(member)
    if never is not None:
        return Verdict(None, (never,))
    at = at.astimezone(UTC)
    moment, reasons = member.due_at.astimezone(UTC), list[Reason]()
    if member.attempts:
        following = after_attempt(policy, member.attempts, zone=member.zone, calendar=calendar)
        if isinstance(following, Done):
            return Verdict(None, (following.reason,))
        moment = following.at
        if moment > at:
            reasons.extend(following.reasons)
    elif moment > at:
        reasons.append(Reason("not_due", {}, moment))
    moment = max(at, moment)
    limit = moment + timedelta(days=LOOK_AHEAD)
    while (held := next(_holding(policy, member, moment, calendar), None)) is not None:
        reasons.append(held)
        if held.until is None:
            return Verdict(None, tuple(reasons))
        if held.until > limit:
            return Verdict(None, (*reasons, Reason("no_window")))
        moment = held.until
    until = None if policy.stop_at is None else policy.stop_at.until
    if until is not None and moment >= until:
        return Verdict(None, (*reasons, Reason("ends_before", {}, until)))
    return Verdict(moment, tuple(reasons) or (Reason("now"),))


def _never(member: Member) -> Reason | None:
    return Reason("no_address") if not member.address else member.barred


def _holding(policy: Policy, member: Member, at: datetime, calendar: Calendar | None) -> Iterator[Reason]:
    """The rules that hold him back at this moment, in their order; each with a later moment, or none for never."""
    rules = (
        day_full(policy, member.attempts, member.zone, at),
        closed(policy, calendar, member.zone, at),
        capped(policy, member.matter, member.touches, at, member.coming),
    )
    yield from (reason for reason in rules if reason is not None)


def why(policy: Policy, member: Member, at: datetime, *, calendar: Calendar | None = None) -> tuple[Reason, ...]:
    """Why somebody was, is or is not contacted: what followed each of his attempts, then what holds now."""
    told: list[Reason] = []
    for number in range(1, len(member.attempts)):
        following = after_attempt(policy, member.attempts[:number], zone=member.zone, calendar=calendar)
        told.extend(following.reasons if not isinstance(following, Done) else (following.reason,))
    return (*told, *decide(policy, member, at, calendar=calendar).reasons)

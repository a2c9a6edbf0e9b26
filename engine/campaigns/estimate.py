"""When a campaign will have ended, by what it has come to so far.

Not a rehearsal: one division for each time zone, cheap enough for each look at a running campaign. The open time that
is needed is what is left to do over what the pace lets through; it is laid into the windows of each zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.calendars import LOOK_AHEAD, Calendar
from engine.campaigns.policy import Policy
from engine.campaigns.windows import openings


def calls_per_second(policy: Policy, seconds_each: float) -> float | None:
    """Attempts a second that the pace lets through when each takes so long; None if nothing limits them."""
    pace = policy.pace
    limits = [] if pace.calls_per_second is None else [pace.calls_per_second]
    if pace.at_once is not None:
        limits.append(pace.at_once / max(seconds_each, 1.0))
    return min(limits, default=None)


def estimated_end(
    policy: Policy,
    at: datetime,
    left: Mapping[ZoneInfo, int],
    *,
    calendar: Calendar | None = None,
    attempts_each: float = 1.0,
    seconds_each: float = 45.0,
    last_due: datetime | None = None,
) -> datetime | None:
    """The moment, in UTC, at which nobody is left; None if that is more than 400 days away, or no window comes.

    `left` counts by zone who is not done; each needs so many attempts more, of so many seconds each, ringing and all.
    `last_due` is when the last one that is planned begins: a spread or a retry's delay may take longer than the pace.
    """
    people = sum(left.values())
    rate = calls_per_second(policy, seconds_each)
    end = at if last_due is None else max(at, last_due)
    for zone, count in left.items():
        if count:
            needed = 0.0 if rate is None else people * attempts_each / rate  # zones share the pace, and end together
            found = _after_open(policy, calendar, zone, at, timedelta(seconds=needed))
            if found is None:
                return None
            end = max(end, found)
    ends = None if policy.stop_at is None else policy.stop_at.until
    return end if ends is None else min(end, ends)


def _after_open(
    policy: Policy, calendar: Calendar | None, zone: ZoneInfo, at: datetime, needed: timedelta
) -> datetime | None:
    """The moment at which so much open time has passed."""
    for start, end in openings(policy, calendar, zone, at, at + timedelta(days=LOOK_AHEAD)):
        if needed <= end - start:
            return start + needed
        needed -= end - start
    return None

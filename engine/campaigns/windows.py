"""Windows: when a campaign may contact somebody, by the clocks where he lives.

All follows from one walk over the open spans of time, so that what may be done now, what comes next and how a spread
lies cannot disagree. A span is half open: its end is outside. An attempt does not begin in a window's last seconds
either, for it would ring after them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import accumulate
from zoneinfo import ZoneInfo

from engine.calendars import LOOK_AHEAD, Calendar
from engine.campaigns.policy import Policy
from engine.campaigns.reasons import Reason
from engine.zoned import later, moment_at

LAST_SECONDS = timedelta(seconds=10)
"""At the end of a window, in which nothing begins."""
_AHEAD = timedelta(days=LOOK_AHEAD)
_DAY = timedelta(days=1)

Span = tuple[datetime, datetime]


def openings(
    policy: Policy, calendar: Calendar | None, zone: ZoneInfo, since: datetime, until: datetime
) -> Iterator[Span]:
    """The spans of time, in UTC and in order, in which an attempt may begin; each cut to `since` and `until`.

    `calendar` is the one that the policy names, if it names one; it keeps its own hours in its own zone.
    """
    day = since.astimezone(zone).date()
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    while True:
        for start, end in policy.opened(day, zone):
            start, end = max(start, since), min(end - LAST_SECONDS, until)
            if start < end:
                yield from ((start, end),) if calendar is None else _within(calendar, zone, start, end)
        day += _DAY
        if moment_at(day, time(), zone) >= until:
            return


def _within(calendar: Calendar, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Span]:
    """The parts of a span in which the calendar is open."""
    theirs = calendar.time_zone or zone
    day, last = start.astimezone(theirs).date(), end.astimezone(theirs).date()
    while day <= last:
        for opens, closes in calendar.opened(day, theirs):
            if max(opens, start) < min(closes, end):
                yield max(opens, start), min(closes, end)
        day += _DAY


def next_allowed(policy: Policy, calendar: Calendar | None, zone: ZoneInfo, at: datetime) -> datetime | None:
    """The first moment from `at` on, in UTC, at which an attempt may begin; None if none comes within 400 days."""
    span = next(openings(policy, calendar, zone, at, at + _AHEAD), None)
    return None if span is None else span[0]


def closed(policy: Policy, calendar: Calendar | None, zone: ZoneInfo, at: datetime) -> Reason | None:
    """Why an attempt may not begin at this moment; None if it may."""
    allowed = next_allowed(policy, calendar, zone, at)
    if allowed is not None and allowed <= at:
        return None
    if allowed is None:
        return Reason("no_window")
    state = policy.hours.state(at, zone)
    if state == "holiday":
        return Reason("holiday", {"country": policy.holidays}, allowed)
    if state == "open" and calendar is not None and calendar.state(at, zone) != "open":
        return Reason("calendar", {"name": policy.calendar or ""}, allowed)
    return Reason("outside_window", {}, allowed)


def spread(
    policy: Policy, calendar: Calendar | None, zone: ZoneInfo, start: datetime, shares: Iterable[float]
) -> list[datetime]:
    """When first attempts are due: each share (0 to 1) is a place in the open time of the policy's spread.

    The n-th of N people has the share (n + 0.5) / N, whatever his zone; so the open hours of each zone are filled
    evenly. Without a spread, or where nothing is open in it, all are due at the start.
    """
    length = policy.pace.spread
    spans = [] if length is None else list(openings(policy, calendar, zone, start, later(start, length, zone)))
    return [place_in(spans, share) or start.astimezone(UTC) for share in shares]


def place_in(spans: Sequence[Span], share: float) -> datetime | None:
    """The moment at which this share of the spans' time has passed."""
    ends = list(accumulate(((end - start) // timedelta(microseconds=1) for start, end in spans), initial=0))
    if not ends[-1]:
        return None
    passed = min(int(share * ends[-1]), ends[-1] - 1)
    number = bisect_right(ends, passed) - 1
    return spans[number][0] + timedelta(microseconds=passed - ends[number])


def day_after(at: datetime, zone: tzinfo) -> datetime:
    """The first moment after the day, there, in which `at` lies."""
    return moment_at(at.astimezone(zone).date() + _DAY, time(), zone)

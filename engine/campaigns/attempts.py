"""Attempts: what became of each, and whether and when there is another.

Three things that others mix up are kept apart. *It rang or it did not*: an attempt of which the person noticed nothing
is not one of his attempts, and the clock of a retry starts when it rang, not when it was queued. *Not answered or not
completed*: somebody who hung up in the middle was reached. *By fate or in all*: each fate has its own delays and its
own count, and above them stand the most in a day and the most in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from engine.calendars import Calendar
from engine.campaigns.policy import Policy
from engine.campaigns.reasons import Reason
from engine.campaigns.windows import closed, day_after
from engine.durations import Duration
from engine.zoned import later

Fate = Literal["answered", "machine", "busy", "no_answer", "failed", "unknown", "cancelled"]
"""What became of an attempt (DECISIONS 20); `answered` also for a text that was sent."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt that is over."""

    fate: Fate
    began_at: datetime
    """When its session was started, or its call placed."""
    rang_at: datetime | None = None
    ended_at: datetime
    """When its fate was known."""
    completed: bool = False
    """Whether the person was led through to the end."""

    @property
    def kind(self) -> str:
        """The fate as retries are written by: what was answered is `completed` or `not_completed`."""
        if self.fate != "answered":
            return self.fate
        return "completed" if self.completed else "not_completed"

    @property
    def counts(self) -> bool:
        """Whether the person may have noticed it: only then it is one of his attempts."""
        return self.rang_at is not None or self.fate not in ("failed", "cancelled")

    @property
    def noticed_at(self) -> datetime:
        """When it rang; else, for a line that was engaged, when that was said."""
        return self.rang_at or self.ended_at


class Retry(msgspec.Struct, frozen=True):
    """There is another attempt, not before `at`: a moment inside the windows, on a day that is not full."""

    at: datetime
    reasons: tuple[Reason, ...]
    """Why then, the first cause first."""


class Done(msgspec.Struct, frozen=True):
    """There is no other attempt."""

    reason: Reason


def after_attempt(
    policy: Policy, attempts: Sequence[Attempt], *, zone: ZoneInfo, calendar: Calendar | None = None
) -> Retry | Done:
    """What follows the last of these attempts; they are all that this campaign made to this person, in order."""
    last = attempts[-1]
    if last.kind in ("completed", "unknown", "cancelled"):
        return Done(Reason(last.kind))
    found = _after_ring(policy, attempts) if last.counts else _after_silence(policy, attempts)
    if isinstance(found, Done):
        return found
    after, reason = found
    due = max(later(last.noticed_at, after, zone), last.ended_at.astimezone(UTC))
    return _allowed(policy, attempts, zone, calendar, due, reason)


def _after_ring(policy: Policy, attempts: Sequence[Attempt]) -> tuple[Duration, Reason] | Done:
    counted = [attempt for attempt in attempts if attempt.counts]
    if policy.attempts.in_all is not None and len(counted) >= policy.attempts.in_all:
        return Done(Reason("attempts_used", {"times": len(counted)}))
    kind = counted[-1].kind
    rules = policy.rules.get(kind, ())
    if not rules:
        return Done(Reason("no_rule", {"fate": kind}))
    used = sum(attempt.kind == kind for attempt in counted)
    if used > len(rules):
        return Done(Reason("retries_used", {"fate": kind, "times": len(rules)}))
    rule = rules[used - 1]
    return rule.after, Reason("retry", {"fate": kind, "after": str(rule.after), "number": used})


def _after_silence(policy: Policy, attempts: Sequence[Attempt]) -> tuple[Duration, Reason] | Done:
    """After an attempt that never rang: as often as the policy bears it, by a delay that doubles."""
    silent = sum(not attempt.counts for attempt in attempts)
    if silent > policy.never_rang.times:
        return Done(Reason("never_rang", {"times": silent}))
    after = _doubled(policy.never_rang.after, silent - 1)
    return after, Reason("retry_never_rang", {"after": str(after), "number": silent})


def _doubled(after: Duration, times: int) -> Duration:
    """A delay, twice as long so many times; at most a day, unless it was longer already."""
    if after.length >= timedelta(days=1):
        return after
    return Duration(seconds=min(int(after.length.total_seconds()) << min(times, 17), 86_400))


def _allowed(
    policy: Policy, attempts: Sequence[Attempt], zone: ZoneInfo, calendar: Calendar | None, due: datetime, cause: Reason
) -> Retry | Done:
    """The first moment from `due` on that windows and the count of the day allow."""
    reasons = [msgspec.structs.replace(cause, until=due)]
    moment = due
    while True:
        shut = closed(policy, calendar, zone, moment)
        if shut is not None and shut.until is None:
            return Done(shut)
        allowed = moment
        if shut is not None and shut.until is not None:
            reasons.append(shut)
            allowed = shut.until
        if policy.stop_at is not None and policy.stop_at.until is not None and allowed >= policy.stop_at.until:
            return Done(Reason("ends_before", {}, policy.stop_at.until))
        full = day_full(policy, attempts, zone, allowed)
        if full is None or full.until is None:
            return Retry(allowed, tuple(reasons))
        reasons.append(full)
        moment = full.until


def day_full(policy: Policy, attempts: Sequence[Attempt], zone: ZoneInfo, at: datetime) -> Reason | None:
    """Whether the day, by the person's clocks, in which this moment lies has had its attempts; until when."""
    day = at.astimezone(zone).date()
    times = sum(attempt.counts and attempt.noticed_at.astimezone(zone).date() == day for attempt in attempts)
    if times < policy.attempts.per_day:
        return None
    return Reason("day_full", {"times": times}, day_after(at, zone))

"""Stops: when a campaign ends of itself.

The failure rate is that of the latest attempts, not of all: a trunk that dies after five thousand good calls would else
go on failing for thousands. What nobody answered, or was busy, has not failed. An attempt that follows a failed one of
the same person does not count: when a campaign comes to its end, numbers that do not exist are nearly all that is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from engine.campaigns.attempts import Fate
from engine.campaigns.policy import Policy
from engine.campaigns.reasons import Reason

FAILED: frozenset[Fate] = frozenset({"failed", "unknown"})
"""The fates that speak of trouble with lines or numbers."""


class Tally(msgspec.Struct, frozen=True):
    """What a campaign has come to so far."""

    spent: float = 0.0
    latest: Sequence[Fate] = ()
    """Fates of the latest attempts that follow no failed one of the same person, the newest last.

    As many as the policy's sample; more do no harm.
    """


def stop_for(policy: Policy, tally: Tally, at: datetime) -> Reason | None:
    """Why the campaign stops now; None if it goes on."""
    stop = policy.stop_at
    if stop is None:
        return None
    if stop.until is not None and at >= stop.until:
        return Reason("until", {}, stop.until)
    if stop.budget is not None and tally.spent >= stop.budget:
        return Reason("budget", {"limit": stop.budget, "spent": round(tally.spent, 2)})
    latest = tally.latest[-stop.sample :]
    if stop.failure_rate is not None and len(latest) >= stop.sample:
        rate = sum(fate in FAILED for fate in latest) / len(latest)
        if rate >= stop.failure_rate:
            values = {"percent": round(100 * rate), "limit": round(100 * stop.failure_rate, 1), "sample": len(latest)}
            return Reason("failure_rate", values)
    return None

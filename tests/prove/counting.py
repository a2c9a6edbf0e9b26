"""What SIPp's log says of many calls: how many were new in a stretch of time, how many were up at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from tests.telephony.callees import Seen


def begins(seen: Iterable[Seen]) -> dict[str, float]:
    """When each call came, by its Call-ID."""
    found: dict[str, float] = {}
    for entry in seen:
        if entry.what == "INVITE":
            found.setdefault(entry.call_id, entry.at)
    return found


def ends(seen: Iterable[Seen]) -> dict[str, float]:
    """When each call was hung up or over, by its Call-ID."""
    found: dict[str, float] = {}
    for entry in seen:
        if entry.what != "INVITE":
            found.setdefault(entry.call_id, entry.at)
    return found


def densest(seen: Iterable[Seen], seconds: float = 10.0) -> int:
    """The most new calls in a stretch of so many seconds (DECISIONS 29)."""
    times = sorted(begins(seen).values())
    return max((bisect_right(times, at + seconds) - index for index, at in enumerate(times)), default=0)


def most_at_once(seen: Iterable[Seen]) -> int:
    """The most calls that were up, or rang, at one time; one that ends in the same millisecond is over."""
    entries = list(seen)
    moments = [(at, 1) for at in begins(entries).values()] + [(at, -1) for at in ends(entries).values()]
    now = most = 0
    for _, step in sorted(moments):
        now += step
        most = max(most, now)
    return most

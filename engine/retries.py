"""Trying again: after a pause that grows, a few times, and only where a second time does no harm.

A server that is down is not helped by a hundred sessions that knock each second; four times longer each time gives it
a minute within four tries. A request that was refused as wrong will be refused again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from engine.faults import Phrase

FIRST_PAUSE: Final = 2.0
"""Seconds before the second try."""
LONGEST_PAUSE: Final = 300.0
TRIES: Final = 3
"""Where nothing else is said, of what may be tried again."""
IDEMPOTENT: Final = frozenset({"GET", "PUT", "DELETE"})
"""HTTP methods that do no more by being asked twice (RFC 9110, 9.2.2)."""
_PASSING: Final = frozenset({408, 425, 429})


def again_at(at: datetime, attempt: int) -> datetime:
    """When to try again after so many attempts."""
    return at + timedelta(seconds=min(FIRST_PAUSE * 4 ** (attempt - 1), LONGEST_PAUSE))


def may_pass(status: int) -> bool:
    """Whether an HTTP status speaks of trouble that may be over soon."""
    return status >= 500 or status in _PASSING


def tries_in_words(count: int) -> Phrase:
    """How often something is tried, for a card on the drawing."""
    return Phrase("one try" if count == 1 else "{count} tries", {"count": count})

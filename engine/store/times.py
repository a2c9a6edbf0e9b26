"""Times in the databases: whole microseconds since 1970, UTC."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

SECOND = 1_000_000
"""Microseconds in a second."""


def now_micros() -> int:
    """The machine's time in microseconds."""
    return time.time_ns() // 1000


def to_micros(moment: datetime) -> int:
    """The microseconds of a moment with a zone."""
    return (moment - _START) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The moment, in UTC."""
    return _START + micros * _MICROSECOND

"""Dates and times in values: what is one, or reads as one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any


def moment(value: Any) -> date | None:
    """The date or time that a value is, or reads as in ISO 8601; None if it is neither."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        return None

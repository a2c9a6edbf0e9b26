"""How a source is doing, as the API says it: times as times, and how far it lags behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.store import from_micros
from engine.store.times import SECOND

_TIMES = ("read_at", "record_at", "oldest_at", "error_at")


def moment(micros: int | None) -> datetime | None:
    """A time in the databases as a moment."""
    return None if micros is None else from_micros(micros)


def status(kept: dict[str, Any] | None, at: int) -> dict[str, Any] | None:
    """What a source said of itself last; `lag_seconds`: for how long the oldest record on its way has been waiting."""
    if kept is None:
        return None
    oldest = kept.get("oldest_at")
    times = {name: moment(kept.get(name)) for name in _TIMES}
    return {**kept, **times, "lag_seconds": None if oldest is None else max(0.0, (at - oldest) / SECOND)}

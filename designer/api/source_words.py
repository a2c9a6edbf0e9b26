"""How a source is doing, as the API says it: times as times, and how far it lags behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.store import from_micros
from engine.store.sources import SourceRow
from engine.store.times import SECOND

_TIMES = ("read_at", "record_at", "oldest_at", "error_at")


def moment(micros: int | None) -> datetime | None:
    """A time in the databases as a moment."""
    return None if micros is None else from_micros(micros)


def status(row: SourceRow, at: int, refused: int) -> dict[str, Any] | None:
    """What a source said of itself last; `lag_seconds`: for how long the oldest record on its way has been waiting.

    `refused` are the records that were refused here: one behind a connector knows of none but its own.
    """
    kept = row.status
    if kept is None:
        return None
    oldest = kept.get("oldest_at")
    rejected = kept.get("rejected", 0) + (refused if row.connector_id is not None else 0)
    times = {name: moment(kept.get(name)) for name in _TIMES}
    lag = None if oldest is None else max(0.0, (at - oldest) / SECOND)
    return {**kept, **times, "rejected": rejected, "lag_seconds": lag}

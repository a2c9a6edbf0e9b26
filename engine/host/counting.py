"""What a transaction of turns adds to the counters: counted once it is committed, a batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from engine.host import metrics
from engine.session.state import LIVE
from engine.store.sessions import LegRow, Writing
from engine.store.times import SECOND

SLEEPING, LIVE_CALLS = "sleeping", "live"


def committed(host: str, writings: Sequence[Writing], *, applied: int, seconds: float) -> None:
    """A transaction has been written: so many sessions, so many inbox rows, in this time."""
    turns = sum(len(writing.journal) for writing in writings)
    started = sum(writing.follows is None for writing in writings)
    ended = Counter(
        writing.row.status for writing in writings if writing.journal and writing.row.status not in LIVE
    )  # a session that has ended takes no turn any more: each is counted once
    metrics.COMMIT_SECONDS.labels(host).observe(seconds)
    metrics.COMMIT_SESSIONS.labels(host).observe(len(writings))
    for counter, count in (
        (metrics.TURNS, turns), (metrics.SESSIONS_STARTED, started), (metrics.INBOX_APPLIED, applied),
    ):  # fmt: skip
        if count:
            counter.labels(host).inc(count)
    for status, count in ended.items():
        metrics.SESSIONS_ENDED.labels(status).inc(count)
    _calls(writings)


def late(host: str, moments: Iterable[int | None], at: int) -> None:
    """Timers were served that were due at these moments (microseconds)."""
    lateness = metrics.TIMER_LATENESS.labels(host)
    for moment in moments:
        if moment is not None:
            lateness.observe(max(0, at - moment) / SECOND)


def _calls(writings: Sequence[Writing]) -> None:
    ended = Counter(
        (leg.direction, "answered" if leg.answered_at is not None else (leg.cause or "unknown"))
        for writing in writings for leg in writing.legs.values() if leg.ended_at is not None
    )  # fmt: skip
    for writing in writings:
        for leg in writing.legs.values():
            if leg.ended_at is not None:
                _quality(leg)
    for (direction, fate), count in ended.items():
        metrics.CALLS_ENDED.labels(direction, fate).inc(count)


def _quality(leg: LegRow) -> None:
    """How well a leg was heard, as far as it is known."""
    for way, loss, jitter in (("in", leg.loss_in, leg.jitter_in), ("out", leg.loss_out, leg.jitter_out)):
        if loss is not None:
            metrics.LEG_LOSS.labels(way).observe(loss / 1000)
        if jitter is not None:
            metrics.LEG_JITTER.labels(way).observe(jitter / SECOND)
    if leg.round_trip is not None:
        metrics.LEG_ROUND_TRIP.observe(leg.round_trip / SECOND)

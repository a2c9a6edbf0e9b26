"""Sums by quarters of an hour made into hours or days of a zone: what dashboards draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from engine.store.activity import Calls, Ended, Heard, OfTrunk, Texts
from engine.store.times import from_micros, to_micros

By = Literal["hour", "day"]
MOST_OUTCOMES = 12
HUNG_UP = "hung_up"
_STEP = (
    "calls_out", "answered_out", "calls_in", "answered_in", "talked_seconds", "texts_out", "texts_delivered",
    "texts_failed", "texts_in", "sessions", "completed", "heard", "heard_well",
)  # fmt: skip


class Steps:
    """The hours or days of a period; each moment falls into one of them."""

    def __init__(self, since: datetime, until: datetime, by: By, zone: ZoneInfo) -> None:
        self._by, self._zone = by, zone
        self.begins: list[datetime] = []
        self._number: dict[datetime, int] = {}
        at = self._floor(since)
        while at < until:
            self._number[at] = len(self.begins)
            self.begins.append(at)
            at = self._floor(at + timedelta(hours=1)) if by == "hour" else self._next_day(at)
        self.rows: list[dict[str, Any]] = [{"at": begin, **dict.fromkeys(_STEP, 0)} for begin in self.begins]

    def number(self, at: int) -> int:
        """In which step a moment (microseconds) falls; those outside fall into the nearest."""
        found = self._number.get(self._floor(from_micros(at)))
        return found if found is not None else 0 if to_micros(self.begins[0]) > at else len(self.begins) - 1

    def add(self, at: int, **values: float) -> None:
        """Add to a step's figures."""
        row = self.rows[self.number(at)]
        for name, value in values.items():
            row[name] += value

    def _floor(self, at: datetime) -> datetime:
        """The beginning of the step, in UTC: by the zone's clocks, whatever its offset is then."""
        local = at.astimezone(self._zone)
        within = {"minute": 0, "second": 0, "microsecond": 0} | ({"hour": 0} if self._by == "day" else {})
        return from_micros(to_micros(local.replace(**within)))  # type: ignore[arg-type]

    def _next_day(self, at: datetime) -> datetime:
        return self._floor(at + timedelta(hours=36) - timedelta(hours=at.astimezone(self._zone).hour))


def put_in(
    steps: Steps, calls: Iterable[Calls], heard: Iterable[Heard], texts: Iterable[Texts], sessions: Iterable[Ended]
) -> None:
    """Lay all sums into their steps."""
    for call in calls:
        way = "out" if call.direction == "out" else "in"
        steps.add(call.at, **{f"calls_{way}": call.calls, f"answered_{way}": call.answered}, talked_seconds=call.talked)
    for each in heard:
        steps.add(each.at, heard=each.calls, heard_well=each.good)
    for text in texts:
        if text.direction == "in":
            steps.add(text.at, texts_in=text.count)
        else:
            delivered, failed = text.state == "delivered", text.state == "failed"
            steps.add(
                text.at, texts_out=text.count, texts_delivered=text.count * delivered, texts_failed=text.count * failed
            )
    for one in sessions:
        led = one.status == "completed" and one.outcome != HUNG_UP
        steps.add(one.at, sessions=one.count, completed=one.count * led)


def calls_sum(calls: Sequence[Calls]) -> dict[str, Any]:
    """What all calls of the period come to."""
    out = [each for each in calls if each.direction == "out"]
    came = [each for each in calls if each.direction != "out"]
    fates: Counter[str] = Counter()
    for each in out:
        fates[each.fate or "under_way"] += each.calls
    answered, taken = sum(each.answered for each in out), sum(each.answered for each in came)
    return {
        "out": sum(each.calls for each in out), "answered": answered, "came_in": sum(each.calls for each in came),
        "taken": taken, "given_up": sum(each.given_up for each in came),
        "talked_seconds": sum(each.talked for each in calls), "fates": dict(fates),
        "rang_seconds": _average(sum(each.rang for each in out), answered),
        "waited_seconds": _average(sum(each.rang for each in came), taken),
    }  # fmt: skip


def heard_sum(heard: Sequence[Heard]) -> dict[str, Any]:
    """How calls were heard, on average."""
    calls = sum(each.calls for each in heard)
    return {
        "calls": calls, "well": sum(each.good for each in heard),
        "loss_percent": _average(sum(each.loss for each in heard) / 10, calls),
        "jitter_ms": _average(sum(each.jitter for each in heard) / 1000, calls),
        "round_trip_ms": _average(sum(each.round_trip for each in heard) / 1000, sum(each.trips for each in heard)),
    }


def texts_sum(texts: Sequence[Texts]) -> dict[str, Any]:
    """What became of messages."""
    out = [each for each in texts if each.direction == "out"]
    media: Counter[str] = Counter()
    for each in out:
        media[each.medium] += each.count
    return {
        "out": sum(media.values()), "by_medium": dict(media),
        "delivered": sum(each.count for each in out if each.state == "delivered"),
        "failed": sum(each.count for each in out if each.state == "failed"),
        "came_in": sum(each.count for each in texts if each.direction == "in"),
    }  # fmt: skip


def outcomes(steps: Steps, sessions: Sequence[Ended]) -> list[dict[str, Any]]:
    """The most frequent outcomes with their steps; those without one by their status."""
    every: dict[str, list[int]] = {}
    for one in sessions:
        name = one.outcome or one.status
        every.setdefault(name, [0] * len(steps.rows))[steps.number(one.at)] += one.count
    frequent = sorted(every.items(), key=lambda pair: (-sum(pair[1]), pair[0]))[:MOST_OUTCOMES]
    return [{"outcome": name, "sessions": sum(counts), "steps": counts} for name, counts in frequent]


def trunks(rows: Iterable[OfTrunk]) -> list[dict[str, Any]]:
    """Calls out by trunk, the most used first."""
    return [
        {"trunk": row.trunk, "calls": row.calls, "answered": row.answered, "failed": row.failed}
        for row in sorted(rows, key=lambda row: -row.calls)
    ]


def _average(total: float, count: int) -> float | None:
    return round(total / count, 2) if count else None

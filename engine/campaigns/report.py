"""What a rehearsal found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from engine.campaigns.reasons import Reason
from engine.campaigns.sampling import DeadEnd
from engine.faults import Fault

EXAMPLES = 20
"""People named for each reason."""
HOUR = timedelta(hours=1)


class Hour(msgspec.Struct):
    """An hour by the clocks of the organisation, that begins at `at`."""

    at: datetime
    attempts: int = 0
    answered: int = 0
    calls: int = 0
    most_at_once: int = 0


class Left(msgspec.Struct):
    """People who were not led through to the end, for one reason; `examples` names the first."""

    reason: Reason
    people: int = 0
    examples: list[str] = []


class Report(msgspec.Struct):
    """A campaign as it would run."""

    begins_at: datetime
    ends_at: datetime
    """When the last session has ended."""
    people: int
    stopped: Reason | None = None
    """Why the campaign stopped before all were done."""
    attempts: int = 0
    fates: dict[str, int] = {}
    """Attempts by what became of them; `completed` and `not_completed` apart."""
    completed: int = 0
    """People who were led through to the end."""
    attempts_each: dict[int, int] = {}
    """By a number of attempts: how many people had it."""
    hours: list[Hour] = []
    """Every hour in which something begins."""
    peak: int = 0
    """The most lines wanted at once. Calls that a session under way makes later may go beyond the slots: they wait."""
    peak_at: datetime | None = None
    slots: int | None = None
    """The lines that there are, if that was said."""
    waited_seconds: float = 0.0
    """Seconds in which a call was due and within the pace, and no line was free."""
    cost: float = 0.0
    currency: str = "CNY"
    calls: int = 0
    """Those that sessions make on their own account as well."""
    talked_seconds: float = 0.0
    texts: int = 0
    faxes: int = 0
    left: list[Left] = []
    dead_ends: list[DeadEnd] = []
    unvisited: list[str] = []
    outcomes: dict[str, int] = {}
    """How the sessions that were played ended."""
    sample: int = 0
    """Sessions of the flow that were played; 0 if no flow was given."""
    warnings: list[Fault] = []

    @property
    def busiest(self) -> Hour | None:
        """The hour with the most calls."""
        return max(self.hours, key=lambda hour: hour.calls, default=None)


class Books:
    """Hours and lines, as they are counted while the rehearsal runs."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._hours: dict[datetime, Hour] = {}
        self._changes: list[tuple[datetime, int]] = []

    def attempt(self, at: datetime, *, answered: bool) -> None:
        """An attempt began."""
        hour = self._hour(at)
        hour.attempts += 1
        hour.answered += answered

    def line(self, since: datetime, until: datetime) -> None:
        """A line was taken."""
        self._changes += ((since, 1), (until, -1))

    def close(self, report: Report) -> None:
        """Write hours and the peak into the report."""
        up = 0
        for at, change in sorted(self._changes):  # at one moment those that end go first
            up += change
            if change > 0:
                hour = self._hour(at)
                hour.calls += 1
                hour.most_at_once = max(hour.most_at_once, up)
                if up > report.peak:
                    report.peak, report.peak_at = up, at
        report.hours = sorted(self._hours.values(), key=lambda hour: hour.at)

    def _hour(self, at: datetime) -> Hour:
        begins = at - timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
        found = self._hours.get(begins)
        if found is None:
            found = self._hours[begins] = Hour(begins.astimezone(self._zone))
        return found


def most_first(left: Mapping[str, Left]) -> list[Left]:
    """Those reasons first that hold for the most people."""
    return sorted(left.values(), key=lambda each: (-each.people, each.reason.code))


def plain(report: Report, zone: ZoneInfo) -> dict[str, Any]:
    """The report as JSON has it; moments by the clocks of `zone`. Reasons and warnings are the caller's to say."""
    return {
        "begins_at": _local(report.begins_at, zone), "ends_at": _local(report.ends_at, zone), "people": report.people,
        "attempts": report.attempts, "fates": report.fates, "completed": report.completed,
        "attempts_each": {str(number): people for number, people in sorted(report.attempts_each.items())},
        "hours": [{"at": _local(hour.at, zone), "attempts": hour.attempts, "answered": hour.answered,
                   "calls": hour.calls, "most_at_once": hour.most_at_once} for hour in report.hours],
        "peak": report.peak, "peak_at": _local(report.peak_at, zone), "slots": report.slots,
        "waited_seconds": round(report.waited_seconds), "cost": round(report.cost, 2), "currency": report.currency,
        "calls": report.calls, "talked_seconds": round(report.talked_seconds), "texts": report.texts,
        "faxes": report.faxes, "dead_ends": msgspec.to_builtins(report.dead_ends),
        "unvisited": report.unvisited, "outcomes": report.outcomes, "sample": report.sample,
    }  # fmt: skip


def _local(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")

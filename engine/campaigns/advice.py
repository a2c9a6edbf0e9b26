"""What a policy's author should know before it runs: nothing is wrong, but something is not as it looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.calendars import lacks_worked_days
from engine.campaigns.estimate import calls_per_second
from engine.campaigns.policy import Policy
from engine.faults import Fault


def advice(policy: Policy, since: datetime, until: datetime, zone: ZoneInfo) -> list[Fault]:
    """Warnings about a policy that is to run from one moment to another."""
    return [*_holidays(policy, since, until, zone), *_retries(policy), *_pace(policy)]


def _holidays(policy: Policy, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Fault]:
    if not policy.holidays:
        return
    for year in range(since.astimezone(zone).year, until.astimezone(zone).year + 1):
        if lacks_worked_days(policy.holidays, year):
            message = "the days worked for holidays in {year} are not published yet: they count as weekends"
            yield Fault("holidays", message, {"year": year})


def _retries(policy: Policy) -> Iterator[Fault]:
    most = policy.attempts.in_all
    if most is not None:
        for fate, times in Counter(rule.fate for rule in policy.retries for _ in range(rule.times)).items():
            if times >= most:
                place = next(number for number, rule in enumerate(policy.retries) if rule.fate == fate)
                values = {"times": times, "limit": most}
                message = "{times} retries cannot all come about: there are {limit} attempts in all"
                yield Fault(f"retries.{place}.times", message, values)


def _pace(policy: Policy) -> Iterator[Fault]:
    if calls_per_second(policy, 1.0) is None and policy.pace.spread is None:
        yield Fault("pace", "says no limit: all who may be called are called as fast as the trunks let them")

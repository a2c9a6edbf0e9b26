"""Any policy and any person's story under it, and a judge who knows nothing of how the rules are written.

The judge reads clocks on walls, weekdays and the holidays of the package, and counts. What is drawn leans towards trouble:
zones that change clocks at odd hours, nights of change, midnights, short windows, caps shared by several people.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from engine.campaigns import Attempt, Done, Member, Policy, Touch, after_attempt, decide
from engine.durations import parse_duration

ZONES = [
    "Asia/Shanghai", "Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin", "America/New_York", "America/Sao_Paulo",
    "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia", "America/Havana", "Asia/Tehran", "Antarctica/Troll",
    "Asia/Kathmandu", "Pacific/Chatham", "America/St_Johns", "Africa/Casablanca", "UTC",
]  # fmt: skip
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TROUBLE = [
    "2018-02-17", "2018-11-03", "2011-12-29", "2026-03-28", "2026-10-24", "2026-10-31", "2026-04-04", "2026-02-13",
    "2026-09-19", "2026-09-30", "2026-12-31", "2024-04-25", "2022-09-21", "2027-01-01", "2026-03-14", "2025-01-25",
]  # fmt: skip
"""Days after which clocks change somewhere, days are left out, holidays begin or are made up for."""
FATES = ["answered", "machine", "busy", "no_answer", "failed", "failed", "unknown", "cancelled"]
MOST_STEPS = 60


def any_policy(chance: Random) -> dict[str, Any]:
    """A policy as JSON has it."""
    policy: dict[str, Any] = {"windows": [_window(chance) for _ in range(chance.randint(1, 4))]}
    if chance.random() < 0.5:
        policy["holidays"] = chance.choice(["CN", "CN", "CN", "DE", "DE-BY", "US", "BR"])
    policy["retries"] = [
        {"fate": chance.choice(["busy", "no_answer", "failed", "machine", "not_completed"]),
         "after": chance.choice(["1m", "10m", "45m", "2h", "5h", "1d", "2d", "1d2h", "1w", "PT90M"]),
         "times": chance.randint(1, 4)}
        for _ in range(chance.randint(0, 6))
    ]  # fmt: skip
    policy["attempts"] = {"per_day": chance.randint(1, 4)}
    if chance.random() < 0.5:
        policy["attempts"]["in_all"] = chance.randint(1, 6)
    policy["never_rang"] = {"after": chance.choice(["1m", "15m", "3h", "2d"]), "times": chance.randint(0, 5)}
    if chance.random() < 0.6:
        per = chance.choice(["1h", "8h", "24h", "1d", "3d", "1w"])
        policy["cap"] = {"contacts": chance.randint(1, 3), "per": per}
    return policy


def _window(chance: Random) -> dict[str, Any]:
    start = chance.choice([0, 0, 60, 90, 119, 120, 150, 175, 180, 480, 540, 720, 1_200, 1_380, 1_435])
    end = min(1_440, start + chance.choice([1, 5, 30, 45, 60, 90, 180, 480, 1_440]))
    return {
        "days": chance.sample(DAYS, chance.choice([1, 2, 5, 7, 7])),
        "from": f"{start // 60:02}:{start % 60:02}", "to": f"{end // 60:02}:{end % 60:02}",
    }  # fmt: skip


def any_moment(chance: Random) -> datetime:
    """A moment, mostly close to some change of clocks or some holiday."""
    day = datetime.fromisoformat(chance.choice(TROUBLE)).replace(tzinfo=UTC)
    return day + timedelta(seconds=chance.randint(-20 * 3_600, 60 * 3_600), microseconds=chance.choice([0, 0, 1, 999_999]))


class Story:
    """Two or three people of several campaigns with one policy, all at one address, and what happens to them."""

    def __init__(self, seed: int) -> None:
        chance = Random(seed)
        self.seed = seed
        self.written = any_policy(chance)
        self.policy = Policy.model_validate(self.written)
        self.zone = ZoneInfo(chance.choice(ZONES))
        self.begins_at = any_moment(chance)
        self.attempts: dict[str, list[Attempt]] = {f"campaign{number}": [] for number in range(chance.randint(1, 3))}
        self.touches: list[Touch] = []
        self._chance = chance

    def play(self) -> None:
        """Let time pass from one moment that the rules name to the next, until nobody is left."""
        due = dict.fromkeys(self.attempts, self.begins_at)
        for _ in range(MOST_STEPS):
            if not due:
                return
            matter = min(due, key=lambda each: (due[each], each))
            now, attempts = due.pop(matter), self.attempts[matter]
            member = Member(
                matter=matter, address="1", zone=self.zone, due_at=self.begins_at, attempts=tuple(attempts),
                touches=tuple(self.touches),
            )  # fmt: skip
            verdict = decide(self.policy, member, now)
            if verdict.at is None:
                continue
            assert verdict.at >= now, "a moment that has passed"
            if verdict.at == now:
                attempts.append(self._attempt(now))
                if attempts[-1].counts:
                    self.touches.append(Touch(matter, now))
                due[matter] = attempts[-1].ended_at
            else:
                due[matter] = verdict.at

    def _attempt(self, now: datetime) -> Attempt:
        chance = self._chance
        fate: Any = chance.choice(FATES)
        rang = fate in ("answered", "machine", "no_answer") or (fate == "failed" and chance.random() < 0.3)
        length = timedelta(seconds=chance.choice([0.0, 0.5, 7, 30, 300, 7_200]))
        return Attempt(
            fate=fate, began_at=now, rang_at=now if rang else None, ended_at=now + length,
            completed=fate == "answered" and chance.random() < 0.3,
        )  # fmt: skip


# --- the judge


def judge(story: Story) -> None:
    """Every attempt of a story was allowed; AssertionError says which was not."""
    written = story.written
    for attempts in story.attempts.values():
        for number, attempt in enumerate(attempts):
            assert shown_open(written, attempt.began_at, story.zone), f"outside its windows: {attempt.began_at}"
            if number:
                _judge_retry(written, attempts[: number + 1], story.zone)
        _judge_counts(written, attempts, story.zone)
        if attempts:
            follows = after_attempt(story.policy, attempts, zone=story.zone)
            if isinstance(follows, Done) and follows.reason.code == "retries_used":
                rules = [rule for rule in written["retries"] if rule["fate"] == _kind(attempts[-1])]
                assert sum(_kind(one) == _kind(attempts[-1]) for one in attempts if _felt(one)) > sum(r["times"] for r in rules)
    _judge_cap(written, story)


def shown_open(written: dict[str, Any], at: datetime, zone: ZoneInfo) -> bool:
    """Whether a clock on the wall there shows a time in one of the windows of its day."""
    local = at.astimezone(zone)
    weekday = _worked_as(written.get("holidays"), local.date())
    return weekday is not None and any(
        DAYS[weekday] in window["days"] and _minutes(window["from"]) <= _passed(local) < _minutes(window["to"])
        for window in written["windows"]
    )


def _minutes(clock: str) -> float:
    return int(clock[:2]) * 60 + int(clock[3:])


def _passed(local: datetime) -> float:
    return local.hour * 60 + local.minute + (local.second + local.microsecond / 1e6) / 60


@lru_cache(maxsize=20_000)
def _worked_as(country: str | None, day: date) -> int | None:
    """The weekday like which a day is worked; None for a public holiday."""
    if not country:
        return day.weekday()
    days = _days(country, day.year)
    if day in days:
        return None
    if day in getattr(days, "weekend_workdays", ()):
        for off, name in {**_days(country, day.year), **_days(country, day.year + 1)}.items():
            if day.strftime("%Y-%m-%d") in name or day.strftime("%m/%d/%Y") in name or day.strftime("%d/%m/%Y") in name:
                return off.weekday()
        return 0
    return day.weekday()


@lru_cache(maxsize=200)
def _days(country: str, year: int) -> Any:
    code, _, part = country.partition("-")
    return holidays.country_holidays(code, subdiv=part or None, years=year, expand=False)


def _kind(attempt: Attempt) -> str:
    return attempt.fate if attempt.fate != "answered" else "completed" if attempt.completed else "not_completed"


def _felt(attempt: Attempt) -> bool:
    return attempt.rang_at is not None or attempt.fate not in ("failed", "cancelled")


def _judge_retry(written: dict[str, Any], attempts: list[Attempt], zone: ZoneInfo) -> None:
    before, after = attempts[-2], attempts[-1]
    assert _kind(before) not in ("completed", "unknown", "cancelled"), f"another attempt after {_kind(before)}"
    assert after.began_at >= before.ended_at, "another attempt before the last had ended"
    if not _felt(before):
        return
    delays = [rule["after"] for rule in written["retries"] if rule["fate"] == _kind(before) for _ in range(rule["times"])]
    used = sum(_kind(one) == _kind(before) for one in attempts[:-1] if _felt(one))
    assert used <= len(delays), f"more retries after {_kind(before)} than the policy has"
    delay = parse_duration(delays[used - 1])
    assert delay is not None
    noticed = before.rang_at or before.ended_at
    if delay.days:
        walls = [at.astimezone(zone).replace(tzinfo=None) for at in (noticed, after.began_at)]
        assert walls[1].date() - walls[0].date() >= timedelta(days=delay.days) or after.began_at - noticed >= delay.length
    else:
        assert after.began_at - noticed >= delay.length, "the clock of a retry starts when it rang"


def _judge_counts(written: dict[str, Any], attempts: list[Attempt], zone: ZoneInfo) -> None:
    felt = [one for one in attempts if _felt(one)]
    days = Counter((one.rang_at or one.ended_at).astimezone(zone).date() for one in felt)
    assert max(days.values(), default=0) <= written["attempts"]["per_day"], "more than allowed on one day"
    assert len(felt) <= written["attempts"].get("in_all", 100), "more attempts than allowed in all"
    assert len(attempts) - len(felt) <= written["never_rang"]["times"] + 1, "more silent attempts than allowed"
    assert len(felt) <= 1 + sum(rule["times"] for rule in written["retries"]), "more attempts than retries allow"


def _judge_cap(written: dict[str, Any], story: Story) -> None:
    """In every stretch of time as long as the cap's no more contacts than it allows, whoever made them."""
    if "cap" not in written:
        return
    per = parse_duration(written["cap"]["per"])
    assert per is not None
    touches = sorted(story.touches, key=lambda touch: touch.at)
    for number, last in enumerate(touches):
        within = {touch.matter for touch in touches[: number + 1] if touch.at > last.at - per.length}
        assert len(within) <= written["cap"]["contacts"], f"capped, and contacted: {within}"

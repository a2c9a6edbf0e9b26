"""A hundred thousand random policies: never a contact outside its window, never more attempts than allowed.

Under each policy up to three campaigns share one address, in one of sixteen time zones, near changes of clocks, days that
are left out, holidays and days worked instead; fates and lengths of calls are drawn. A judge that knows nothing of how the
rules are written reads clocks on walls, weekdays, holidays, and counts: by day, in all, by fate, silent attempts, contacts
within the cap. Then the pace: a thousand of them, looked at irregularly, by DECISIONS 29.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from engine.campaigns import Pacer
from engine.campaigns.policy import Pace
from tests.engine.any_campaign import Story, judge
from tests.prove.proof import Proof

POLICIES = 100_000
PACES = 1_000
LOOKS = 400
BEGINS = datetime(2026, 11, 23, tzinfo=UTC)


def prove(proof: Proof) -> None:
    began = time.process_time()
    broken: list[str] = []
    seen: Counter[str] = Counter()
    for seed in range(POLICIES):
        story = Story(seed)
        try:
            story.play()
            judge(story)
        except Exception as error:  # noqa: BLE001 (a rule that raises is as wrong as one that lets through)
            broken.append(f"policy {seed}: {type(error).__name__}: {error}")
            continue
        count(story, seen)
    spent = time.process_time() - began
    proof.claim("every attempt was allowed, by the judge's reading", not broken, broken[:5] or f"{seen['attempts']} attempts")
    proof.claim(
        "the policies were tried in earnest", min(seen.values()) > POLICIES // 100 and len(seen) == 6, dict(sorted(seen.items()))
    )
    proof.figure("policies", POLICIES)
    proof.figure("cpu_ms_per_policy", spent * 1_000 / POLICIES)
    too_fast = [found for seed in range(PACES) if (found := paced(seed))]
    proof.claim("the pace holds in every ten seconds", not too_fast, too_fast[:5] or f"{PACES} paces, {LOOKS} looks each")


def count(story: Story, seen: Counter[str]) -> None:
    """What happened in a story, so that a proof of nothing is noticed."""
    tried = [attempts for attempts in story.attempts.values() if attempts]
    seen["attempts"] += sum(map(len, tried))
    seen["several attempts of one person"] += any(len(attempts) > 1 for attempts in tried)
    seen["several campaigns at one address"] += len(tried) > 1
    seen["silent attempts"] += any(not attempt.counts for attempts in tried for attempt in attempts)
    seen["clocks changed meanwhile"] += any(
        len({attempt.began_at.astimezone(story.zone).utcoffset() for attempt in (*attempts, *attempts[:1])}) > 1
        or attempts[0].began_at.astimezone(story.zone).utcoffset() != story.begins_at.astimezone(story.zone).utcoffset()
        for attempts in tried
    )
    seen["holidays"] += bool(story.written.get("holidays"))


def paced(seed: int) -> str:
    """A pace that is looked at in every way; what was wrong, or nothing."""
    chance = Random(seed)
    rate, lines = chance.choice([0.05, 0.5, 1, 3.3, 20, 50]), chance.randint(1, 200)
    warm_up = {"over": "1m", "from": chance.choice([0.1, 0.5])} if chance.random() < 0.5 else None
    pacer = Pacer(Pace.model_validate({"calls_per_second": rate, "at_once": lines, "warm_up": warm_up}), BEGINS)
    now, running = BEGINS, 0
    starts: list[datetime] = []
    for _ in range(LOOKS):
        now += timedelta(seconds=chance.choice([0, 0.01, 0.25, 0.25, 0.25, 1, 3, 20]))
        running -= chance.randint(0, running)
        for _ in range(pacer.room(now, running) or 0):
            pacer.began(now)
            starts.append(now)
            running += 1
        if running > lines:
            return f"pace {seed}: {running} at once"
    first = 0
    for number, start in enumerate(starts):
        while starts[first] < start - timedelta(seconds=10):
            first += 1
        if number - first + 1 > 10 * rate + 1:
            return f"pace {seed}: {number - first + 1} within ten seconds at {rate} a second"
    return ""

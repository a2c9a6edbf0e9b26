"""Properties of campaigns' rules for any policy: windows, zones, holidays, changes of clocks, retries, caps, pace.

The full size, 100,000 policies, is `make prove NAME=policies`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.campaigns import Pacer, Policy, attempts, gate, next_allowed, policy, spread
from engine.campaigns.policy import Pace
from engine.campaigns.windows import LAST_SECONDS
from tests.engine.any_campaign import ZONES, Story, any_moment, any_policy, judge, shown_open

BEGINS = datetime(2026, 11, 23, tzinfo=UTC)
seeds = st.integers(0, 2**63)


@settings(max_examples=300, deadline=None)
@given(seeds)
def test_no_attempt_that_a_policy_does_not_allow(seed: int) -> None:
    story = Story(seed)
    story.play()
    judge(story)


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_no_allowed_moment_is_passed_over(seed: int) -> None:
    chance = Random(seed)
    written, zone, asked = any_policy(chance), ZoneInfo(chance.choice(ZONES)), any_moment(chance)
    found = next_allowed(Policy.model_validate(written), None, zone, asked)
    if found is None:
        return
    assert asked <= found
    assert shown_open(written, found, zone)
    for _ in range(40):
        between = asked + (found - asked) * chance.random()
        passed_over = shown_open(written, between, zone) and shown_open(written, between + LAST_SECONDS, zone)
        assert between == found or not passed_over or _comes_twice(between, zone), between


def _comes_twice(at: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks are set back within some hours: of times that come twice, a window may end with the first."""
    return (at - timedelta(hours=3)).astimezone(zone).utcoffset() != (at + timedelta(hours=3)).astimezone(zone).utcoffset()


@settings(max_examples=100, deadline=None)
@given(seeds, st.integers(1, 40), st.sampled_from(["1d", "3d", "1w"]))
def test_a_spread_stays_in_the_windows_and_keeps_its_order(seed: int, count: int, length: str) -> None:
    chance = Random(seed)
    written, zone, begins = any_policy(chance), ZoneInfo(chance.choice(ZONES)), any_moment(chance)
    rules = Policy.model_validate(written | {"pace": {"spread": length}})
    moments = spread(rules, None, zone, begins, [(number + 0.5) / count for number in range(count)])
    assert moments == sorted(moments)
    if moments[0] != begins:
        assert all(shown_open(written, moment, zone) for moment in moments)
        assert moments[-1] - begins <= timedelta(days=8)


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0.02, 60), st.integers(1, 50), st.floats(0.05, 1), st.integers(0, 60),
    st.lists(st.floats(0, 4), min_size=10, max_size=80), seeds,
)  # fmt: skip
@example(20, 50, 1, 0, [0.25] * 80, 0)
@example(0.3, 50, 1, 0, [0.25] * 80, 0)
def test_the_pace_holds_however_it_is_looked_at(
    rate: float, lines: int, share: float, minutes: int, looks: list[float], seed: int
) -> None:
    """DECISIONS 29: at most ten times the rate and one in any ten seconds; calls at once exactly."""
    warm_up = {"over": f"{minutes}m", "from": share} if minutes else None
    pacer = Pacer(
        Pace.model_validate({"calls_per_second": rate, "at_once": lines, "warm_up": warm_up}), BEGINS
    )
    chance, now, running = Random(seed), BEGINS, 0
    starts: list[datetime] = []
    for pause in looks:
        now += timedelta(seconds=pause)
        running = max(0, running - chance.randint(0, 20))
        room = pacer.room(now, running)
        assert room is not None
        if room == 0 and running < (pacer.lines(now) or 0):
            following = pacer.next_at(now)
            assert following > now
            assert pacer.room(following, running), "the moment that is named is one"
        for _ in range(chance.choice([room, room, chance.randint(0, room)])):
            pacer.began(now)
            starts.append(now)
            running += 1
        assert running <= lines
    for start in starts:
        within = sum(start - timedelta(seconds=10) <= other <= start for other in starts)
        assert within <= 10 * rate + 1
    again = Pacer(Pace.model_validate({"calls_per_second": rate}), BEGINS, [one for one in starts if one >= now - timedelta(seconds=10)])
    assert (again.room(now, 0) or 0) + sum(one >= now - timedelta(seconds=10) for one in starts) <= 10 * rate + 1


def test_who_takes_over_a_campaign_without_a_rate_goes_on_at_once() -> None:
    pacer = Pacer(Pace(at_once=5), BEGINS, [BEGINS])
    assert pacer.room(BEGINS, 2) == 3
    assert pacer.next_at(BEGINS) == BEGINS


@pytest.mark.parametrize(
    ("module", "rule", "instead", "sentence"),
    [
        (gate, "closed", lambda *_: None, "outside its windows"),
        (policy, "as_shown", lambda start, end, zone: [(start, end)], "outside its windows"),
        (gate, "day_full", lambda *_: None, "more than allowed on one day"),
        (gate, "capped", lambda *_: None, "capped, and contacted"),
        (attempts, "later", lambda at, length, zone: at, "when it rang"),
    ],
)  # fmt: skip
def test_the_judge_sees_a_rule_that_is_missing(
    module: Any, rule: str, instead: Callable[..., Any], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, rule, instead)
    if rule == "day_full":
        monkeypatch.setattr(attempts, rule, instead)
    for seed in range(3_000):
        story = Story(seed)
        story.play()
        try:
            judge(story)
        except AssertionError as found:
            if sentence in str(found):
                return
    pytest.fail(f"nobody noticed that {rule} is missing")

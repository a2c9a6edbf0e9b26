"""When somebody has to be told: a table of rules, and what begins and ends by them. Pure: figures and moments come in.

A value must be past its threshold for some time before its alert begins, and be well on the other side of it for the
same time before it ends (hysteresis), so that a value at the threshold does not send a message a minute. One message
says that it began and one that it is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """An alert's rule. `threshold` can be set by its name (CALLWEAVE_ALERTS); `hold` is in seconds."""

    name: str
    threshold: float
    hold: float
    words: str
    """With `{of}`, what it is about, and `{value}`."""
    below: bool = False
    """Whether it is wrong to be below the threshold; else above."""

    def wrong(self, value: float) -> bool:
        """Past the threshold."""
        return value < self.threshold if self.below else value > self.threshold

    def right(self, value: float) -> bool:
        """Well on the other side of it: by a tenth."""
        return value >= self.threshold * 1.1 if self.below else value <= self.threshold * 0.9


RULES = (
    Rule(
        name="asterisk_down",
        threshold=0,
        hold=15,
        words="Asterisk at {of} is not reached: no calls are served.",
    ),
    Rule(
        name="no_engine",
        threshold=0,
        hold=15,
        words="No engine serves {of}: its calls are not controlled.",
    ),
    Rule(
        name="trunk_down",
        threshold=0,
        hold=60,
        words="The trunk {of} is not reachable.",
    ),
    Rule(
        name="redis_down",
        threshold=0,
        hold=30,
        words="Redis is not reached: sessions are served by the clock's looks alone.",
    ),
    Rule(
        name="database_down",
        threshold=0,
        hold=15,
        words="The database of {of} cannot be used.",
    ),
    Rule(
        name="timers_late_seconds",
        threshold=30,
        hold=30,
        words="Timers of {of} are {value:.0f} s late: are there enough workers?",
    ),
    Rule(
        name="inbox_old_seconds",
        threshold=60,
        hold=60,
        words="Events of {of} have waited for {value:.0f} s: are there enough workers?",
    ),
    Rule(
        name="outbox_old_seconds",
        threshold=600,
        hold=60,
        words="What is to leave by {of} has waited for {value:.0f} s.",
    ),
    Rule(
        name="outbox_failed",
        threshold=0,
        hold=60,
        words="{value:.0f} messages by {of} have failed or are unknown: look at the dead letters.",
    ),
    Rule(
        name="failure_share",
        threshold=0.2,
        hold=120,
        words="{value:.0%} of the newest sessions of {of} have failed.",
    ),
    Rule(
        name="campaign_stopped",
        threshold=0,
        hold=0,
        words="The campaign {of} has stopped by itself.",
    ),
    Rule(
        name="disk_free_share",
        threshold=0.05,
        hold=60,
        below=True,
        words="Only {value:.1%} of the disk at {of} is free.",
    ),
)
"""Values that are 0 or 1 are wrong at 1. Whatever has no value is not looked at."""
NAMES = frozenset(rule.name for rule in RULES)

Key = tuple[str, str]
"""A rule's name, and what it is about: a gateway, a trunk, a tenant, a folder."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be told: an alert that begins, or is over."""

    rule: Rule
    of: str
    value: float
    state: Literal["begins", "ends"]

    @property
    def key(self) -> str:
        """The alert's name in the database and for other programs: `outbox_old_seconds:sms`."""
        return f"{self.rule.name}:{self.of}"

    @property
    def text(self) -> str:
        """One sentence for a person."""
        return self.rule.words.format(of=self.of, value=self.value)


class Watch:
    """Remembers since when each value has been wrong, or right again."""

    def __init__(
        self, thresholds: Mapping[str, float] | None = None, begun: Iterator[Key] | tuple[Key, ...] = ()
    ) -> None:
        changed = dict(thresholds or {})
        self._rules = {
            rule.name: msgspec.structs.replace(rule, threshold=changed.get(rule.name, rule.threshold)) for rule in RULES
        }
        self._wrong_since: dict[Key, float] = {}
        self._right_since: dict[Key, float] = {}
        self._begun: set[Key] = set(begun)

    def see(self, values: Mapping[Key, float], at: float) -> list[Notice]:
        """What begins and ends by these values at this moment (seconds of a monotonic clock).

        A value that is there no more, such as that of a gateway that was removed, counts as right.
        """
        notices: list[Notice] = []
        for key in values.keys() | self._begun | self._wrong_since.keys():
            rule = self._rules.get(key[0])
            if rule is None:
                continue
            value = values.get(key)
            if value is not None and rule.wrong(value):
                notices += self._is_wrong(rule, key, value, at)
            elif value is None or rule.right(value):
                notices += self._is_right(rule, key, value, at)
            else:
                self._right_since.pop(key, None)
                self._wrong_since.pop(key, None)
        return notices

    def text(self, name: str, value: float) -> str:
        """The sentence of an alert by its name in the database."""
        rule, of = name.split(":", 1)
        known = self._rules.get(rule)
        return name if known is None else known.words.format(of=of, value=value)

    def _is_wrong(self, rule: Rule, key: Key, value: float, at: float) -> Iterator[Notice]:
        self._right_since.pop(key, None)
        since = self._wrong_since.setdefault(key, at)
        if key not in self._begun and at - since >= rule.hold:
            self._begun.add(key)
            yield Notice(rule=rule, of=key[1], value=value, state="begins")

    def _is_right(self, rule: Rule, key: Key, value: float | None, at: float) -> Iterator[Notice]:
        self._wrong_since.pop(key, None)
        if key not in self._begun:
            return
        since = self._right_since.setdefault(key, at)
        if at - since >= rule.hold:
            self._right_since.pop(key)
            self._begun.discard(key)
            yield Notice(rule=rule, of=key[1], value=0.0 if value is None else value, state="ends")

"""Why a trigger did not start its flow, or dropped what it had planned: kept in English, read back as a phrase."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from engine.faults import Phrase, fill

SWITCHED_OFF = "the trigger is switched off"
NOT_PUBLISHED = "the flow is not published"
NOT_ACTIVE = "the flow is {state}: it begins no new sessions"
OWN_SESSIONS = "the contact has {count} sessions of this flow already, as many as it allows"
ALL_SESSIONS = "the contact has {count} sessions already"
BEFORE = "it was started before"
NOT_READ = "the trigger cannot be read"
CHANGED = "the trigger was changed"
NOT_HELD = "the condition does not hold"
NO_DATE = "{field} is no date any more"
DELETED = "the record is deleted"
MESSAGES = {
    SWITCHED_OFF, NOT_PUBLISHED, NOT_ACTIVE, OWN_SESSIONS, ALL_SESSIONS, BEFORE, NOT_READ, CHANGED, NOT_HELD, NO_DATE,
    DELETED, "paused", "retired",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


def written(sentence: str, **values: Any) -> str:
    """As it is kept."""
    return fill(sentence, values)


def phrase(kept: str) -> Phrase:
    """What was kept, to be said in the reader's language; a condition stands as it was written."""
    for sentence, pattern in _patterns():
        if (found := pattern.fullmatch(kept)) is not None:
            values: dict[str, Any] = found.groupdict()
            if "state" in values:
                values["state"] = Phrase(values["state"])
            return Phrase(sentence, values)
    return Phrase("{reason}", {"reason": kept})


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(each, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(each)))) for each in sorted(MESSAGES)]

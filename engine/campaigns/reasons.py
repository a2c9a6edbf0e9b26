"""Why somebody is contacted, or is not: a code with its values, which the UI, the dry run and the trace say in words.

The code is for programs and never changes; the sentence is one entry in `SENTENCES`, and so in each language's
catalogue.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

import msgspec

from engine.faults import Phrase

SENTENCES: dict[str, str] = {
    # nothing holds it back
    "now": "may be contacted now",
    # never
    "no_address": "there is no number or address to contact",
    "do_not_contact": "is on the do-not-contact list",
    "completed": "was reached, and went through to the end",
    "cancelled": "was taken out",
    "unknown": "it is not known whether the last call came through: nobody is called twice on a guess",
    "no_rule": "the policy says nothing of a retry after {fate}",
    "retries_used": "all retries after {fate} are used: {times}",
    "attempts_used": "all attempts are used: {times}",
    "never_rang": "never rang in {times} attempts",
    "no_window": "no allowed moment comes within the next 400 days",
    "ends_before": "the campaign ends before the next allowed moment",
    # later
    "not_due": "the first attempt is planned for then",
    "retry": "tried again {after} after {fate}",
    "retry_never_rang": "the line did not ring: tried again {after} later, and not counted",
    "day_full": "was tried {times} times on this day, which is the most",
    "outside_window": "outside the windows of the campaign",
    "holiday": "a public holiday",
    "calendar": "the calendar {name} is closed",
    "capped": "was contacted {contacts} times within {per} by all campaigns, which is the most",
    "gives_way": "gives way to a campaign of higher priority",
    "pace": "the pace allows no more calls in this moment",
    "at_once": "as many calls are up as are allowed at once",
    # the campaign stops
    "budget": "the budget of {limit} is spent: {spent}",
    "failure_rate": "{percent} % of the last {sample} attempts failed, the limit is {limit} %",
    "until": "the campaign's last moment has come",
    # a rehearsal stops
    "not_rehearsed": "the rehearsal was stopped before it came to this",
}
"""By code: the sentence. Values are filled in by name."""

FATES: dict[str, str] = {
    "answered": "answered", "machine": "an answering machine", "busy": "busy", "no_answer": "no answer",
    "failed": "a failed call", "unknown": "an unknown fate", "cancelled": "a cancelled call",
    "completed": "completed", "not_completed": "a call that was left before its end",
}  # fmt: skip
"""By fate: the words for it inside a sentence."""
MESSAGES = {*SENTENCES.values(), *FATES.values()}
"""Sentences of this module; each has its translation."""


class Reason(msgspec.Struct, frozen=True):
    """One reason: `code` and `values` for programs, `until` is when it holds no longer (None: never, or now)."""

    code: str
    values: dict[str, Any] = {}
    until: datetime | None = None

    def phrase(self) -> Phrase:
        """The reason in words; a fate in it is a phrase itself."""
        params = {key: Phrase(FATES[value]) if key == "fate" else value for key, value in self.values.items()}
        return Phrase(SENTENCES[self.code], params)

    def until_local(self, zone: tzinfo) -> str | None:
        """`until` as the clocks of a zone show it, RFC 3339."""
        return None if self.until is None else self.until.astimezone(zone).isoformat(timespec="seconds")

    def __str__(self) -> str:
        return str(self.phrase())

"""Which open question a message answers, where there are several.

Two flows may ask the same person at once, and he just answers. What a person would expect: an answer goes to the
question whose choices it fits, the one asked last if it fits several; and to a question that was asked from the number
that he wrote to, if one was. A question that has its answer already, but has not gone on yet, is not asked any more.

    fits a question's choices      → the last asked of those
    is waited for (no choices)     → the last of those that would take it
    fits nothing                   → a trigger by keyword; else the question asked last, which asks again
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A session that listens to somebody. `ours` is the number of ours that it asked from, empty if none is known.

    `fits`: the message means one of its choices, or meets what it waits for. `answered`: it has such an answer already.
    """

    session: bytes
    kind: Literal["question", "wait"]
    fits: bool
    asked_at: int
    ours: str = ""
    answered: bool = False
    key: str = ""


def meant(open_ones: Sequence[Open], ours: str) -> Open | None:
    """The session for which a message to this number of ours fits."""
    fitting = [each for each in open_ones if each.fits]
    questions = [each for each in fitting if each.kind == "question"]
    return _last(questions, ours) or _last(fitting, ours)


def asked_again(open_ones: Sequence[Open], ours: str) -> Open | None:
    """The question that is asked again, for a message that fits nothing."""
    return _last([each for each in open_ones if each.kind == "question"], ours)


def _last(some: Sequence[Open], ours: str) -> Open | None:
    unanswered = [each for each in some if not each.answered]
    from_here = [each for each in unanswered if not each.ours or each.ours == ours]
    return max(from_here or unanswered, key=lambda each: each.asked_at, default=None)

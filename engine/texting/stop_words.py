"""Words by which somebody says that he wants no more texts, or wants them again.

The whole text must be such a word: "please stop by at ten" is none. In China operators ask for 「拒收请回复R」, TD and
退订; elsewhere for STOP and its kin. Some of the words may just as well answer a question (「2 取消」), and stop
nothing where one is open that takes them. A tenant adds words of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Literal

STOP = frozenset({
    "stop", "stopall", "unsubscribe", "optout", "td", "退订", "拒收", "不要再发", "别再发了", "取消订阅",
})  # fmt: skip
STOP_UNLESS_ASKED = frozenset({"cancel", "end", "quit", "revoke", "t", "r", "退", "取消", "停止"})
START = frozenset({"start", "unstop", "subscribe", "optin", "恢复", "恢复订阅", "订阅", "重新订阅"})


def meaning(
    text: str, *, answers: bool = False, stop: Collection[str] = (), start: Collection[str] = ()
) -> Literal["stop", "start"] | None:
    """What the text says, if it is such a word. `answers`: an open question takes it as its answer.

    `stop` and `start` are a tenant's own words.
    """
    word = bare(text)
    if not word:
        return None
    if word in STOP or word in {bare(own) for own in stop} or (word in STOP_UNLESS_ASKED and not answers):
        return "stop"
    if word in START or word in {bare(own) for own in start}:
        return None if answers else "start"
    return None


def bare(text: str) -> str:
    """Letters, digits and ideographs alone: full-width as half-width, small, without blanks and marks."""
    folded = unicodedata.normalize("NFKC", text[:100]).casefold()
    return "".join(sign for sign in folded if sign.isalnum())

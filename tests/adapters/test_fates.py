"""What became of a call that nobody took: DECISIONS 20, as a table."""

from __future__ import annotations

import pytest

from engine.adapters.ari.fates import Ended, missed

TABLE = [
    # cause, SIP, rang: fate, word, whether another trunk may be tried
    (17, 486, False, "busy", "busy", False), (17, 486, True, "busy", "busy", False),
    (17, 600, False, "busy", "busy", False), (21, 603, True, "busy", "declined", False),
    (21, 403, False, "busy", "forbidden", False), (1, 404, False, "failed", "unallocated", False),
    (18, 408, False, "failed", "timed_out", False), (18, 408, True, "no_answer", "timed_out", False),
    (19, 480, False, "failed", "unavailable", False), (19, 480, True, "no_answer", "unavailable", False),
    (22, 410, False, "failed", "gone", False), (28, 484, False, "failed", "incomplete", False),
    (58, 488, False, "failed", "codecs", True), (38, 500, False, "failed", "trunk_trouble", True),
    (38, 500, True, "failed", "trunk_trouble", False), (27, 502, False, "failed", "trunk_trouble", True),
    (34, 503, False, "failed", "congestion", True), (23, 302, False, "failed", "redirected", False),
    (21, 407, False, "failed", "trunk_refused", True), (127, 599, False, "failed", "refused", False),
    (17, 0, False, "busy", "busy", False), (3, 0, False, "failed", "no_route", True),
    (999, 0, False, "failed", "unknown", False),
]  # fmt: skip


@pytest.mark.parametrize(("cause", "sip", "rang", "fate", "word", "trouble"), TABLE)
def test_by_what_the_line_said(cause: int, sip: int, rang: bool, fate: str, word: str, trouble: bool) -> None:
    told = missed(Ended(cause=cause, tech_cause=sip, rang=rang))
    assert (told.fate, told.cause, told.sip, told.rang, told.trunk_trouble) == (fate, word, sip, rang, trouble)


def test_our_own_time_out_looks_like_480_and_is_none() -> None:
    rang = missed(Ended(cause=19, tech_cause=480, rang=True, timed_out=True))
    assert (rang.fate, rang.cause, rang.sip) == ("no_answer", "no_answer", 0)
    silent = missed(Ended(cause=19, tech_cause=480, rang=False, timed_out=True))
    assert (silent.fate, silent.cause, silent.trunk_trouble) == ("failed", "no_reply", True)


def test_a_call_that_we_gave_up_is_cancelled_whatever_the_line_says() -> None:
    told = missed(Ended(cause=17, tech_cause=486, rang=True, given_up=True))
    assert (told.fate, told.cause, told.trunk_trouble) == ("failed", "cancelled", False)

"""What Asterisk's words about a leg's sound mean."""

from __future__ import annotations

import pytest

from engine.adapters.ari.quality import VARIABLE, measured
from engine.adapters.quality import Quality

WORDS = "ssrc=1;themssrc=2;lp={lp};rxjitter={rx};rxcount={heard};txjitter={tx};txcount={sent};rlp={rlp};rtt={rtt};txmes={mes}"


@pytest.mark.parametrize(
    ("found", "quality"),
    [
        ({"lp": 48, "heard": 452, "tx": "0.000500", "mes": 46.2}, Quality(loss_in=96, jitter_in=500)),
        ({"heard": 500, "tx": "0.000125", "mes": 88.0}, Quality(loss_in=0, jitter_in=125)),
        ({"heard": 40, "tx": "0.000125"}, Quality(jitter_in=125)),  # ended before Asterisk counted losses
        (
            {"heard": 500, "sent": 400, "rlp": 4, "rx": "0.010000", "rtt": "0.125000", "mes": 88.0},
            Quality(loss_in=0, loss_out=10, jitter_in=0, jitter_out=10_000, round_trip=125_000),
        ),
        ({"sent": 400}, Quality()),  # a party that neither sends nor reports
        ({"sent": 4, "rlp": 9, "rtt": "0.1"}, Quality(loss_out=1000, jitter_out=0, round_trip=100_000)),
        ({}, None),
    ],
)
def test_words(found: dict[str, object], quality: Quality | None) -> None:
    values = dict.fromkeys(("lp", "rx", "heard", "tx", "sent", "rlp", "rtt", "mes"), 0) | found
    assert measured({VARIABLE: WORDS.format(**values)}) == quality


@pytest.mark.parametrize("words", ["", "lp", "lp=;rxcount=x", "rxcount=nan;txcount=-3", "rxcount=inf", ";=;="])
def test_words_that_say_nothing(words: str) -> None:
    assert measured({VARIABLE: words}) is None
    assert measured({}) is None


def test_a_version_without_scores_is_taken_as_counted() -> None:
    assert measured({VARIABLE: "lp=0;rxcount=100;txjitter=0.001"}) == Quality(loss_in=0, jitter_in=1000)

"""What Asterisk has measured of a leg's sound, from the words that come with the end of the call.

Asterisk sets RTPAUDIOQOS when a call ends, and ari.conf asks for it in `channelvars`: it then stands in the event by
which we learn of the end, and no request is needed. (`rtp_statistics` cannot be asked any more at that moment.) Its
`tx` words are measured here, of what the party sent; its `rx` words are what the party's own reports (RTCP) said of us.
Asterisk counts losses with each of its reports, every five seconds: a call that ended before the first has none.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.adapters.quality import Quality

VARIABLE = "RTPAUDIOQOS"
"""The channel variable; deploy/asterisk/ari.conf asks for it."""


def measured(variables: Mapping[str, str]) -> Quality | None:
    """What is known of a leg that ends; None where nothing was sent and nothing is known."""
    found = _numbers(variables.get(VARIABLE, ""))
    heard, lost = found.get("rxcount", 0), found.get("lp", 0)
    sent, missed = found.get("txcount", 0), found.get("rlp", 0)
    if not heard + lost + sent:
        return None
    reported = found.get("txmes", 1) > 0 or lost > 0
    party_reports = any(found.get(name, 0) > 0 for name in ("rlp", "rxjitter", "rtt"))
    return Quality(
        loss_in=_per_mille(lost, heard + lost) if reported else None,
        loss_out=_per_mille(missed, sent) if party_reports else None,
        jitter_in=_micros(found.get("txjitter", 0)) if heard else None,
        jitter_out=_micros(found.get("rxjitter", 0)) if party_reports else None,
        round_trip=_micros(found["rtt"]) if found.get("rtt", 0) > 0 else None,
    )


def _numbers(words: str) -> dict[str, float]:
    """`lp=24;rxjitter=0.0`, without what is no number, or less than nothing."""
    numbers = {}
    for word in words.split(";"):
        name, _, value = word.partition("=")
        try:
            number = float(value)
        except ValueError:
            continue
        if 0 <= number < 1e12:
            numbers[name] = number
    return numbers


def _per_mille(part: float, whole: float) -> int | None:
    return min(1000, round(1000 * part / whole)) if whole > 0 else None


def _micros(seconds: float) -> int:
    return min(2_000_000_000, round(seconds * 1_000_000))

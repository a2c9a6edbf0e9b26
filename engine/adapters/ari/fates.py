"""What became of a call that nobody took, from what Asterisk says of its end.

Asterisk tells an ISDN cause and what the channel's technology said (SIP's status; 0 where it said nothing). Both are
needed: our own time-out, a dead peer and a far end's 480 have one cause, and only whether it rang tells them apart. A
busy or declined callee must not be tried by another trunk, and a trunk that is down must.
"""

from __future__ import annotations

import msgspec

from engine.adapters.telephony import Missed

SIP = {
    301: "redirected", 302: "redirected", 305: "redirected",
    400: "refused", 401: "trunk_refused", 402: "trunk_refused", 403: "forbidden", 404: "unallocated", 405: "refused",
    407: "trunk_refused", 408: "timed_out", 410: "gone", 415: "codecs", 420: "refused", 480: "unavailable",
    481: "refused", 482: "loop", 483: "loop", 484: "incomplete", 485: "ambiguous", 486: "busy", 487: "cancelled",
    488: "codecs", 491: "refused", 493: "refused",
    500: "trunk_trouble", 501: "refused", 502: "trunk_trouble", 503: "congestion", 504: "trunk_trouble",
    505: "refused", 513: "refused", 580: "refused",
    600: "busy", 603: "declined", 604: "unallocated", 606: "codecs", 607: "declined", 608: "declined",
}  # fmt: skip
"""SIP's statuses and our word for each."""

ISDN = {
    1: "unallocated", 2: "no_route", 3: "no_route", 16: "normal", 17: "busy", 18: "timed_out", 19: "unavailable",
    20: "unavailable", 21: "declined", 22: "gone", 23: "redirected", 25: "loop", 26: "cancelled",
    27: "trunk_trouble", 28: "incomplete", 31: "normal", 34: "congestion", 38: "trunk_trouble",
    41: "trunk_trouble", 42: "congestion", 44: "congestion", 50: "refused", 58: "codecs", 66: "no_route",
    79: "refused", 88: "codecs", 102: "timed_out", 111: "refused", 127: "refused",
}  # fmt: skip
"""Asterisk's causes (Q.850) and our word for each, where SIP's status is not known."""

BUSY = frozenset({"busy", "declined", "forbidden"})
"""The callee does not want us now (DECISIONS 20): 486, 600, 603, 403."""

TROUBLE = frozenset({"trunk_refused", "trunk_trouble", "congestion", "no_route", "no_reply", "codecs", "loop"})
"""The trunk's fault, not the callee's: another trunk may be tried."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """What we know of a call that ended before it was up."""

    cause: int
    tech_cause: int
    rang: bool
    given_up: bool = False
    """We hung up while it rang."""
    timed_out: bool = False
    """It rang, or we waited, as long as was asked for."""


def missed(ended: Ended) -> Missed:
    """The fate of the call, by the table."""
    rang = ended.rang
    if ended.given_up:
        return Missed(fate="failed", cause="cancelled", rang=rang)
    if ended.timed_out:
        if rang:
            return Missed(fate="no_answer", cause="no_answer", rang=True)
        return Missed(fate="failed", cause="no_reply", trunk_trouble=True)
    sip = ended.tech_cause if 300 <= ended.tech_cause <= 699 else 0
    cause = SIP.get(sip) or (ISDN.get(ended.cause, "unknown") if not sip else "refused")
    if cause in BUSY:
        return Missed(fate="busy", cause=cause, rang=rang, sip=sip)
    if cause in ("unavailable", "timed_out") and rang:
        return Missed(fate="no_answer", cause=cause, rang=True, sip=sip)
    return Missed(fate="failed", cause=cause, rang=rang, sip=sip, trunk_trouble=cause in TROUBLE and not rang)

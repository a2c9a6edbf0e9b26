"""A trunk's limits hold over an engine that is killed: ten calls at once, two new ones a second, with five hundred due.

SIPp answers and logs each call with its time. The engine is killed by -9 while the calls go out, and the next one goes on. At
once never more than ten; in every ten seconds at most twenty-one new Call-IDs (and 2 %).
"""

from __future__ import annotations

import os
import signal
import time
from bisect import bisect_right
from collections import Counter
from copy import deepcopy
from itertools import pairwise
from typing import Any

from tests.calls.test_calls_out import CALLING, published, started
from tests.product_api import Api
from tests.prove.proof import Proof
from tests.telephony.callees import Callees

CALLS, AT_ONCE, PER_SECOND = 500, 10, 2
LONG = 6
"""Seconds that every second half's call lasts, so that there the calls at once are the narrower limit."""
KILLED_AFTER = (20, 60, 110)
"""Seconds after which the engine is killed."""


def lasting() -> dict[str, Any]:
    """The flow, whose calls last longer."""
    document = deepcopy(CALLING)
    document["nodes"]["greet"]["config"]["prompt"] = {"en": [{"say": "Good day."}, {"pause": LONG}]}
    return document


def prove(proof: Proof) -> None:
    copy = proof.copy()
    api = Api(copy)
    short, long = published(api, CALLING), published(api, lasting())
    trunk = {"name": "telco", "host": "127.0.0.1", "port": copy.sip_peer_port, "check_seconds": 0}
    api("POST", "/trunks", trunk | {"at_once": AT_ONCE, "per_second": PER_SECOND})
    time.sleep(3)
    with Callees(proof.folder / "callees", copy.sip_peer_port) as callees:
        sessions = [
            started(api, short if number < CALLS / 2 else long, f"139{number:04d}0200") for number in range(CALLS)
        ]
        began = time.monotonic()
        killed = 0
        while True:
            passed = time.monotonic() - began
            if killed < len(KILLED_AFTER) and passed > KILLED_AFTER[killed] and "engine" in copy.processes():
                os.kill(copy.processes()["engine"], signal.SIGKILL)
                killed += 1
            ended = [session for session in api.everything("/sessions") if session["ended_at"]]
            if len(ended) >= CALLS or passed > CALLS / PER_SECOND * 1.5 + 60:
                break
            time.sleep(1)
        seen = callees.seen
    begins: dict[str, float] = {}
    for entry in seen:
        if entry.what == "INVITE":
            begins.setdefault(entry.call_id, entry.at)
    ends: dict[str, float] = {}
    for entry in seen:
        if entry.what != "INVITE":
            ends.setdefault(entry.call_id, entry.at)  # the BYE, where there was one
    proof.claim("every call was placed", len(ended) == CALLS == len(sessions), f"{len(ended)} sessions, {len(begins)} Call-IDs")
    proof.claim("the engine was killed and followed", killed == len(KILLED_AFTER), killed)
    # a call that SIPp forgot to end would count for ever
    proof.claim("every call has ended at SIPp's side", set(ends) == set(begins), f"{len(ends)} of {len(begins)}")
    moments = sorted([(at, 1) for at in begins.values()] + [(at, -1) for at in ends.values()])
    now = most = 0
    for _, step in moments:
        now += step
        most = max(most, now)
    proof.claim("never more at once than the limit", most <= AT_ONCE, f"{most} of {AT_ONCE}")
    times = sorted(begins.values())
    densest = max(bisect_right(times, at + 10.0) - index for index, at in enumerate(times))
    proof.claim("in every ten seconds", densest <= (10 * PER_SECOND + 1) * 1.02, f"{densest} new Call-IDs at most")
    dialled = Counter(number for number, _ in {(entry.number, entry.call_id) for entry in seen})
    twice = [number for number, count in dialled.items() if count > 1]
    proof.claim("nobody was called twice", not twice, twice or "none")
    fates = Counter(call["fate"] for call in api.everything("/calls"))
    proof.claim("what is not known is said", set(fates) <= {"answered", "unknown"}, dict(fates))
    proof.figure("calls_per_second", len(times) / (times[-1] - times[0]))
    proof.figure("seconds_between_calls_at_most", max(later - earlier for earlier, later in pairwise(times)))

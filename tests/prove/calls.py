"""Fifty calls a second for thirty seconds: each presses three keys and hears a value of its own call.

Every session must be there, with its three keys, completed; no process may have logged an error.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from pathlib import Path

from tests.calls.three_keys import THREE_KEYS
from tests.product_api import Api
from tests.prove.proof import Proof
from tests.telephony.crowd import Crowd

RATE, SECONDS = 50, 30
_ERROR = re.compile(r"\b(error|critical|exception|traceback)\b", re.IGNORECASE)


def prove(proof: Proof) -> None:
    copy = proof.copy()
    api = Api(copy)
    flow = api.bound(THREE_KEYS, "7100")
    lines = [("7100", f"1380{number:07d}", "1", "2", "3") for number in range(RATE * SECONDS)]
    processes = copy.processes()
    before = {name: cpu_seconds(pid) for name, pid in processes.items()}
    began = time.monotonic()
    seen = Crowd(copy.sip_port, proof.folder / "sipp").run("three_keys_info", lines, rate=RATE)
    took = time.monotonic() - began
    used = {name: cpu_seconds(pid) - before[name] for name, pid in processes.items()}
    sessions = api.ended_sessions(flow, RATE * SECONDS)
    proof.claim("SIPp's callers were all served", seen.successful == RATE * SECONDS and not seen.failed, seen)
    proof.claim("every call has its session", len(sessions) == RATE * SECONDS, len(sessions))
    outcomes = Counter((session["status"], session["outcome"]) for session in sessions)
    proof.claim("every session pressed 1, 2, 3 and completed", outcomes == {("completed", "123"): RATE * SECONDS}, dict(outcomes))
    phones = {session["contact"]["phone"] for session in sessions}
    proof.claim("every caller is another", len(phones) == RATE * SECONDS, len(phones))
    errors = [line for line in copy.log.read_text(errors="replace").splitlines() if _ERROR.search(line)]
    proof.claim("no error in a log", not errors, errors[:3] or "none")
    proof.figure("seconds", took)
    for name, seconds in sorted(used.items()):
        proof.figure(f"cpu_ms_per_call_{name}", seconds * 1000 / (RATE * SECONDS))


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process so far, its threads' and its ended children's."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")

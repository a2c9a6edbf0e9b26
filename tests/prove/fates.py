"""Five hundred calls of mixed fates: each outlet and recorded fate is right, and nothing is left behind.

SIPp plays the callees: they answer, are busy, decline, ring for ever, hang up at once, never answer the INVITE, give early media
only, or refuse with a status. Afterwards there is no channel, no bridge, no slot, no open row, and no file more than before.
"""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from engine.store import Stores, trunks
from tests.calls.test_calls_out import CALLING, FATES, ari, channels, published, started
from tests.product_api import Api
from tests.prove.proof import Proof
from tests.telephony.callees import Callees

CALLS = 500


def prove(proof: Proof) -> None:
    copy = proof.copy()
    api = Api(copy)
    flow = published(api, CALLING)
    api("POST", "/trunks", {"name": "telco", "host": "127.0.0.1", "port": copy.sip_peer_port, "at_once": 60, "check_seconds": 0})
    time.sleep(3)
    endings = [ending for ending in FATES if ending != "0204"] + ["0204"]
    numbers = [f"13{number % 10}{number:04d}{endings[number % len(endings)]}" for number in range(3000, 3000 + CALLS)]
    with Callees(proof.folder / "callees", copy.sip_peer_port) as callees:
        warm = started(api, flow, "13900000200")
        api.ended_sessions(flow, 1)
        before = files(copy.data)
        began = time.monotonic()
        sessions = {started(api, flow, number): number for number in numbers}
        ended = {session["id"]: session for session in api.ended_sessions(flow, CALLS + 1, 300) if session["id"] != warm}
        took = time.monotonic() - began
        calls = {call["session"]: call for call in api.everything("/calls")}
        wrong = []
        for session, number in sessions.items():
            outcome, fate, cause = FATES[number[-4:]]
            seen = (ended[session]["outcome"], calls[session]["fate"], calls[session]["cause"])
            if seen != (outcome, fate, cause):
                wrong.append((number, seen))
        proof.claim("every session left by the right outlet, with the right fate", not wrong, wrong[:5] or dict(Counter(numbers_ending(numbers))))
        dialogs = Counter(number for number, _ in {(seen.number, seen.call_id) for seen in callees.invites()})
        twice = [number for number, times in dialogs.items() if times > 1]
        proof.claim("nobody was rung twice", not twice and len(dialogs) == CALLS + 1, twice or f"{len(dialogs)} numbers")
        proof.claim("no channel is left", channels(copy) == [], channels(copy) or "none")
        bridges = ari(copy, "bridges")
        proof.claim("no bridge is left", bridges == [], bridges or "none")
        stores = Stores(copy.settings)
        with stores.control.read() as connection:
            slots = trunks.in_use(connection, "main")
        stores.close()
        proof.claim("no slot is left", not slots, slots or "none")
        more = sorted(files(copy.data) - before)
        proof.claim("no file is left", not more, more[:5] or "none")
    errors = [line for line in copy.log.read_text(errors="replace").splitlines() if "[error" in line or "Traceback" in line]
    proof.claim("no error in a log", not errors, errors[:3] or "none")
    proof.figure("calls", CALLS)
    proof.figure("seconds", took)


def numbers_ending(numbers: list[str]) -> list[str]:
    return [FATES[number[-4:]][0] for number in numbers]


def files(data: Path) -> set[str]:
    """All files but databases' own, logs and caches of speech."""
    kept = (".sqlite3", "-wal", "-shm", ".log")
    return {
        str(path.relative_to(data))
        for path in data.rglob("*")
        if path.is_file() and not path.name.endswith(kept) and "metrics" not in path.parts and "logs" not in path.parts
    }

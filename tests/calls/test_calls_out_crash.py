"""The engine dies while it calls people: whatever the moment, nobody is rung twice, and what is not known is said."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from copy import deepcopy
from pathlib import Path

import pytest

from tests.calls.test_calls_out import CALLING, calls_of, channels, ended, published, started, until
from tests.conftest import StartCopy
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.callees import Callees

CALLS = 40


@pytest.fixture(scope="module")
def copy(running_copy: StartCopy) -> RunningCopy:
    """A copy whose engines are killed here."""
    return running_copy()


def kill_engine(copy: RunningCopy) -> None:
    os.kill(copy.processes()["engine"], signal.SIGKILL)


def test_a_call_that_rings_outlives_its_engine(copy: RunningCopy, tmp_path: Path) -> None:
    api = Api(copy)
    document = deepcopy(CALLING)
    document["nodes"]["ring"]["config"]["ring_seconds"] = 120
    flow = published(api, document)
    with Callees(tmp_path / "callees", copy.sip_peer_port) as callees:
        session = started(api, flow, "13800000203")
        until(lambda: callees.invites() and any(call["state"] == "ringing" for call in calls_of(api, session)))
        kill_engine(copy)
        until(lambda: "sessions_taken_on=1" in copy.log.read_text(errors="replace"), 60)
        assert [(channel["state"]) for channel in channels(copy)] == ["Ringing"]
        api("POST", f"/sessions/{session}/cancel")
        assert ended(api, session)["status"] == "cancelled"
        until(lambda: channels(copy) == [])
        until(lambda: calls_of(api, session)[0]["state"] == "ended")
        [call] = calls_of(api, session)
        assert (call["fate"], call["cause"], call["rang"]) == ("failed", "cancelled", True), "the next engine has it in hand"
        assert len({seen.call_id for seen in callees.invites()}) == 1


def test_killed_again_and_again_nobody_is_rung_twice(copy: RunningCopy, tmp_path: Path) -> None:
    api = Api(copy)
    flow = published(api, CALLING)
    chance = random.Random(4)
    endings = ("0200", "0486", "0404", "0203", "1480", "0201")
    with Callees(tmp_path / "callees", copy.sip_peer_port) as callees:
        numbers = [f"138{number:04d}{endings[number % len(endings)]}" for number in range(CALLS)]
        sessions = {}
        for number in numbers:
            sessions[number] = started(api, flow, number)
            if chance.random() < 0.15 and "engine" in copy.processes():
                time.sleep(chance.random() * 0.3)
                kill_engine(copy)
        found = {number: ended(api, session, 60) for number, session in sessions.items()}
        dialogs = Counter(number for number, _ in {(seen.number, seen.call_id) for seen in callees.invites()})
        assert not [number for number, times in dialogs.items() if times > 1], "nobody is rung twice"
        calls = {number: calls_of(api, session) for number, session in sessions.items()}
        for number, session in found.items():
            [call] = calls[number]
            if number not in dialogs:
                assert (session["outcome"], call["fate"]) == ("failed", "unknown")
            elif call["fate"] == "unknown":
                assert (session["outcome"], session["results"]["ring"]["cause"]) == ("failed", "unknown")
            else:
                assert call["fate"] == {"0200": "answered", "0201": "answered", "0486": "busy", "0404": "failed"}.get(
                    number[-4:], "no_answer"
                )
        until(lambda: channels(copy) == [])

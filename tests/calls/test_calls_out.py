"""Flows that call: every kind of callee, by the API and on a real Asterisk; outlet, fate, and nothing left behind."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.callees import Callees

OUTLETS = ("answered", "machine", "busy", "no_answer", "failed")
CALLING: dict[str, Any] = {
    "callweave": 1, "name": "Reminder by phone", "languages": ["en"], "start": "ring",
    "nodes": {
        "ring": {
            "type": "call", "config": {"to": "{{ contact.phone }}", "caller_id": "02088886666", "ring_seconds": 5},
            "outlets": {"answered": "greet", **{outlet: outlet for outlet in OUTLETS[1:]}},
        },
        "greet": {"type": "say", "config": {"prompt": "Good day."}, "outlets": {"done": "answered", "hung_up": "gone"}},
        "gone": {"type": "end", "config": {"outcome": "gone"}},
        **{outlet: {"type": "end", "config": {"outcome": outlet}} for outlet in OUTLETS},
    },
}  # fmt: skip
FATES = {
    "0200": ("answered", "answered", "normal"), "0201": ("gone", "answered", "normal"),
    "0205": ("answered", "answered", "normal"),
    "0302": ("failed", "failed", "redirected"), "0403": ("busy", "busy", "forbidden"),
    "0404": ("failed", "failed", "unallocated"), "0408": ("failed", "failed", "timed_out"),
    "1408": ("no_answer", "no_answer", "timed_out"), "0480": ("failed", "failed", "unavailable"),
    "1480": ("no_answer", "no_answer", "unavailable"), "0484": ("failed", "failed", "incomplete"),
    "0486": ("busy", "busy", "busy"), "0488": ("failed", "failed", "codecs"),
    "0500": ("failed", "failed", "trunk_trouble"), "0503": ("failed", "failed", "congestion"),
    "0600": ("busy", "busy", "busy"), "0603": ("busy", "busy", "declined"),
    "0202": ("no_answer", "no_answer", "no_answer"), "0203": ("no_answer", "no_answer", "no_answer"),
    "0204": ("failed", "failed", "no_reply"),
}  # fmt: skip
"""By a number's ending: the session's outcome, the call's fate, and the word for it."""


def until(what: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def published(api: Api, document: dict[str, Any]) -> str:
    flow: str = api("POST", "/flows", document)["id"]
    api("POST", f"/flows/{flow}/publish", {"message": "for a test"})
    return flow


def started(api: Api, flow: str, number: str) -> str:
    contact = {"phone": number, "name": "Li Ming"}
    session: str = api("POST", f"/flows/{flow}/start", {"contact": contact, "record": {}})["session"]
    return session


def ended(api: Api, session: str, seconds: float = 30.0) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while True:
        found: dict[str, Any] = api("GET", f"/sessions/{session}")
        if found["ended_at"] is not None:
            return found
        assert time.monotonic() < until, found
        time.sleep(0.1)


def calls_of(api: Api, session: str) -> list[dict[str, Any]]:
    return [call for call in api.everything("/calls") if call["session"] == session]


def ari(copy: RunningCopy, path: str) -> list[Any]:
    """A list of ARI's, of the copy's Asterisk."""
    address = copy.settings.ari_address
    assert address is not None
    scheme, rest = address.split("://")
    login, place = rest.rsplit("@", 1)
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, f"{scheme}://{place}", *login.split(":", 1))
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))
    with opener.open(f"{scheme}://{place}/{path}", timeout=5) as answer:
        found: list[Any] = json.loads(answer.read())
    return found


def channels(copy: RunningCopy) -> list[Any]:
    return ari(copy, "channels")


@pytest.fixture(scope="module")
def callees(copy: RunningCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callees]:
    with Callees(tmp_path_factory.mktemp("callees"), copy.sip_peer_port) as callees:
        yield callees


@pytest.fixture(scope="module")
def calling(api: Api) -> str:
    return published(api, CALLING)


def test_a_dead_port(api: Api, copy: RunningCopy, calling: str) -> None:
    session = started(api, calling, "13899990200")
    found = ended(api, session)
    assert found["outcome"] == "failed"
    assert channels(copy) == []


def test_each_kind_of_callee(api: Api, copy: RunningCopy, callees: Callees, calling: str) -> None:
    sessions = {ending: started(api, calling, f"1380000{ending}") for ending in FATES}
    outcomes = {ending: ended(api, session) for ending, session in sessions.items()}
    assert {ending: found["outcome"] for ending, found in outcomes.items()} == {
        ending: outcome for ending, (outcome, _, _) in FATES.items()
    }
    calls = {ending: calls_of(api, session) for ending, session in sessions.items()}
    assert {ending: [(call["fate"], call["cause"]) for call in found] for ending, found in calls.items()} == {
        ending: [(fate, cause)] for ending, (_, fate, cause) in FATES.items()
    }
    for ending, [call] in calls.items():
        assert (call["direction"], call["state"], call["trunk"]) == ("out", "ended", "local")
        assert (call["caller"], call["called"]) == ("02088886666", f"1380000{ending}")
        assert call["rang"] == (ending[0] == "1" or ending in ("0200", "0202", "0203"))
        assert call["sip"] == (int(ending[1:]) if int(ending[1:]) > 300 else None)
        assert len(callees.invites(f"1380000{ending}")) >= 1
        assert len({seen.call_id for seen in callees.invites(f"1380000{ending}")}) == 1, "one INVITE dialog"
    assert channels(copy) == []


def test_a_cancelled_session_stops_ringing(api: Api, copy: RunningCopy, callees: Callees, calling: str) -> None:
    session = started(api, calling, "13811110203")
    until = time.monotonic() + 30
    while not any(call["state"] == "ringing" for call in calls_of(api, session)):
        assert time.monotonic() < until
        time.sleep(0.05)
    api("POST", f"/sessions/{session}/cancel")
    assert ended(api, session, 3)["status"] == "cancelled"
    while channels(copy) or calls_of(api, session)[0]["fate"] is None:
        assert time.monotonic() < until
        time.sleep(0.05)
    [call] = calls_of(api, session)
    assert (call["fate"], call["cause"], call["rang"]) == ("failed", "cancelled", True)


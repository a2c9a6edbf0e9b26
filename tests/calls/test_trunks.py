"""Trunks of one's own on a real Asterisk: written, dialled, in turn when one has trouble, within their limits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest

from tests.calls.test_calls_out import CALLING, ari, calls_of, channels, ended, published, started, until
from tests.product import RunningCopy
from tests.product_api import Api, Refused
from tests.telephony.callees import Callees
from tests.telephony.caller import Caller
from tests.telephony.provider import Provider

NUMBER = "13912340200"
ANSWERING: dict[str, Any] = {
    "callweave": 1, "name": "Reception", "languages": ["en"], "start": "pick_up",
    "nodes": {
        "pick_up": {"type": "answer", "outlets": {"done": "bye"}},
        "bye": {"type": "hang_up", "outlets": {"done": "served"}},
        "served": {"type": "end", "config": {"outcome": "served"}},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def callees(copy: RunningCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callees]:
    with Callees(tmp_path_factory.mktemp("callees"), copy.sip_peer_port) as callees:
        yield callees


@pytest.fixture(scope="module")
def calling(api: Api) -> str:
    document = deepcopy(CALLING)
    del document["nodes"]["ring"]["config"]["caller_id"]
    return published(api, document)


@pytest.fixture
def declare(api: Api, copy: RunningCopy) -> Iterator[Any]:
    """Declare a trunk to the callees, and wait until Asterisk has it; removed at the end."""
    made = []

    def make(name: str, **more: Any) -> None:
        made.append(name)
        api("POST", "/trunks", {"name": name, "host": "127.0.0.1", "port": copy.sip_peer_port, "check_seconds": 1, **more})
        until(lambda: api("GET", f"/trunks/{name}")["reachable"] == "yes", 30)

    yield make
    for name in made:
        api("DELETE", f"/trunks/{name}")


def called(api: Api, flow: str, number: str = NUMBER) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    session = ended(api, started(api, flow, number))
    return session, sorted(calls_of(api, session["id"]), key=lambda call: str(call["leg"]))


def test_a_trunk_with_trouble_is_followed_by_the_next(
    api: Api, copy: RunningCopy, callees: Callees, calling: str, declare: Any
) -> None:
    declare("broken", position=0, number="{number}503")
    declare("whole", position=1)
    session, calls = called(api, calling)
    assert session["outcome"] == "answered"
    assert [(call["trunk"], call["fate"], call["cause"]) for call in calls] == [
        ("broken", "failed", "congestion"), ("whole", "answered", "normal"),
    ]  # fmt: skip
    assert [trunk["in_use"] for trunk in api("GET", "/trunks")["items"]] == [0, 0]
    assert channels(copy) == []


def test_a_busy_callee_is_not_tried_by_another(api: Api, callees: Callees, calling: str, declare: Any) -> None:
    declare("busy", position=0, number="{number}486")
    declare("whole", position=1)
    session, calls = called(api, calling, "13912350200")
    assert (session["outcome"], [call["trunk"] for call in calls]) == ("busy", ["busy"])
    assert not callees.invites("13912350200")


def test_what_is_not_dialled_and_why(api: Api, callees: Callees, calling: str, declare: Any) -> None:
    declare("telco", patterns=["1", "+852"])
    for number, reason in (
        ("+86110", "emergency number"), ("+85291230200", "foreign number"), ("02081230200", "no trunk takes this number"),
    ):  # fmt: skip
        session, calls = called(api, calling, number)
        ring = session["results"]["ring"]
        assert (session["outcome"], ring.get("cause", ring)) == ("failed", reason)
        assert not calls
    assert not [seen for seen in callees.invites() if seen.number in ("+86110", "+85291230200", "02081230200")]


def test_the_callee_sees_the_number_of_his_town(api: Api, callees: Callees, calling: str, declare: Any) -> None:
    declare("telco")
    for number in ("01088886666", "02088886666"):
        api("PUT", f"/numbers/{number}", {})
    try:
        _, [call] = called(api, calling, "13802880200")
        assert call["caller"] == "02088886666"
        assert {seen.caller for seen in callees.invites("13802880200")} == {"02088886666"}
    finally:
        for number in ("01088886666", "02088886666"):
            api("DELETE", f"/numbers/{number}")


def test_limits_of_a_trunk(api: Api, callees: Callees, calling: str, declare: Any) -> None:
    declare("slow", at_once=2, per_second=4)
    numbers = [f"139{number:04d}0200" for number in range(1, 13)]
    sessions = [started(api, calling, number) for number in numbers]
    assert [ended(api, session)["outcome"] for session in sessions] == ["answered"] * len(numbers)
    seen = [entry for entry in callees.seen if entry.number in numbers]
    at_once, most = 0, 0
    for entry in sorted(seen, key=lambda entry: entry.at):
        at_once += {"INVITE": 1, "BYE": -1}.get(entry.what, 0)
        most = max(most, at_once)
    assert most <= 2
    begins = sorted(entry.at for entry in seen if entry.what == "INVITE")
    assert len(begins) == len(numbers)
    assert all(later - earlier > 0.15 for earlier, later in pairwise(begins))


def test_a_provider_that_wants_a_password(api: Api, copy: RunningCopy, calling: str) -> None:
    with Provider("clinic", "s;cret") as provider:
        trunk = {
            "name": "provider", "host": "127.0.0.1", "port": provider.port, "username": "clinic", "password": "wrong",
            "register": True, "check_seconds": 1,
        }  # fmt: skip
        api("POST", "/trunks", trunk)
        try:
            until(lambda: provider.refused)
            until(lambda: api("GET", "/trunks/provider")["registered"] in ("rejected", "unregistered"))
            del trunk["name"]
            api("PUT", "/trunks/provider", trunk | {"password": "s;cret"})
            until(lambda: api("GET", "/trunks/provider")["registered"] == "registered")
            assert provider.registered.is_set()
            session, [call] = called(api, calling)
            assert (session["outcome"], call["sip"], call["trunk"]) == ("busy", 486, "provider")
            assert provider.invited == [NUMBER]
        finally:
            api("DELETE", "/trunks/provider")


def test_a_number_of_ours_is_called_however_the_trunk_writes_it(
    api: Api, copy: RunningCopy, callees: Callees, declare: Any
) -> None:
    spellings = ("+862088886666", "00862088886666", "862088886666", "2088886666", "02088886666")
    declare("telco", from_networks=["127.0.0.5"])
    api("PUT", "/numbers/02088886666", {"trunk": "telco"})
    flow = published(api, ANSWERING)
    trigger = api("POST", "/triggers", {"kind": "call", "number": "02088886666", "flow": flow})
    try:
        [number] = [row for row in api("GET", "/numbers")["items"] if row["number"] == "02088886666"]
        assert (number["e164"], number["flow"]) == ("+862088886666", flow)
        with pytest.raises(Refused, match="409"):
            api("POST", "/triggers", {"kind": "call", "number": "+862088886666", "flow": flow})

        async def ring(written: str) -> None:
            async with Caller(copy.sip_port, number="13912340001", host="127.0.0.5") as caller:
                await caller.call(written)
                await caller.ended()

        for written in spellings:
            asyncio.run(ring(written))
        until(lambda: len(api("GET", f"/sessions?flow={flow}")["items"]) == len(spellings))
        sessions = api("GET", f"/sessions?flow={flow}")["items"]
        assert [ended(api, session["id"])["outcome"] for session in sessions] == ["served"] * len(spellings)
        calls = [call for session in sessions for call in calls_of(api, session["id"])]
        assert {(call["direction"], call["called"]) for call in calls} == {("in", written) for written in spellings}
    finally:
        api("DELETE", f"/triggers/{trigger['id']}")
        api("DELETE", "/numbers/02088886666")


def test_a_trunk_with_encryption_is_taken_by_asterisk(api: Api, copy: RunningCopy) -> None:
    secure = {"name": "secure", "host": "192.0.2.1", "transport": "tls", "srtp": True, "t38": True, "check_seconds": 0}
    api("POST", "/trunks", secure)
    try:
        until(lambda: "main-secure" in {endpoint["resource"] for endpoint in ari(copy, "endpoints/PJSIP")})
    finally:
        api("DELETE", "/trunks/secure")

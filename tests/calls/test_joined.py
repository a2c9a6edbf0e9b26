"""Dials and conferences of the whole product: by flows, seen and controlled by the API, over the death of an engine."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Any

import pytest

from tests.product import RunningCopy
from tests.product_api import Api, Refused
from tests.telephony.caller import Caller
from tests.telephony.peers import Peers

DIAL: dict[str, Any] = {
    "callweave": 1, "name": "To the ward", "languages": ["en"], "start": "pick_up", "on_hang_up": "gone",
    "nodes": {
        "pick_up": {"type": "answer", "outlets": {"done": "ward"}},
        "ward": {
            "type": "dial", "config": {"to": ["8001", "8002"], "in_turn": True, "ring_seconds": 10},
            "outlets": {"completed": "talked", "busy": "missed", "no_answer": "missed", "failed": "missed"},
        },
        "talked": {"type": "end", "config": {"outcome": "talked"}},
        "missed": {"type": "end", "config": {"outcome": "missed"}},
        "gone": {"type": "end", "config": {"outcome": "gone"}},
    },
}  # fmt: skip

MEET: dict[str, Any] = {
    "callweave": 1, "name": "Consultation", "languages": ["en"], "start": "pick_up", "on_hang_up": "gone",
    "nodes": {
        "pick_up": {"type": "answer", "outlets": {"done": "meet"}},
        "meet": {
            "type": "conference", "config": {"room": "case {{ call.to }}"},
            "outlets": {"done": "met", "nobody": "alone", "failed": "refused"},
        },
        "met": {"type": "end", "config": {"outcome": "met"}},
        "alone": {"type": "end", "config": {"outcome": "alone"}},
        "refused": {"type": "end", "config": {"outcome": "refused"}},
        "gone": {"type": "end", "config": {"outcome": "gone"}},
    },
}  # fmt: skip
ROOM = "case%207321"
PATIENCE = 30.0


@pytest.fixture(scope="module")
def dial(api: Api) -> str:
    return api.bound(DIAL, "7320")


@pytest.fixture(scope="module")
def meet(api: Api) -> str:
    return api.bound(MEET, "7321")


async def ask(api: Api, *request: Any) -> Any:
    return await asyncio.to_thread(api, *request)


async def until_in(api: Api, count: int) -> dict[str, Any]:
    """Wait until so many are in the room; what the API says of it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for room in (await ask(api, "GET", "/conferences"))["items"]:
                if sum(member["state"] == "in" for member in room["members"]) == count:
                    return dict(room)
            await asyncio.sleep(0.05)


def test_a_dial_by_a_flow(copy: RunningCopy, api: Api, dial: str) -> None:
    async def main() -> None:
        async with Peers(copy.sip_peer_port) as peers, Caller(copy.sip_port, number="13800000001") as caller:
            await caller.call("7320")
            (await peers.rings("8001")).refuse(486)
            ward = await peers.answers("8002")
            await asyncio.sleep(1.0)
            (leg,) = [call["leg"] for call in (await ask(api, "GET", "/calls"))["items"] if call["called"] == "7320"]
            name = (await ask(api, "POST", f"/calls/{leg}/supervisors", {"to": "8009", "mode": "whisper"}))["supervisor"]
            boss = await peers.answers("8009")
            await asyncio.sleep(0.5)
            await ask(api, "DELETE", f"/calls/{leg}/supervisors/{name}")
            await asyncio.wait_for(boss.over.wait(), 5)
            await ward.hang_up()
            await caller.ended()

    asyncio.run(main())
    (session,) = api.ended_sessions(dial, 1)
    assert session["outcome"] == "talked"
    session = api("GET", f"/sessions/{session['id']}")
    assert session["results"]["ward"]["value"] == "8002" and session["results"]["ward"]["seconds"] > 1
    assert {call["called"] for call in api.ended_calls(session["id"])} == {"7320", "8001", "8002", "8009"}
    events = [turn["event"]["type"] for turn in api("GET", f"/sessions/{session['id']}/journal")["items"]]
    assert events.count("supervisor_came") == events.count("supervisor_left") == 1


def test_a_conference_by_the_api_over_the_death_of_its_engine(copy: RunningCopy, api: Api, meet: str) -> None:
    async def main() -> None:
        async with (
            Caller(copy.sip_port, number="13800000001") as one, Caller(copy.sip_port, number="13800000002") as two,
            Caller(copy.sip_port, number="13800000003") as three,
        ):  # fmt: skip
            for caller in (one, two, three):
                await caller.call("7321")
            room = await until_in(api, 3)
            legs = {member["number"]: member["leg"] for member in room["members"]}
            assert room["room"] == "case 7321" and set(legs) == {one.number, two.number, three.number}
            began = time.monotonic()
            room = await ask(api, "POST", f"/conferences/{ROOM}/mute", {"member": legs[two.number]})
            assert time.monotonic() - began < 2.0
            assert [member["number"] for member in room["members"] if member["muted"]] == [two.number]
            os.kill(copy.processes()["engine"], signal.SIGKILL)
            room = await ask(api, "POST", f"/conferences/{ROOM}/lock", {})  # done by whoever comes after
            async with asyncio.timeout(PATIENCE):
                while not (await ask(api, "GET", f"/conferences/{ROOM}"))["locked"]:
                    await asyncio.sleep(0.05)
            room = await until_in(api, 3)
            assert [member["number"] for member in room["members"] if member["muted"]] == [two.number]
            await ask(api, "POST", f"/conferences/{ROOM}/kick", {"member": legs[three.number]})
            await three.ended()
            with pytest.raises(Refused) as refused:
                await ask(api, "POST", f"/conferences/{ROOM}/kick", {"member": legs[three.number]})
            assert refused.value.status == 409
            with pytest.raises(Refused) as refused:
                await ask(api, "POST", f"/conferences/{ROOM}/mute", {})
            assert refused.value.status == 422
            await ask(api, "POST", f"/conferences/{ROOM}/end", {})
            await one.ended()
            await two.ended()
            assert (await ask(api, "GET", "/conferences"))["items"] == []

    asyncio.run(main())
    sessions = api.ended_sessions(meet, 3)
    assert [session["outcome"] for session in sessions] == ["met"] * 3
    with pytest.raises(Refused) as refused:
        api("POST", f"/conferences/{ROOM}/end", {})
    assert refused.value.status == 404

"""A flow that nobody has seen before, called on a real Asterisk: whatever the caller does, its session tells it right."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest

from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.caller import Caller, CallRefused, KeyWay

Person = Callable[[Caller], Awaitable[None]]


def session_of(api: Api, copy: RunningCopy, flow: str, person: Person, *, by: KeyWay = "rfc4733") -> dict[str, Any]:
    """Let a person call the ward; the session that came of it, once it has ended."""
    number = "1" + str(uuid.uuid4().int)[:10]

    async def call() -> None:
        async with asyncio.timeout(40), Caller(copy.sip_port, number=number, keys=by) as caller:
            await person(caller)

    asyncio.run(call())
    sessions = api.ended_sessions(flow, 1)
    for _ in range(100):
        mine = [session for session in sessions if session["contact"]["phone"] == number]
        if mine:
            found: dict[str, Any] = api("GET", f"/sessions/{mine[0]['id']}")
            return found
        sessions = api.ended_sessions(flow, len(sessions) + 1)
    raise AssertionError("the call left no session")


async def greeted(caller: Caller) -> None:
    await caller.call("7300")
    await caller.until_heard()


@pytest.mark.parametrize("by", ["rfc4733", "info"])
def test_keys(api: Api, copy: RunningCopy, ward: str, by: KeyWay) -> None:
    async def person(caller: Caller) -> None:
        await greeted(caller)
        await caller.until_quiet()
        await caller.press("1")
        await caller.until_heard()
        await caller.until_quiet()
        await caller.press("407")
        await caller.ended()

    session = session_of(api, copy, ward, person, by=by)
    assert (session["status"], session["outcome"]) == ("completed", "served")
    assert session["results"]["what"] == {"outlet": "1", "value": "1", "label": "Nurse"}
    assert session["results"]["bed"]["value"] == "407"
    assert session["vars"] == {"bed": "407"}


def test_journal_tells_each_turn_with_its_time(api: Api, copy: RunningCopy, ward: str) -> None:
    async def person(caller: Caller) -> None:
        await greeted(caller)
        await caller.press("2")
        await caller.ended()

    session = session_of(api, copy, ward, person)
    items = api("GET", f"/sessions/{session['id']}/journal")["items"]
    kinds = [item["event"]["type"] for item in items]
    assert kinds == ["call_offered", "call_answered", "playback_finished", "digits_gathered", "playback_finished"]
    times = [datetime.fromisoformat(item["at"]) for item in items]
    assert times == sorted(times)
    assert (times[-1] - times[0]).total_seconds() < 20
    assert items[2]["event"]["interrupted"] is True
    assert items[3]["event"]["digits"] == "2"
    assert [step["node"] for step in items[3]["steps"]] == ["what", "noted", "bye"]
    assert items[0]["commands"][0]["type"] == "answer"
    assert items[-1]["commands"][-1]["type"] == "hang_up"


def test_early_keys_count_for_the_questions_to_come(api: Api, copy: RunningCopy, ward: str) -> None:
    async def person(caller: Caller) -> None:
        await greeted(caller)
        await caller.press("199#")
        await caller.ended()

    session = session_of(api, copy, ward, person)
    assert session["outcome"] == "served"
    assert session["results"]["bed"]["value"] == "99"


def test_a_wrong_key_and_then_a_right_one(api: Api, copy: RunningCopy, ward: str) -> None:
    async def person(caller: Caller) -> None:
        await greeted(caller)
        await caller.press("9")
        await caller.until_quiet()
        await caller.press("2")
        await caller.ended()

    assert session_of(api, copy, ward, person)["results"]["what"]["outlet"] == "2"


def test_wrong_keys_only(api: Api, copy: RunningCopy, ward: str) -> None:
    async def person(caller: Caller) -> None:
        await greeted(caller)
        await caller.press("98")
        await caller.ended()

    session = session_of(api, copy, ward, person)
    assert (session["outcome"], session["results"]["what"]["outlet"]) == ("quiet", "no_match")


def test_silence(api: Api, copy: RunningCopy, ward: str) -> None:
    async def person(caller: Caller) -> None:
        await greeted(caller)
        await caller.ended(30)

    session = session_of(api, copy, ward, person)
    assert (session["outcome"], session["results"]["what"]["outlet"]) == ("quiet", "no_input")


def test_hang_up_in_mid_prompt(api: Api, copy: RunningCopy, ward: str) -> None:
    async def person(caller: Caller) -> None:
        await greeted(caller)
        await caller.hang_up()

    session = session_of(api, copy, ward, person)
    assert (session["status"], session["outcome"]) == ("completed", "gone")
    assert session["results"]["greet"]["outlet"] == "hung_up"
    calls = [call for call in api.everything("/calls") if call["session"] == session["id"]]
    assert [(call["direction"], call["cause"]) for call in calls] == [("in", "normal")]
    assert calls[0]["ended_at"] is not None


def test_hang_up_with_digits_half_entered(api: Api, copy: RunningCopy, ward: str) -> None:
    async def person(caller: Caller) -> None:
        await greeted(caller)
        await caller.press("14")
        await caller.hang_up()

    session = session_of(api, copy, ward, person)
    assert session["outcome"] == "gone"
    assert session["results"]["bed"]["outlet"] == "hung_up"


def test_a_cancelled_session_lets_its_caller_go(api: Api, copy: RunningCopy, ward: str) -> None:
    async def person(caller: Caller) -> None:
        await greeted(caller)
        running: list[dict[str, Any]] = []
        while not running:
            running = [s for s in api.everything(f"/sessions?flow={ward}") if s["contact"]["phone"] == caller.number]
        assert running[0]["status"] == "running"
        api("POST", f"/sessions/{running[0]['id']}/cancel")
        await caller.ended(10)

    assert session_of(api, copy, ward, person)["status"] == "cancelled"


def test_a_number_that_nobody_answers_is_refused(copy: RunningCopy, ward: str) -> None:
    async def call() -> int:
        async with Caller(copy.sip_port) as caller:
            with pytest.raises(CallRefused) as refused:
                await caller.call("7999")
            return refused.value.status

    assert asyncio.run(call()) == 404

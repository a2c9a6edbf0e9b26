"""The engine is killed while people listen to a menu; the next one takes them on, and their keys count."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any

from tests.calls.conftest import UNSEEN
from tests.conftest import StartCopy
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.caller import Caller

CALLERS = 20


def engine_is_back(copy: RunningCopy, killed: int, calls: int) -> bool:
    said = copy.log.read_text(errors="replace")
    return f"sessions_taken_on={calls}" in said and copy.processes().get("engine") not in (None, killed)


def patient(flow: dict[str, Any]) -> dict[str, Any]:
    """The same flow, which waits longer: nobody may run out of time before all twenty are at the menu."""
    patient = deepcopy(flow)
    patient["nodes"]["what"]["config"]["timeout"] = 20
    patient["nodes"]["bed"]["config"] |= {"timeout": 20, "digit_timeout": 5}
    return patient


def test_twenty_calls_in_a_menu_outlive_their_engine(running_copy: StartCopy) -> None:
    copy = running_copy()
    api = Api(copy)
    flow = api.bound(patient(UNSEEN), "7301")

    async def person(caller: Caller, killed: asyncio.Event, back: asyncio.Event) -> None:
        await caller.call("7301")
        await caller.press("2" if caller.number.endswith("0") else "5")
        await killed.wait()
        await back.wait()
        since = time.monotonic()
        await caller.until_heard(10, since)
        await caller.press("1")
        await caller.until_quiet(0.5)
        await caller.press("12#")
        await caller.ended(20)

    async def scene() -> None:
        killed, back = asyncio.Event(), asyncio.Event()
        async with asyncio.timeout(90), asyncio.TaskGroup() as group:
            for number in range(CALLERS):
                group.create_task(_with_caller(copy, f"1390000{number:03d}1", person, killed, back))
            while len(_at(api, flow, "what")) < CALLERS:
                await asyncio.sleep(0.1)
            engine = copy.processes()["engine"]
            os.kill(engine, signal.SIGKILL)
            killed.set()
            while not engine_is_back(copy, engine, CALLERS):
                await asyncio.sleep(0.05)
            back.set()

    asyncio.run(scene())
    sessions = api.ended_sessions(flow, CALLERS)
    assert [session["outcome"] for session in sessions] == ["served"] * CALLERS
    for session in sessions:
        results = api("GET", f"/sessions/{session['id']}")["results"]
        assert (results["what"]["value"], results["bed"]["value"]) == ("1", "12")


def _at(api: Api, flow: str, node: str) -> list[object]:
    return [session for session in api.everything(f"/sessions?flow={flow}") if session["node"] == node]


async def _with_caller(
    copy: RunningCopy, number: str, person: Callable[..., Awaitable[None]], killed: asyncio.Event, back: asyncio.Event
) -> None:
    async with Caller(copy.sip_port, number=number) as caller:
        await person(caller, killed, back)

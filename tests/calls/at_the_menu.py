"""Many people at a menu while something happens to what serves them; then they press their keys, and all must count."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any

from tests.calls.conftest import UNSEEN
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.caller import Caller

Trouble = Callable[[], Awaitable[None]]


def patient(flow: dict[str, Any] = UNSEEN) -> dict[str, Any]:
    """The flow of the ward, waiting longer: nobody may run out of time before all are at the menu."""
    patient = deepcopy(flow)
    patient["nodes"]["what"]["config"]["timeout"] = 30
    patient["nodes"]["bed"]["config"] |= {"timeout": 30, "digit_timeout": 5}
    return patient


async def people(
    copy: RunningCopy, api: Api, flow: str, number: str, count: int, trouble: Trouble, *, asked_again: bool = True
) -> None:
    """So many call and listen to the menu; `trouble` happens, and ends when they may go on; they press 1 and 12#.

    Unless they are not `asked_again`, for the same engine goes on: they may have heard the menu to its end meanwhile.
    """
    over = asyncio.Event()
    known = {session["id"] for session in api.everything(f"/sessions?flow={flow}")}

    async def person(phone: str) -> None:
        async with Caller(copy.sip_port, number=phone) as caller:
            await caller.call(number)
            await caller.press("5")
            await over.wait()
            if asked_again:
                await caller.until_heard(20)
            await caller.press("1")
            await caller.until_heard(20)
            await caller.until_quiet(0.5)
            await caller.press("12#")
            await caller.ended(30)

    async with asyncio.timeout(150), asyncio.TaskGroup() as group:
        for phone in range(count):
            group.create_task(person(f"139{phone:08d}"))
        while len(await asyncio.to_thread(_at_menu, api, flow, known)) < count:
            await asyncio.sleep(0.1)
        await trouble()
        over.set()


def all_served(api: Api, flow: str, count: int) -> None:
    """The newest sessions of a flow ended as their people pressed."""
    sessions = sorted(api.ended_sessions(flow, count), key=lambda session: str(session["id"]))[-count:]
    assert [session["outcome"] for session in sessions] == ["served"] * count
    for session in sessions:
        results = api("GET", f"/sessions/{session['id']}")["results"]
        assert (results["what"]["value"], results["bed"]["value"]) == ("1", "12")


def _at_menu(api: Api, flow: str, known: set[str]) -> list[object]:
    return [
        session
        for session in api.everything(f"/sessions?flow={flow}")
        if session["node"] == "what" and session["id"] not in known
    ]

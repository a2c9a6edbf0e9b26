"""Asterisk is killed with people on the line: their sessions go on by `hung_up`, and when it is back it gets its calls."""

from __future__ import annotations

import asyncio
import os
import signal

from tests.calls.at_the_menu import patient
from tests.conftest import StartCopy
from tests.product_api import Api
from tests.telephony.caller import Caller

CALLERS = 3
PATIENCE = 60.0


def test_calls_end_and_new_ones_come(running_copy: StartCopy) -> None:
    copy = running_copy()
    api = Api(copy)
    flow = api.bound(patient(), "7305")

    def at_menu() -> int:
        return sum(session["node"] == "what" for session in api.everything(f"/sessions?flow={flow}"))

    async def main() -> None:
        callers = [Caller(copy.sip_port, number=f"1390000000{number}") for number in range(CALLERS)]
        for caller in callers:
            await caller.__aenter__()
            await caller.call("7305")
            await caller.press("5")
        async with asyncio.timeout(PATIENCE):
            while await asyncio.to_thread(at_menu) < CALLERS:
                await asyncio.sleep(0.1)
        engine, asterisk = copy.processes()["engine"], copy.processes()["asterisk"]
        os.kill(asterisk, signal.SIGKILL)
        for caller in callers:
            caller.vanish()
        sessions = await asyncio.to_thread(api.ended_sessions, flow, CALLERS)
        assert [session["outcome"] for session in sessions] == ["gone"] * CALLERS
        calls = [call for call in api.everything("/calls") if call["session"] in {s["id"] for s in sessions}]
        assert [call["cause"] for call in calls] == ["lost"] * CALLERS
        async with asyncio.timeout(PATIENCE):
            while copy.processes().get("asterisk") in (None, asterisk):
                await asyncio.sleep(0.05)
            while copy.log.read_text(errors="replace").count("connected to Asterisk") < 2:
                await asyncio.sleep(0.05)
        assert copy.processes()["engine"] == engine, "it has stayed"
        async with Caller(copy.sip_port, number="13911111111") as again:
            await again.call("7305", 20)
            await again.press("52")
            await again.ended(30)

    asyncio.run(main())
    assert "served" in [session["outcome"] for session in api.ended_sessions(flow, CALLERS + 1)]

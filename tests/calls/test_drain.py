"""An engine that is told to stop, and nobody to follow it: its calls come to their end, new ones wait for the next."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tests.calls.at_the_menu import patient, people
from tests.conftest import StartCopy
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.caller import Caller

PATIENCE = 40.0


@pytest.fixture
def copy(running_copy: StartCopy) -> RunningCopy:
    return running_copy(CALLWEAVE_ENGINES="1", CALLWEAVE_DRAIN_SECONDS="60")


async def said(copy: RunningCopy, words: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while words not in copy.tail(1000):
            await asyncio.sleep(0.02)


def test_the_last_engine_lets_its_calls_end_and_the_next_serves_who_came_meanwhile(copy: RunningCopy) -> None:
    api = Api(copy)
    flow = api.bound(patient(), "7303")

    async def main() -> None:
        engine = copy.processes()["engine"]
        async with Caller(copy.sip_port, number="13911111111") as late:

            async def trouble() -> None:
                os.kill(engine, signal.SIGTERM)
                await said(copy, "engine drains")
                await late.call("7303", 20)
                await late.until_heard(20)
                assert copy.processes()["engine"] == engine, "one moment, please: the old engine still has its calls"

            await people(copy, api, flow, "7303", 2, trouble, asked_again=False)
            await said(copy, "ended with 0")
            async with asyncio.timeout(PATIENCE):
                while not [s for s in api.everything(f"/sessions?flow={flow}") if s["contact"]["phone"] == late.number]:
                    await asyncio.sleep(0.1)
            await late.hang_up()

    asyncio.run(main())
    assert len(api.ended_sessions(flow, 3)) == 3
    served = [session for session in api.everything(f"/sessions?flow={flow}") if session["outcome"] == "served"]
    assert len(served) == 2

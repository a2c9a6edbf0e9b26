"""Calls by the simulated telephony: their fates are data, and who answers is a leg like any other."""

from __future__ import annotations

import asyncio

import pytest

from engine.adapters.simulated import SimulatedTelephony
from engine.adapters.telephony import FaxOver, FaxToSend, Missed, News, Outgoing, PickedUp, Rang
from engine.commands import Gather, HangUp
from engine.events import CallEnded, DigitsGathered
from tests.adapters.listener import Told


@pytest.mark.parametrize(
    ("fate", "detect", "told"),
    [
        ("answered", False, [Rang(), PickedUp()]), ("machine", True, [Rang(), PickedUp(by="machine")]),
        ("machine", False, [Rang(), PickedUp()]), ("busy", False, [Rang(), Missed(fate="busy", cause="busy", sip=486)]),
        ("no_answer", False, [Rang(), Missed(fate="no_answer", cause="no_answer", rang=True)]),
        ("failed", False, [Missed(fate="failed", cause="unallocated", sip=404)]),
    ],
)  # fmt: skip
def test_fates(fate: str, detect: bool, told: list[object]) -> None:
    async def main() -> None:
        telephony, seen = SimulatedTelephony(Told(), prompts="at_once"), []
        telephony.callee("138", fate)
        call = Outgoing(leg="a", endpoint="PJSIP/138@local", ring_seconds=0.05, detect_machine=detect)
        assert telephony.place(call, seen.append)
        await asyncio.sleep(0.15)
        assert seen == told
        await telephony.close()

    asyncio.run(main())


def test_who_answers_presses_keys_and_is_hung_up() -> None:
    async def main() -> None:
        listener = Told()
        telephony, seen = SimulatedTelephony(listener, prompts="at_once"), []
        telephony.callee("138", "answered", "2")
        telephony.place(Outgoing(leg="a", endpoint="PJSIP/138@local"), seen.append)
        while PickedUp() not in seen:
            await asyncio.sleep(0)
        telephony.perform(Gather(id="1", leg="a"), "1")
        assert (await listener.event(DigitsGathered)).digits == "2"
        telephony.perform(HangUp(id="2", leg="a"), "2")
        await listener.event(CallEnded)
        await telephony.close()

    asyncio.run(main())


def test_a_call_is_given_up() -> None:
    async def main() -> None:
        telephony, seen = SimulatedTelephony(Told()), []
        telephony.place(Outgoing(leg="a", endpoint="PJSIP/138@local"), seen.append)
        telephony.perform(HangUp(id="1", leg="a"), "1")
        await asyncio.sleep(0.05)
        assert seen[-1] == Missed(cause="cancelled", rang=True)
        await telephony.close()

    asyncio.run(main())


def test_a_fax_to_an_imagined_machine_arrives() -> None:
    async def main() -> None:
        told: list[News] = []
        telephony = SimulatedTelephony(Told(), prompts="at_once")
        fax = FaxToSend(file="/none.tif", pages=3)
        assert telephony.place(Outgoing(leg="a", endpoint="PJSIP/8001@local", fax=fax), told.append)
        async with asyncio.timeout(5):
            while not any(isinstance(news, FaxOver) for news in told):
                await asyncio.sleep(0.01)
        assert [type(news) for news in told] == [Rang, PickedUp, FaxOver]
        assert told[-1] == FaxOver(sent=True, pages=3, station="SIMULATED", medium="audio", rate=14400)
        telephony.perform(HangUp(id="1", leg="a"), "late")
        await telephony.close()

    asyncio.run(main())

"""Calls of ours by the adapter alone: each kind of callee, its fate, and nothing left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from engine.adapters.telephony import Missed, Outgoing, PickedUp, Rang
from engine.commands import HangUp, PlayPrompt
from engine.events import CallEnded, PlaybackFinished
from tests.adapters.listener import Told
from tests.telephony.callees import Callees
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.scene import LONG, SHORT, Scene, scene

FATES = {
    "0302": ("failed", "redirected"), "0403": ("busy", "forbidden"), "0404": ("failed", "unallocated"),
    "0408": ("failed", "timed_out"), "1408": ("no_answer", "timed_out"), "0410": ("failed", "gone"),
    "0480": ("failed", "unavailable"), "1480": ("no_answer", "unavailable"), "0484": ("failed", "incomplete"),
    "0486": ("busy", "busy"), "1486": ("busy", "busy"), "0488": ("failed", "codecs"),
    "0500": ("failed", "trunk_trouble"), "0502": ("failed", "trunk_trouble"), "0503": ("failed", "congestion"),
    "0600": ("busy", "busy"), "0603": ("busy", "declined"), "1603": ("busy", "declined"),
    "0202": ("no_answer", "no_answer"), "0203": ("no_answer", "no_answer"), "0204": ("failed", "no_reply"),
}  # fmt: skip
_numbers = count(1)


class Call:
    """One call of ours, and what was told of it."""

    def __init__(self, stage: Scene, number: str, *, port: int = 0, ring_seconds: float = 2.0, **more: bool) -> None:
        self.leg = f"call-{next(_numbers)}"
        self.told: list[Rang | PickedUp | Missed] = []
        self._news = asyncio.Event()
        endpoint = f"PJSIP/{number}@local" if not port else f"PJSIP/local/sip:{number}@127.0.0.1:{port}"
        placed = Outgoing(leg=self.leg, endpoint=endpoint, caller_id="02088886666", ring_seconds=ring_seconds, **more)
        assert stage.telephony.place(placed, self._hear)

    async def outcome(self, seconds: float = 20.0) -> PickedUp | Missed:
        async with asyncio.timeout(seconds):
            while True:
                for told in self.told:
                    if not isinstance(told, Rang):
                        return told
                await self._change()

    async def rings(self) -> None:
        async with asyncio.timeout(10):
            while Rang() not in self.told:
                await self._change()

    async def _change(self) -> None:
        self._news.clear()
        await self._news.wait()

    def _hear(self, told: Rang | PickedUp | Missed) -> None:
        self.told.append(told)
        self._news.set()


@pytest.fixture(scope="module")
def callees(shared_asterisk: LocalAsterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callees]:
    with Callees(tmp_path_factory.mktemp("sipp"), shared_asterisk.settings.sip_peer_port) as callees:
        yield callees


async def nothing_is_left(asterisk: LocalAsterisk) -> None:
    async with asyncio.timeout(5):
        while asterisk.channels() != "[]":
            await asyncio.sleep(0.05)


def test_the_fate_of_each_kind_of_callee(asterisk: LocalAsterisk, callees: Callees, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage:
            calls = {ending: Call(stage, f"1380000{ending}") for ending in FATES}
            seen = {ending: await call.outcome() for ending, call in calls.items()}
            assert {
                ending: (told.fate, told.cause) for ending, told in seen.items() if isinstance(told, Missed)
            } == FATES
            assert all(Rang() in calls[ending].told for ending in FATES if ending[0] == "1")
            sip = {ending: told.sip for ending, told in seen.items() if isinstance(told, Missed)}
            assert sip == {ending: int(ending) % 1000 if int(ending[1:]) > 300 else 0 for ending in FATES}
            assert not stage.told.events, "they never were legs that the host would have to hear of"
            await nothing_is_left(asterisk)

    asyncio.run(main())
    assert {seen.caller for seen in callees.invites()} == {"02088886666"}
    assert len({seen.call_id for seen in callees.invites()}) == len(FATES)


def test_a_dead_port_is_trouble_of_the_trunk(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage:
            told = await Call(stage, "13800000200", port=9, ring_seconds=1).outcome()
            assert isinstance(told, Missed)
            assert (told.fate, told.trunk_trouble) == ("failed", True)
            await nothing_is_left(asterisk)

    asyncio.run(main())


def test_who_answers_is_a_leg_like_any_other(asterisk: LocalAsterisk, callees: Callees, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage:
            call = Call(stage, "13800000200")
            assert await call.outcome() == PickedUp(by="human")
            assert call.told[0] == Rang()
            stage.perform(PlayPrompt(id="1", leg=call.leg, prompt=SHORT))
            assert (await stage.told.event(PlaybackFinished)).command_id == "1"
            stage.perform(HangUp(id="2", leg=call.leg))
            assert (await stage.told.event(CallEnded, call.leg)).cause == "normal"
            await nothing_is_left(asterisk)

    asyncio.run(main())


def test_who_hangs_up_at_once_has_answered(asterisk: LocalAsterisk, callees: Callees, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage:
            call = Call(stage, "13800000201")
            assert isinstance(await call.outcome(), PickedUp)
            stage.perform(PlayPrompt(id="1", leg=call.leg, prompt=LONG))
            assert (await stage.told.event(CallEnded, call.leg)).cause == "normal"
            await nothing_is_left(asterisk)

    asyncio.run(main())


@pytest.mark.parametrize("early", [True, False])
def test_a_call_is_given_up(asterisk: LocalAsterisk, callees: Callees, tmp_path: Path, early: bool) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage:
            call = Call(stage, "13800000203", ring_seconds=20)
            if not early:
                await call.rings()
            stage.perform(HangUp(id="1", leg=call.leg))
            told = await call.outcome(3)
            assert isinstance(told, Missed)
            assert (told.cause, told.rang) == ("cancelled", not early)
            await nothing_is_left(asterisk)

    asyncio.run(main())


def test_the_next_engine_takes_on_what_rings_and_what_was_answered(
    asterisk: LocalAsterisk, callees: Callees, tmp_path: Path
) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage:
            calls = [Call(stage, number, ring_seconds=4) for number in ("13800000203", "13800000205")]
            await calls[0].rings()
            assert isinstance(await calls[1].outcome(), PickedUp)
        told: list[Rang | PickedUp | Missed] = []
        async with scene(asterisk, tmp_path) as stage:
            found = {leg.leg: leg for leg in await stage.told.stock_taken()}
            assert {name: (leg.placed, leg.rings, leg.answered) for name, leg in found.items()} == {
                calls[0].leg: (True, True, False), calls[1].leg: (True, False, True),
            }  # fmt: skip
            for call in calls:
                stage.telephony.take_on(Outgoing(leg=call.leg, endpoint="", ring_seconds=4), told.append)
            async with asyncio.timeout(10):
                while len(told) < 3:
                    await asyncio.sleep(0.05)
            assert told[:2] == [Rang(), PickedUp()]
            assert told[2] == Missed(fate="no_answer", cause="no_answer", rang=True)
            stage.perform(PlayPrompt(id="1", leg=calls[1].leg, prompt=SHORT))
            await stage.told.event(PlaybackFinished)
            stage.perform(HangUp(id="2", leg=calls[1].leg))
            await stage.told.event(CallEnded, calls[1].leg)
            await nothing_is_left(asterisk)

    asyncio.run(main())


def test_without_the_lease_nobody_is_called(asterisk: LocalAsterisk, callees: Callees, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage:
            assert isinstance(stage.told, Told)
            stage.told.fenced = True
            call = Outgoing(leg="never", endpoint="PJSIP/13899999200@local")
            assert not stage.telephony.place(call, lambda told: None)
            stage.told.fenced = False

    asyncio.run(main())
    assert not callees.invites("13899999200")

"""A second party is called and joined, by the adapter alone on a real Asterisk: every end that a dial can have."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.commands import Dial, HangUp, PlayPrompt
from engine.events import CallEnded, DialEnded, PlaybackFinished
from tests.telephony import hearing
from tests.telephony.caller import Caller
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.peers import Peers
from tests.telephony.scene import OTHER, SHORT, Scene, scene
from tests.telephony.tidy import nothing_is_left

ONE, TWO = "8001", "8002"


class Stage:
    """A caller on the line, telephones at the far end, the adapter between."""

    def __init__(self, scene: Scene, peers: Peers, caller: Caller, leg: str) -> None:
        self.scene = scene
        self.peers = peers
        self.caller = caller
        self.leg = leg

    def dial(self, *to: str, **more: object) -> None:
        self.scene.perform(Dial(id="1", leg=self.leg, to=to or (ONE,), **more))  # type: ignore[arg-type]

    async def ended(self, seconds: float = 10.0) -> DialEnded:
        return await self.scene.told.event(DialEnded, self.leg, seconds=seconds)


@asynccontextmanager
async def stage(asterisk: LocalAsterisk, folder: Path) -> AsyncIterator[Stage]:
    async with Peers(asterisk.settings.sip_peer_port) as peers, scene(asterisk, folder) as here:
        async with here.caller() as (caller, leg):
            yield Stage(here, peers, caller, leg)
            if not caller.ended_at:
                here.perform(HangUp(id="99", leg=leg))
                await caller.ended()
        await nothing_is_left(asterisk)


async def talk(one: Caller, other: object, first: int = 300, second: int = 1100) -> None:
    """Both hum, and each hears the other and not itself."""
    one.rtp.sound = hearing.humming(first)
    other.hum(second)  # type: ignore[attr-defined]
    await asyncio.sleep(0.4)
    heard, said = await asyncio.gather(
        hearing.clearest(one.sound, [second], [first]), hearing.clearest(other.sound, [first], [second])  # type: ignore[attr-defined]
    )
    assert hearing.above_noise(heard, second, [first]) > 20, "the caller hears the other"
    assert hearing.above_noise(said, first, [second]) > 20, "the other hears the caller"
    assert hearing.level(heard, first) < hearing.level(heard, second) / 10, "and not himself"


def test_two_talk_until_the_second_hangs_up(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE, caller_id="02088886666")
            phone = await it.peers.rings(ONE)
            assert "02088886666" in phone.caller
            music = await it.caller.until_heard()
            assert music, "the caller hears music while it rings"
            await phone.answer()
            await talk(it.caller, phone)
            await phone.hang_up()
            ended = await it.ended()
            assert (ended.command_id, ended.fate, ended.to) == ("1", "completed", ONE)
            assert 1.0 < ended.seconds < 3.5
            it.scene.perform(PlayPrompt(id="2", leg=it.leg, prompt=SHORT))
            assert not (await it.scene.told.event(PlaybackFinished)).interrupted, "the flow goes on with the caller"
            assert [(news.state, news.to) for news in it.scene.told.parties] == [
                ("offered", ONE), ("answered", ONE), ("ended", ONE)
            ]  # fmt: skip

    asyncio.run(main())


def test_the_first_of_several_wins_and_the_others_are_let_go(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE, TWO, "8003")
            one, two, three = [await it.peers.rings(number) for number in (ONE, TWO, "8003")]
            three.refuse(486)
            await two.answer()
            await asyncio.wait_for(one.cancelled.wait(), 5)
            await talk(it.caller, two)
            await two.hang_up()
            assert (await it.ended()).to == TWO

    asyncio.run(main())


def test_one_after_the_other(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE, TWO, "8003", in_turn=True, ring_seconds=1.5)
            first = await it.peers.rings(ONE)
            await asyncio.sleep(0.3)
            assert not it.peers.called(TWO)
            second = await it.peers.rings(TWO)
            assert first.cancelled.is_set(), "it has rung long enough"
            second.refuse(603)
            third = await it.peers.answers("8003")
            await talk(it.caller, third)
            await third.hang_up()
            assert (await it.ended()).to == "8003"

    asyncio.run(main())


@pytest.mark.parametrize(
    ("statuses", "fate"),
    [([486], "busy"), ([404], "failed"), ([486, 404], "busy"), ([603, 480], "no_answer")],
)
def test_nobody_takes_it(asterisk: LocalAsterisk, tmp_path: Path, statuses: list[int], fate: str) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            numbers = [f"81{status}" for status in statuses]
            it.dial(*numbers)
            for number, status in zip(numbers, statuses, strict=True):
                (await it.peers.rings(number)).refuse(status)
            ended = await it.ended()
            assert (ended.fate, ended.to, ended.seconds) == (fate, "", 0.0)

    asyncio.run(main())


def test_it_rings_in_vain(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE, ring_seconds=1.0)
            phone = await it.peers.rings(ONE)
            assert (await it.ended()).fate == "no_answer"
            await asyncio.wait_for(phone.cancelled.wait(), 5)

    asyncio.run(main())


@pytest.mark.parametrize("key", ["1", "2", None])
def test_a_key_accepts(asterisk: LocalAsterisk, tmp_path: Path, key: str | None) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE, TWO, whisper=SHORT, accept_key="1")
            one, two = await it.peers.rings(ONE), await it.peers.rings(TWO)
            await one.answer()
            await asyncio.sleep(1.0)
            assert hearing.likeness(one.sound(), it.scene.tones.clip("short"))[0] > 0.9, "hears what is whispered"
            assert not two.cancelled.is_set(), "the others ring on until somebody accepts"
            if key is None:
                await one.hang_up()
            else:
                await one.press(key)
            if key == "1":
                await asyncio.wait_for(two.cancelled.wait(), 5)
                await talk(it.caller, one)
                await it.caller.hang_up()
                await asyncio.wait_for(one.over.wait(), 5)
                return
            if key == "2":
                await asyncio.sleep(0.2)
                await one.press("2")
                await asyncio.wait_for(one.over.wait(), 5)
            two.refuse(486)
            assert (await it.ended()).fate == "no_answer", "somebody was there, and did not want it"

    asyncio.run(main())


def test_the_limit_ends_the_talk_after_a_warning(
    asterisk: LocalAsterisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.parties.dialling.WARN_BEFORE", 1.5)

    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE, max_seconds=3.0)
            phone = await it.peers.answers(ONE)
            answered = time.monotonic()
            await asyncio.wait_for(phone.over.wait(), 6)
            assert 2.7 < time.monotonic() - answered < 4.0
            for sound in (phone.sound(answered), it.caller.sound(answered + 0.3)):
                loud, at = hearing.loudest(sound, 1004)
                assert loud > 500 and at > 0.8, "both hear the tone, and not as soon as they talk"
            ended = await it.ended()
            assert (ended.fate, ended.cause) == ("completed", "time_limit")
            assert ended.seconds == pytest.approx(3.0, abs=0.3)

    asyncio.run(main())


def test_music_of_ones_own(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE, hold_music="other")
            phone = await it.peers.rings(ONE)
            await it.caller.until_heard()
            await asyncio.sleep(2.0)
            assert hearing.seconds_of_sound(it.caller.heard) > 1.3, "again and again"
            assert hearing.likeness(it.caller.sound(), it.scene.tones.clip("other"))[0] > 0.9
            await phone.answer()
            await talk(it.caller, phone)
            await phone.hang_up()
            await it.ended()

    asyncio.run(main())


def test_what_the_flow_wants_next_ends_the_dial(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE)
            phone = await it.peers.answers(ONE)
            await asyncio.sleep(0.3)
            it.scene.perform(PlayPrompt(id="2", leg=it.leg, prompt=OTHER))
            await asyncio.wait_for(phone.over.wait(), 5)
            assert (await it.scene.told.event(PlaybackFinished)).command_id == "2"
            assert not [event for event in it.scene.told.of(it.leg) if isinstance(event, DialEnded)]

    asyncio.run(main())


def test_a_dial_that_is_not_wanted_any_more(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE)
            phone = await it.peers.rings(ONE)
            it.scene.telephony.withdraw(it.leg, "1")
            await asyncio.wait_for(phone.cancelled.wait(), 5)

    asyncio.run(main())


MOMENTS = ("ringing", "whispering", "talking")


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("who", ["caller", "callee", "we"])
def test_each_hangs_up_at_each_moment(asterisk: LocalAsterisk, tmp_path: Path, who: str, moment: str) -> None:
    """By the right outlet, and nothing behind: the callee's end is told as the dial's, the caller's as the call's."""

    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE, whisper=() if moment == "talking" else (*SHORT, *SHORT, *SHORT))
            phone = await it.peers.rings(ONE)
            if moment != "ringing":
                await phone.answer()
                await asyncio.sleep(0.5)
            if who == "callee":
                if moment == "ringing":
                    phone.refuse(486)
                else:
                    await phone.hang_up()
                fate = {"ringing": "busy", "whispering": "no_answer", "talking": "completed"}[moment]
                assert (await it.ended()).fate == fate
                return
            if who == "caller":
                await it.caller.hang_up()
            else:
                it.scene.perform(HangUp(id="2", leg=it.leg))
                await it.caller.ended()
            await it.scene.told.event(CallEnded, it.leg)
            await asyncio.wait_for(phone.over.wait(), 5)
            assert not [event for event in it.scene.told.of(it.leg) if isinstance(event, DialEnded)]

    asyncio.run(main())

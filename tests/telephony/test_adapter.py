"""The adapter alone against a real Asterisk: keys, prompts, time-outs and hang-ups, as heard on the wire."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Literal

import pytest

from engine.commands import Answer, Audio, Gather, HangUp, PlayPrompt
from engine.events import CallAnswered, CallEnded, CommandFailed, DigitsGathered, PlaybackFinished
from tests.telephony.caller import CallRefused
from tests.telephony.hearing import likeness, loud
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.scene import LONG, OTHER, SHORT, scene


def test_a_prompt_is_heard_as_it_is(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller("7001") as (caller, leg):
            offer = stage.told.offers[0]
            assert (offer.called, offer.caller) == ("7001", "13800000000")
            stage.perform(Answer(id="1", leg=leg))
            assert (await stage.told.event(CallAnswered)).command_id == "1"
            stage.perform(PlayPrompt(id="2", leg=leg, prompt=(*SHORT, *OTHER)))
            assert not (await stage.told.event(PlaybackFinished)).interrupted
            await caller.until_quiet()
            sound = caller.sound()
            (like_short, at_short), (like_other, at_other) = (
                likeness(sound, stage.tones.clip(n)) for n in ("short", "other")
            )
            assert like_short > 0.95 and like_other > 0.95, "both clips, undistorted"
            assert at_other - at_short == pytest.approx(0.6, abs=0.06), "one right after the other"
            stage.perform(HangUp(id="3", leg=leg))
            await caller.ended()
            assert (await stage.told.event(CallEnded)).cause == "normal"

    asyncio.run(main())


@pytest.mark.parametrize("by", ["rfc4733", "info"])
def test_keys_come_by_rfc_4733_and_by_info(
    asterisk: LocalAsterisk, tmp_path: Path, by: Literal["rfc4733", "info"]
) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller() as (caller, leg):
            stage.perform(Gather(id="1", leg=leg, prompt=SHORT, max_digits=12, timeout=5))
            await caller.answered()
            await caller.until_heard()
            await caller.press("*0123456789#", by=by)
            gathered = await stage.told.event(DigitsGathered)
            assert (gathered.digits, gathered.ended_by) == ("*0123456789#", "max_digits")

    asyncio.run(main())


def test_a_key_stops_the_prompt_at_once(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller() as (caller, leg):
            stage.perform(PlayPrompt(id="1", leg=leg, prompt=LONG, barge_in=True))
            await caller.answered()
            await caller.until_heard()
            await asyncio.sleep(0.3)
            pressed = await caller.press("5")
            assert (await stage.told.event(PlaybackFinished)).interrupted
            last = await caller.until_quiet(0.4)
            assert last - pressed < 0.1, "silent within 100 ms of the key"
            stage.perform(Gather(id="2", leg=leg, prompt=LONG))
            assert (await stage.told.event(DigitsGathered)).digits == "5", "the key is kept"
            stage.perform(Gather(id="3", leg=leg, prompt=OTHER, timeout=5))
            heard_again = await caller.until_heard()
            assert likeness(caller.sound(heard_again), stage.tones.clip("long"))[0] < 0.5, "not the stopped prompt"
            await caller.press("1")
            assert (await stage.told.event(DigitsGathered, number=1)).digits == "1"

    asyncio.run(main())


def test_early_keys_are_kept(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller() as (caller, leg):
            stage.perform(PlayPrompt(id="1", leg=leg, prompt=(*SHORT, *SHORT)))
            await caller.answered()
            await caller.press("42#9")
            await stage.told.event(PlaybackFinished)
            began = time.monotonic()
            stage.perform(Gather(id="2", leg=leg, prompt=LONG, max_digits=8, finish_key="#"))
            assert (await stage.told.event(DigitsGathered)).digits == "42"
            stage.perform(Gather(id="3", leg=leg, prompt=LONG))
            assert (await stage.told.event(DigitsGathered, number=1)).digits == "9"
            assert time.monotonic() - began < 0.2

    asyncio.run(main())


def test_time_outs_run_from_the_right_moments(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller() as (caller, leg):
            stage.perform(Gather(id="1", leg=leg, prompt=SHORT, timeout=0.5))
            await caller.answered()
            gathered = await stage.told.event(DigitsGathered)
            assert (gathered.digits, gathered.ended_by) == ("", "timeout")
            assert 0.4 < time.monotonic() - await caller.until_quiet(0.1) < 1.0, "from the end of the prompt"
            stage.perform(Gather(id="2", leg=leg, max_digits=4, timeout=5, digit_timeout=0.6))
            pressed = await caller.press("12", gap=0.3)
            gathered = await stage.told.event(DigitsGathered, number=1)
            assert (gathered.digits, gathered.ended_by) == ("12", "timeout")
            assert 0.5 < time.monotonic() - pressed < 1.0, "from the last key"

    asyncio.run(main())


def test_a_caller_may_hang_up_at_any_moment(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage:
            for number, prompt in enumerate((LONG, (Audio(asset="slow-long"),), ())):
                async with stage.caller() as (caller, leg):
                    stage.perform(Gather(id="1", leg=leg, prompt=prompt, timeout=0.7))
                    if not prompt:
                        stage.perform(Answer(id="2", leg=leg))
                        stage.perform(Gather(id="3", leg=leg, timeout=0.7))
                    await caller.answered()
                    await caller.hang_up()
                    assert (await stage.told.event(CallEnded, number=number)).cause == "normal"
                    stage.perform(PlayPrompt(id="9", leg=leg, prompt=SHORT))
                    await asyncio.sleep(0.8)
                    assert [type(event) for event in stage.told.of(leg)] == [CallEnded], "the end, and only the end"
            assert asterisk.channels() == "[]"

    asyncio.run(main())


def test_a_caller_who_gives_up_before_the_answer(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller() as (caller, leg):
            await caller.cancel()
            assert (await stage.told.event(CallEnded)).cause == "cancelled"
            assert len(stage.told.of(leg)) == 1

    asyncio.run(main())


def test_a_call_may_be_refused(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage:
            for cause, status in (("busy", 486), ("congestion", 503), ("unallocated", 404)):
                async with stage.caller() as (caller, leg):
                    stage.perform(HangUp(id="1", leg=leg, cause=cause))
                    with pytest.raises(CallRefused) as refusal:
                        await caller.answered()
                    assert refusal.value.status == status
                    assert (await stage.told.event(CallEnded, leg)).cause == cause

    asyncio.run(main())


def test_a_prompt_that_cannot_be_made_or_played_fails_in_words(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller() as (caller, leg):
            stage.perform(PlayPrompt(id="1", leg=leg, prompt=(Audio(asset="missing"),)))
            await caller.answered()
            failed = await stage.told.event(CommandFailed)
            assert (failed.command_id, failed.reason) == ("1", "there is no recording 'missing'")
            (tmp_path / "other.wav").write_bytes(b"no sound at all")
            stage.perform(Gather(id="2", leg=leg, prompt=OTHER))
            failed = await stage.told.event(CommandFailed, number=1)
            assert (failed.command_id, failed.reason) == ("2", "Asterisk could not play the prompt")
            stage.perform(PlayPrompt(id="3", leg=leg, prompt=SHORT))
            assert (await stage.told.event(PlaybackFinished)).command_id == "3", "the call goes on"

    asyncio.run(main())


def test_a_new_command_takes_the_place_of_the_one_before(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller() as (caller, leg):
            for command in range(20):
                stage.perform(PlayPrompt(id=str(command), leg=leg, prompt=LONG))
            stage.perform(PlayPrompt(id="slow", leg=leg, prompt=(Audio(asset="slow-long"),)))
            stage.perform(PlayPrompt(id="last", leg=leg, prompt=OTHER))
            await caller.answered()
            assert (await stage.told.event(PlaybackFinished)).command_id == "last"
            await asyncio.sleep(0.7)
            assert len(stage.told.of(leg)) == 1
            assert likeness(caller.sound(), stage.tones.clip("other"))[0] > 0.9
            assert sum(loud(packet) for packet in caller.heard) < 50, "nothing else was heard"

    asyncio.run(main())


def test_a_far_end_that_died_frees_everything(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller() as (caller, leg):
            stage.perform(Gather(id="1", leg=leg, prompt=SHORT, timeout=0.3))
            await caller.answered()
            caller.vanish()
            caller.answered_at = 0.0  # nobody is there to say goodbye
            assert (await stage.told.event(DigitsGathered)).ended_by == "timeout"
            stage.perform(HangUp(id="2", leg=leg))
            assert (await stage.told.event(CallEnded)).cause == "normal"

    asyncio.run(main())


def test_without_the_lease_nothing_goes_out(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller() as (caller, leg):
            stage.told.fenced = True
            stage.perform(PlayPrompt(id="1", leg=leg, prompt=SHORT))
            with pytest.raises(TimeoutError):
                await caller.answered(0.5)
            await caller.cancel()
            stage.told.fenced = False

    asyncio.run(main())


@pytest.mark.parametrize("number", ["7001", "95588", "+8613800000000", "reception"])
def test_any_number_reaches_us(asterisk: LocalAsterisk, tmp_path: Path, number: str) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller(number) as (_, leg):
            assert stage.told.offers[0].called == number
            stage.perform(HangUp(id="1", leg=leg, cause="busy"))
            await stage.told.event(CallEnded)
            assert len(stage.told.offers) == 1

    asyncio.run(main())

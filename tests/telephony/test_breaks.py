"""What happens to live calls when the engine, its connection or Asterisk goes and comes back."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import msgspec

from engine.adapters.ari import AriConfig, AriTelephony
from engine.commands import Answer, Gather, HangUp, PlayPrompt
from engine.events import CallAnswered, CallEnded, DigitsGathered, PlaybackFinished
from tests.adapters.listener import Told
from tests.telephony.caller import Caller
from tests.telephony.hearing import level
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.scene import LONG, OTHER, SHORT, Tones, scene


def test_calls_of_an_asterisk_that_died_are_lost_and_new_ones_are_served(
    own_asterisk: LocalAsterisk, tmp_path: Path
) -> None:
    async def main() -> None:
        async with scene(own_asterisk, tmp_path) as stage, stage.caller() as (one, leg), stage.caller() as (two, other):
            stage.perform(PlayPrompt(id="1", leg=leg, prompt=LONG))
            stage.perform(Gather(id="1", leg=other, prompt=SHORT, timeout=60))
            await one.answered()
            await two.until_heard()
            killed = time.monotonic()
            own_asterisk.kill()
            for name in (leg, other):
                assert (await stage.told.event(CallEnded, name)).cause == "lost"
            assert time.monotonic() - killed < 1.0
            stage.perform(PlayPrompt(id="2", leg=leg, prompt=SHORT))
            one.vanish()
            two.vanish()
            one.answered_at = two.answered_at = 0.0
            own_asterisk.start()
            assert await stage.told.stock_taken(2, 20) == []
            async with stage.caller() as (caller, again):
                stage.perform(PlayPrompt(id="1", leg=again, prompt=SHORT))
                await caller.answered()
                await stage.told.event(PlaybackFinished, again)
            assert [type(event) for event in stage.told.of(leg)] == [CallEnded]

    asyncio.run(main())


def test_the_next_engine_finds_the_calls_and_silences_what_still_plays(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with Caller(asterisk.sip_port, number="13800000000") as caller:
            async with scene(asterisk, tmp_path) as first:
                await caller.dial("7001")
                leg = (await first.told.offer()).leg
                for prompt in (SHORT, SHORT, LONG):  # the third name, not the first
                    first.perform(PlayPrompt(id="1", leg=leg, prompt=prompt))
                await caller.answered()
                await caller.until_heard()
            await asyncio.sleep(0.3)
            async with scene(asterisk, tmp_path) as second:
                (found,) = second.told.found[0]
                assert (found.leg, found.caller, found.called, found.answered) == (leg, "13800000000", "7001", True)
                began = time.monotonic()
                second.perform(Gather(id="1", leg=leg, prompt=OTHER, timeout=10))
                at = await caller.until_like(second.tones.clip("other"), began)
                assert at < 2.0, "the new prompt is heard at once, not after the 19 s that are left of the old one"
                assert level(caller.sound(began), 440) < 100, "of which nothing is heard any more"
                await caller.press("1")
                assert (await second.told.event(DigitsGathered)).digits == "1"
                second.perform(HangUp(id="2", leg=leg))
                await caller.ended()

    asyncio.run(main())


def test_of_two_engines_the_first_is_told_and_stays_away(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as first, Caller(asterisk.sip_port) as caller:
            await caller.dial("7001")
            leg = (await first.told.offer()).leg
            first.perform(PlayPrompt(id="1", leg=leg, prompt=LONG))
            await caller.until_heard()
            async with scene(asterisk, tmp_path) as second:
                assert [found.leg for found in second.told.found[0]] == [leg]
                await asyncio.sleep(0.5)
                assert first.told.was_replaced and not second.told.was_replaced
                first.perform(HangUp(id="2", leg=leg))
                second.perform(Gather(id="2", leg=leg, prompt=SHORT))
                await caller.press("3")
                assert (await second.told.event(DigitsGathered)).digits == "3"
                await asyncio.sleep(0.5)
                assert not first.told.events and len(first.told.found) == 1

    asyncio.run(main())


def test_a_caller_who_came_while_no_engine_was_there_is_served_by_the_next(
    asterisk: LocalAsterisk, tmp_path: Path
) -> None:
    async def main() -> None:
        async with Caller(asterisk.sip_port) as caller:
            await caller.call("7001")
            assert await caller.until_heard() > 0, "one moment, please"
            async with scene(asterisk, tmp_path) as stage:
                offer = await stage.told.offer(0, 20)
                assert offer.called == "7001"
                stage.perform(Answer(id="1", leg=offer.leg))
                assert (await stage.told.event(CallAnswered)).command_id == "1"
                stage.perform(HangUp(id="2", leg=offer.leg))
                await caller.ended()

    asyncio.run(main())


def test_a_wrong_password_is_said_and_tried_again_slowly(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        good = asterisk.ari
        wrong = AriConfig.read(f"http://callweave:wrong@{good.url.split('//')[1].split('/')[0]}/ari")
        told = Told()
        telephony = AriTelephony(wrong, told, Tones(tmp_path))
        running = asyncio.create_task(telephony.run())
        await asyncio.sleep(0.5)
        assert not running.done() and not told.found
        await telephony.close()
        await asyncio.wait_for(running, 5)

    asyncio.run(main())


def test_a_connection_that_hangs_is_given_up(tmp_path: Path) -> None:
    async def main() -> None:
        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        config = AriConfig.read(f"http://user:secret@127.0.0.1:{port}/ari")
        told = Told()
        telephony = AriTelephony(msgspec.structs.replace(config, time_limit=0.2), told, Tones(tmp_path))
        running = asyncio.create_task(telephony.run())
        await asyncio.sleep(1.0)
        assert not running.done() and not told.found
        await telephony.close()
        await asyncio.wait_for(running, 5)
        server.close()

    asyncio.run(main())

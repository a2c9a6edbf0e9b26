"""Whoever comes second in a call is recorded like the first, and what lies under the talk lies under him as well.

Debian's Asterisk (its patch 2016_opus_plc) takes the packets of the second for packets that come too late, where the
first one's went by a leg that is listened to or whispered to, and the second's numbers lie below the first one's by less
than half of all numbers. So these telephones count from such numbers on.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from urllib.parse import quote

from engine.commands import Dial, JoinConference, PlayPrompt, RecordCall
from engine.events import CallRecorded, CommandDone, DialEnded, PlaybackFinished
from tests.telephony import hearing
from tests.telephony.caller import Caller
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.peers import Peers, Phone
from tests.telephony.scene import SHORT, Scene, scene
from tests.telephony.test_background import LOUDNESS, SOUND, call, loudness, near
from tests.telephony.test_background import on_stage as with_background
from tests.telephony.test_recording import Shelf, on_stage
from tests.telephony.tidy import nothing_is_left

ONE, TWO, THREE = "8001", "8002", "8003"
FIRST, SECOND = 0xC000, 0xA000
"""Numbers of two telephones' packets: the second's pass for late ones for minutes."""


async def takes(peers: Peers, number: str, sequence: int, hertz: int) -> Phone:
    """Somebody takes a call, and hums."""
    phone = await peers.rings(number)
    phone.rtp.sequence = sequence
    await phone.answer()
    phone.hum(hertz)
    return phone


async def until_heard(caller: Caller | Phone, hertz: int) -> None:
    """Wait until a telephone has heard a tone for half a second."""
    async with asyncio.timeout(30):
        level = 0.0
        while level < 2000:
            since = time.monotonic()
            await asyncio.sleep(0.5)
            level = hearing.level(caller.sound(since), hertz)


async def is_recorded(stage: Scene, caller: Caller, leg: str) -> None:
    """The call is answered, and recorded."""
    stage.perform(PlayPrompt(id="0", leg=leg, prompt=SHORT))
    await caller.answered()
    await stage.told.event(PlaybackFinished)
    stage.perform(RecordCall(id="1", leg=leg))
    await stage.told.event(CommandDone)


async def both_are_there(stage: Scene, shelf: Shelf, caller: Caller, leg: str) -> None:
    """The caller leaves; his recording has, one after the other, those whom he heard."""
    await caller.hang_up()
    kept = await stage.told.event(CallRecorded, leg)
    other = shelf.sound(kept.asset)[1]
    pieces = [other[start : start + 800] for start in range(0, len(other) - 800, 800)]
    first, second = (
        [n for n, piece in enumerate(pieces) if hearing.level(piece, hertz) > 2000] for hertz in (600, 1100)
    )
    assert len(first) > 2 and len(second) > 2, (first, second)
    assert max(first) < min(second)


def test_a_second_dial(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def play(stage: Scene, shelf: Shelf, caller: Caller, leg: str) -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers:
            await is_recorded(stage, caller, leg)
            for number, (sequence, hertz) in enumerate(((FIRST, 600), (SECOND, 1100))):
                stage.perform(Dial(id=f"d{number}", leg=leg, to=(ONE,)))
                phone = await takes(peers, ONE, sequence, hertz)
                await until_heard(caller, hertz)
                await phone.hang_up()
                await stage.told.event(DialEnded, number=number)
            await both_are_there(stage, shelf, caller, leg)

    on_stage(asterisk, tmp_path, play)


def test_a_second_dial_by_the_next_engine_and_the_one_after_it(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        shelf = Shelf(tmp_path)
        async with Peers(asterisk.settings.sip_peer_port) as peers, Caller(asterisk.sip_port) as caller:
            async with scene(asterisk, tmp_path, shelf.keeper) as before:
                await caller.dial("7001")
                leg = (await before.told.offer()).leg
                await is_recorded(before, caller, leg)
                before.perform(Dial(id="d0", leg=leg, to=(ONE,)))
                phone = await takes(peers, ONE, FIRST, 600)
                await until_heard(caller, 600)
            async with scene(asterisk, tmp_path, shelf.keeper) as after:
                after.perform(Dial(id="d0", leg=leg, to=(ONE,)))
                await until_heard(caller, 600)
                await phone.hang_up()
                await after.told.event(DialEnded)
                after.perform(Dial(id="d1", leg=leg, to=(TWO,)))
                phone = await takes(peers, TWO, SECOND, 1100)
                await until_heard(caller, 1100)
            async with scene(asterisk, tmp_path, shelf.keeper) as third:
                third.perform(Dial(id="d1", leg=leg, to=(TWO,)))
                await until_heard(caller, 1100)
                await phone.hang_up()
                assert (await third.told.event(DialEnded)).to == TWO
                assert peers.called(TWO) == 1
                await both_are_there(third, shelf, caller, leg)
        await nothing_is_left(asterisk)
        shelf.stores.close()

    asyncio.run(main())


def test_whoever_a_call_is_passed_on_to(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def play(stage: Scene, shelf: Shelf, caller: Caller, leg: str) -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers:
            await is_recorded(stage, caller, leg)
            stage.perform(Dial(id="d", leg=leg, to=(ONE,)))
            agent = await takes(peers, ONE, FIRST, 600)
            await until_heard(caller, 600)
            assert await agent.refer(TWO) == 202
            await takes(peers, TWO, SECOND, 1100)
            await until_heard(caller, 1100)
            await asyncio.wait_for(agent.over.wait(), 30)
            await both_are_there(stage, shelf, caller, leg)

    on_stage(asterisk, tmp_path, play)


def test_whoever_was_asked_first(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def play(stage: Scene, shelf: Shelf, caller: Caller, leg: str) -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers:
            await is_recorded(stage, caller, leg)
            stage.perform(Dial(id="d", leg=leg, to=(ONE,)))
            agent = await takes(peers, ONE, FIRST, 600)
            await until_heard(caller, 600)
            async with stage.caller("7002") as (asking, second):
                stage.perform(Dial(id="e", leg=second, to=(THREE,)))
                await takes(peers, THREE, SECOND, 1100)
                await until_heard(asking, 1100)
                replaces = f"{quote(asking.call_id, safe='')}%3Bto-tag%3D{asking.to_tag}%3Bfrom-tag%3D{asking.tag}"
                assert await agent.refer(THREE, replaces=replaces) == 202
                await until_heard(caller, 1100)
                await asking.hang_up()
            await asyncio.wait_for(agent.over.wait(), 30)
            await until_heard(caller, 1100)
            await both_are_there(stage, shelf, caller, leg)

    on_stage(asterisk, tmp_path, play)


def test_a_room_after_a_dial(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def play(stage: Scene, shelf: Shelf, caller: Caller, leg: str) -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers:
            await is_recorded(stage, caller, leg)
            stage.perform(Dial(id="d", leg=leg, to=(ONE,)))
            phone = await takes(peers, ONE, FIRST, 600)
            await until_heard(caller, 600)
            await phone.hang_up()
            await stage.told.event(DialEnded)
            async with stage.caller("7002") as (other, second):
                other.rtp.sequence, other.rtp.sound = SECOND, hearing.humming(1100)
                for one in (leg, second):
                    stage.perform(JoinConference(id="r", leg=one, room="r"))
                await until_heard(caller, 1100)
                await both_are_there(stage, shelf, caller, leg)
                await other.hang_up()

    on_stage(asterisk, tmp_path, play)


def test_a_supervisor_hears_the_second(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers, scene(asterisk, tmp_path) as stage:
            async with stage.caller() as (caller, leg):
                stage.perform(Dial(id="d0", leg=leg, to=(ONE,)))
                phone = await takes(peers, ONE, FIRST, 600)
                await until_heard(caller, 600)
                stage.telephony.parties.listening.begin("main", leg, name="s", to=THREE, mode="listen", by="Ann")
                boss = await peers.answers(THREE)
                await until_heard(boss, 600)
                await phone.hang_up()
                await stage.told.event(DialEnded)
                stage.perform(Dial(id="d1", leg=leg, to=(TWO,)))
                await takes(peers, TWO, SECOND, 1100)
                await until_heard(boss, 1100)
                await caller.hang_up()
            await nothing_is_left(asterisk)

    asyncio.run(main())


def test_a_sound_under_the_second(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with (
            Peers(asterisk.settings.sip_peer_port) as peers,
            with_background(asterisk, tmp_path) as stage,
            call(asterisk, stage) as (caller, leg),
        ):
            await stage.background(leg, volume=30)
            for number, (sequence, hertz) in enumerate(((FIRST, 850), (SECOND, 1100))):
                stage.telephony.perform(Dial(id=f"d{number}", leg=leg, to=(ONE,)), "r", "main")
                phone = await takes(peers, ONE, sequence, hertz)
                await until_heard(caller, hertz)
                under = await loudness(caller, SOUND, LOUDNESS * 0.3, seconds=0.5)
                assert near(under, LOUDNESS * 0.3), f"{number}: {under}"
                await phone.hang_up()
                await stage.told.event(DialEnded, number=number)
            await caller.hang_up()
            await nothing_is_left(asterisk)

    asyncio.run(main())

"""A sound under the conversation, on a real Asterisk: told by its tone, under prompts and between them, louder and softer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from engine.adapters.ari import AriTelephony
from engine.adapters.speech import Speech, SpeechConfig
from engine.commands import Audio, Dial, Gather, HangUp, JoinConference, PlayBackground, PlayPrompt
from engine.events import CallEnded, CommandDone, CommandFailed, DialEnded, DigitsGathered, PlaybackFinished
from tests.adapters.listener import Told
from tests.telephony import hearing
from tests.telephony.caller import Caller
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.peers import Peers
from tests.telephony.tidy import nothing_is_left

SOUND, PROMPT = 600, 1200
LOUDNESS = 8000.0
PROMPTED = (Audio(asset="prompt"),)
UPPER_HALF = 0xC000
"""RTP numbers that Debian's Asterisk takes for late ones after µ-law without numbers (callweave/asterisk/sounds.py)."""


class Stage:
    """An adapter with recordings: `sound` hums 600 Hz for three seconds, `prompt` 1200 Hz for two."""

    def __init__(self, asterisk: LocalAsterisk, folder: Path) -> None:
        self.told = Told()
        for name, hertz, seconds in (("sound", SOUND, 3.0), ("prompt", PROMPT, 2.0)):
            (folder / "assets" / name).mkdir(parents=True, exist_ok=True)
            path = folder / "assets" / name / "any.wav"
            if not path.exists():
                hearing.write_recording(path, hearing.tone(hertz, seconds, LOUDNESS))
        self.speech = Speech(SpeechConfig(folder=folder / "prompts", recordings=folder / "assets"))
        self.telephony = AriTelephony(asterisk.ari, self.told, self.speech)
        self._done = 0

    async def background(self, leg: str, action: str = "start", volume: int = 30, audio: str = "sound") -> None:
        number = sum(isinstance(event, CommandDone) for _, event in self.told.events)
        command = PlayBackground(id=f"b{number}", leg=leg, action=action, audio=audio, volume=volume)  # type: ignore[arg-type]
        self.telephony.perform(command, "r", "main")
        assert (await self.told.event(CommandDone, number=number)).command_id == command.id


@asynccontextmanager
async def on_stage(asterisk: LocalAsterisk, folder: Path) -> AsyncIterator[Stage]:
    stage = Stage(asterisk, folder)
    running = asyncio.create_task(stage.telephony.run())
    try:
        await stage.told.stock_taken()
        yield stage
    finally:
        await stage.telephony.close()
        await asyncio.wait_for(running, 10)
        await asyncio.to_thread(stage.speech.close)
    assert not stage.speech._clips._held, "clips are given back"


@asynccontextmanager
async def call(asterisk: LocalAsterisk, stage: Stage) -> AsyncIterator[tuple[Caller, str]]:
    async with Caller(asterisk.sip_port, number="13800000000") as caller:
        await caller.dial("7001")
        leg = (await stage.told.offer()).leg
        stage.telephony.perform(PlayPrompt(id="0", leg=leg, prompt=()), "r", "main")
        stage.telephony.perform(Gather(id="0", leg=leg, prompt=PROMPTED, timeout=0.1), "r", "main")
        await caller.answered()
        await stage.told.event(DigitsGathered)
        yield caller, leg


async def loudness(caller: Caller, hertz: int, wanted: float, seconds: float = 1.0) -> float:
    """How loud a tone is heard; measured again on a busy machine, until it is about as loud as wanted."""
    level = 0.0
    for _ in range(6):
        since = time.monotonic()
        await asyncio.sleep(seconds)
        level = hearing.level(caller.sound(since), hertz)
        if wanted * 0.8 <= level <= max(wanted * 1.25, 60):
            break
    return level


def near(level: float, wanted: float) -> bool:
    return wanted * 0.8 <= level <= max(wanted * 1.25, 60)


def test_it_is_heard_between_prompts_and_under_them_as_loud_as_asked(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with on_stage(asterisk, tmp_path) as stage, call(asterisk, stage) as (caller, leg):
            await stage.background(leg, volume=30)
            quiet = await loudness(caller, SOUND, LOUDNESS * 0.3)
            assert near(quiet, LOUDNESS * 0.3), f"between prompts: {quiet}"
            await asyncio.sleep(3)
            assert near(await loudness(caller, SOUND, LOUDNESS * 0.3), LOUDNESS * 0.3), "it goes on"
            stage.telephony.perform(PlayPrompt(id="1", leg=leg, prompt=PROMPTED * 4), "r", "main")
            under = await loudness(caller, SOUND, LOUDNESS * 0.3)
            assert near(under, LOUDNESS * 0.3), f"under a prompt: {under}"
            assert near(await loudness(caller, PROMPT, LOUDNESS), LOUDNESS), "the prompt is as loud as ever"
            await stage.told.event(PlaybackFinished, number=1, seconds=15)
            after = await loudness(caller, SOUND, LOUDNESS * 0.3)
            assert near(after, LOUDNESS * 0.3), f"after a prompt: {after}"
            await stage.background(leg, volume=100)
            loud = await loudness(caller, SOUND, LOUDNESS)
            assert near(loud, LOUDNESS), f"at 100 %: {loud}"
            await stage.background(leg, "stop")
            assert await loudness(caller, SOUND, 0) < 60
            stage.telephony.perform(PlayPrompt(id="2", leg=leg, prompt=PROMPTED * 2), "r", "main")
            assert near(await loudness(caller, PROMPT, LOUDNESS), LOUDNESS)
            stage.telephony.perform(HangUp(id="3", leg=leg), "r", "main")
            await stage.told.event(CallEnded)
        await nothing_is_left(asterisk)

    asyncio.run(main())


def test_it_lies_under_those_who_are_joined_and_goes_on_after(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with (
            Peers(asterisk.settings.sip_peer_port) as peers,
            on_stage(asterisk, tmp_path) as stage,
            call(asterisk, stage) as (caller, leg),
        ):
            await stage.background(leg, volume=30)
            stage.telephony.perform(Dial(id="1", leg=leg, to=("8001",)), "r", "main")
            phone = await peers.rings("8001")
            await asyncio.sleep(0.5)  # he waits with the music of the house
            phone.rtp.sequence = UPPER_HALF
            await phone.answer()
            phone.hum(1100)
            spoken = await loudness(caller, 1100, 4000)
            assert spoken > 3000, f"the other is heard: {spoken}"
            under = await loudness(caller, SOUND, LOUDNESS * 0.3)
            assert near(under, LOUDNESS * 0.3), f"under the other: {under}"
            assert hearing.level(phone.sound(time.monotonic() - 1), SOUND) < 60, "the other hears nothing of it"
            await phone.hang_up()
            await stage.told.event(DialEnded)
            after = await loudness(caller, SOUND, LOUDNESS * 0.3)
            assert near(after, LOUDNESS * 0.3), f"afterwards: {after}"
            stage.telephony.perform(JoinConference(id="2", leg=leg, room="r"), "r", "main")
            room = await loudness(caller, SOUND, LOUDNESS * 0.3, seconds=1.5)
            assert near(room, LOUDNESS * 0.3), f"alone in a room: {room}"
            await caller.hang_up()
            await stage.told.event(CallEnded)
            await nothing_is_left(asterisk)

    asyncio.run(main())


def test_it_ends_with_the_call_and_what_is_missing_is_said(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with on_stage(asterisk, tmp_path) as stage, call(asterisk, stage) as (caller, leg):
            stage.telephony.perform(PlayBackground(id="1", leg=leg, audio="none"), "r", "main")
            assert "no recording 'none'" in (await stage.told.event(CommandFailed)).reason
            await stage.background(leg)
            await caller.hang_up()
            await stage.told.event(CallEnded)
            await nothing_is_left(asterisk)

    asyncio.run(main())


def test_the_next_engine_goes_on_with_it(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with on_stage(asterisk, tmp_path) as stage:
            caller = await Caller(asterisk.sip_port).__aenter__()
            await caller.dial("7001")
            leg = (await stage.told.offer()).leg
            stage.telephony.perform(PlayPrompt(id="0", leg=leg, prompt=PROMPTED), "r", "main")
            await caller.answered()
            await stage.told.event(PlaybackFinished)
            await stage.background(leg)
            assert near(await loudness(caller, SOUND, LOUDNESS * 0.3), LOUDNESS * 0.3)
        async with on_stage(asterisk, tmp_path) as after:
            await asyncio.sleep(25)  # longer than all that the engine before had put in the queue
            assert near(await loudness(caller, SOUND, LOUDNESS * 0.3), LOUDNESS * 0.3)
            await after.background(leg, "stop")
            assert await loudness(caller, SOUND, 0) < 60
            after.telephony.perform(HangUp(id="3", leg=leg), "r", "main")
            await caller.ended()
            caller.vanish()
        await nothing_is_left(asterisk)

    asyncio.run(main())

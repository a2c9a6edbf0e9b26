"""What a caller says is understood, on a real Asterisk: words spoken by espeak-ng, keys, silence, a service of one's own."""

from __future__ import annotations

import asyncio
import io
import subprocess
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile
import soxr
from aiohttp import WSMsgType, web

from engine.adapters.ari import AriTelephony
from engine.adapters.recognition import Recognizers
from engine.commands import Audio, HangUp, Listen, Phrase
from engine.events import CallEnded, CommandFailed, DigitsGathered, SpeechHeard
from tests import needs
from tests.product import free_port
from tests.telephony import hearing
from tests.telephony.caller import Caller
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.scene import LONG, SHORT, Scene, scene
from tests.telephony.tidy import nothing_is_left

WORDS = ("yes", "no", "sales", "support", "agent")
PHRASES = tuple(Phrase(label=word, words=(word,)) for word in WORDS)


def spoken(words: str, voice: str = "en-us") -> hearing.Samples:
    """Words as a caller says them: 8 kHz, about as loud as a person."""
    said = subprocess.run(["espeak-ng", "-v", voice, "-s", "130", "--stdout", words], capture_output=True, check=True)
    sound, rate = soundfile.read(io.BytesIO(said.stdout))
    return np.asarray(soxr.resample(sound, rate, hearing.RATE) * 12_000, float)


def say(caller: Caller, words: str, voice: str = "en-us") -> None:
    sound = np.pad(spoken(words, voice), (0, 160))
    law = hearing.law(sound)
    caller.rtp.words.extend(law[place : place + 160] for place in range(0, len(law) - 159, 160))


def listen(leg: str, number: int = 1, *, language: str = "en", timeout: float = 8.0, **more: object) -> Listen:
    asked: dict[str, object] = {"prompt": SHORT, "phrases": PHRASES} | more
    return Listen(id=str(number), leg=leg, language=language, timeout=timeout, **asked)  # type: ignore[arg-type]


def scened(asterisk: LocalAsterisk, folder: Path, service: str | None = None) -> Scene:
    stage = Scene(asterisk, folder)
    stage.telephony = AriTelephony(asterisk.ari, stage.told, stage.tones, recognizers=Recognizers(service))
    return stage


def test_words_are_understood_keys_and_silence_as_well(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller() as (caller, leg):
            stage.perform(listen(leg, 0, timeout=0.2))
            await caller.answered()
            silence = await stage.told.event(SpeechHeard)
            assert (silence.command_id, silence.label, silence.spoke) == ("0", "", False)
            right = []
            for number, word in enumerate(WORDS, 1):
                stage.perform(listen(leg, number))
                await caller.until_heard()
                await caller.until_quiet()
                say(caller, word)
                heard = await stage.told.event(SpeechHeard, number=number, seconds=20)
                assert heard.spoke
                right.append(heard.label == word)
            assert sum(right) >= 4, right
            stage.perform(listen(leg, 11, prompt=LONG))
            await caller.until_heard()
            await asyncio.sleep(0.5)
            say(caller, "support")
            heard = await stage.told.event(SpeechHeard, number=6, seconds=20)
            assert (heard.command_id, heard.label) == ("11", "support"), "nobody is talked over"
            await caller.until_quiet()
            stage.perform(listen(leg, 12, prompt=LONG))
            await caller.until_heard()
            await caller.press("2")
            assert (await stage.told.event(DigitsGathered)).digits == "2"
            await caller.until_quiet()
            stage.perform(listen(leg, 13))
            await caller.until_heard()
            say(caller, "good morning to everybody")
            heard = await stage.told.event(SpeechHeard, number=7, seconds=20)
            assert (heard.label, heard.spoke) == ("", True), "what is no phrase is taken for none"
            stage.perform(HangUp(id="14", leg=leg))
            await stage.told.event(CallEnded)
            await nothing_is_left(asterisk)

    asyncio.run(main())


def test_a_caller_who_hangs_up_while_listened_to(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller() as (caller, leg):
            stage.perform(listen(leg))
            await caller.answered()
            await caller.until_heard()
            say(caller, "support")
            await asyncio.sleep(0.3)
            await caller.hang_up()
            await stage.told.event(CallEnded)
            await nothing_is_left(asterisk)
            assert [type(event) for _, event in stage.told.events] == [CallEnded]

    asyncio.run(main())


def test_the_next_engine_asks_again_and_nothing_is_left(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with Caller(asterisk.sip_port) as caller:
            async with scene(asterisk, tmp_path) as before:
                await caller.dial("7001")
                leg = (await before.told.offer()).leg
                before.perform(listen(leg))
                await caller.answered()
                await caller.until_heard()
            async with scene(asterisk, tmp_path) as after:
                after.perform(listen(leg))
                await caller.until_heard()
                await caller.until_quiet()
                say(caller, "yes")
                assert (await after.told.event(SpeechHeard, seconds=20)).label == "yes"
                after.perform(HangUp(id="2", leg=leg))
                await caller.ended()
                await nothing_is_left(asterisk)

    asyncio.run(main())


@pytest.mark.parametrize("fate", ["answers", "is away"])
def test_a_service_of_ones_own_understands_chinese(asterisk: LocalAsterisk, tmp_path: Path, fate: str) -> None:
    """It is sent all that was said; without it a key still counts, and without a key it is said that it is away."""
    asked: list[dict[str, object]] = []
    sounds: list[bytes] = []

    async def serve(request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        async for message in connection:
            if message.type is WSMsgType.BINARY:
                sounds.append(message.data)
            elif (said := msgspec.json.decode(message.data))["type"] == "start":
                asked.append(said)
            else:
                await connection.send_str('{"text": "我要找客服", "label": "客服", "confidence": 0.9}')
        return connection

    async def main() -> None:
        port = free_port("tcp")
        app = web.Application()
        app.router.add_get("/speech", serve)
        runner = web.AppRunner(app)
        await runner.setup()
        if fate == "answers":
            await web.TCPSite(runner, "127.0.0.1", port).start()
        stage = scened(asterisk, tmp_path, f"ws://127.0.0.1:{port}/speech")
        running = asyncio.create_task(stage.telephony.run())
        await stage.told.stock_taken()
        phrases = (Phrase(label="客服", words=("客服", "人工")),)
        async with stage.caller() as (caller, leg):
            stage.perform(listen(leg, phrases=phrases, language="zh-CN"))
            await caller.answered()
            await caller.until_heard()
            await caller.until_quiet()
            say(caller, "我要找客服", "cmn")
            if fate == "answers":
                heard = await stage.told.event(SpeechHeard)
                assert (heard.label, heard.text, heard.confidence) == ("客服", "我要找客服", 0.9)
                start = {"type": "start", "language": "zh-CN", "rate": 8000}
                assert asked == [start | {"phrases": [{"label": "客服", "words": ["客服", "人工"]}]}]
                whole = np.frombuffer(b"".join(sounds), "<i2").astype(float)
                said = spoken("我要找客服", "cmn")
                pieces = sorted(np.split(said[: len(said) // 1200 * 1200], len(said) // 1200), key=np.linalg.norm)[-3:]
                alike = [hearing.likeness(whole, piece)[0] for piece in pieces]
                assert max(alike) > 0.8, f"a packet that comes late spoils one piece of it, not all: {alike}"
                assert 0.7 < len(whole) / 8000 < 4
            else:
                assert "no answer from the recognizer" in (await stage.told.event(CommandFailed)).reason
                stage.perform(listen(leg, 2, phrases=phrases, language="zh-CN"))
                await caller.until_heard()
                await caller.press("1")
                assert (await stage.told.event(DigitsGathered)).digits == "1"
            stage.perform(HangUp(id="3", leg=leg))
            await caller.ended()
            await nothing_is_left(asterisk)
        await stage.telephony.close()
        await running
        await runner.cleanup()

    asyncio.run(main())


def test_without_a_recognizer_keys_are_the_answer(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller() as (caller, leg):
            stage.perform(listen(leg, language="zh-CN", prompt=(Audio(asset="short"),), timeout=1.0))
            await caller.answered()
            assert not (await stage.told.event(SpeechHeard)).spoke
            stage.perform(listen(leg, 2, language="zh-CN"))
            await caller.press("7")
            assert (await stage.told.event(DigitsGathered)).digits == "7"
            stage.perform(HangUp(id="3", leg=leg))
            await stage.told.event(CallEnded)
            await nothing_is_left(asterisk)

    asyncio.run(main())


@pytest.fixture(autouse=True, scope="module")
def speech_program() -> None:
    try:
        subprocess.run(["espeak-ng", "--version"], capture_output=True, check=True)
    except OSError as error:
        needs.absent(f"espeak-ng: {error}")

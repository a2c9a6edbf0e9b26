"""Speech through a real Asterisk: what was made is what the caller hears, in both languages, without gaps."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from engine.adapters.ari import AriTelephony
from engine.adapters.speech import Speech, SpeechConfig
from engine.commands import Digits, Gather, HangUp, Pause, PlayPrompt, Say
from engine.events import DigitsGathered, PlaybackFinished
from tests import needs
from tests.adapters.listener import Told
from tests.telephony.caller import Caller
from tests.telephony.hearing import likeness, recording, seconds_of_sound
from tests.telephony.local_asterisk import LocalAsterisk

CHINESE = (
    Say(text="您好，您的卡号是", language="zh-CN", constant=True), Digits(digits="60318", language="zh-CN"),
    Pause(seconds=0.5), Say(text="谢谢。", language="zh-CN", constant=True),
)  # fmt: skip
ENGLISH = (
    Say(text="Hello", language="en", constant=True), Say(text="Mary,", language="en"),
    Say(text="press one to confirm.", language="en", constant=True),
)  # fmt: skip


@pytest.mark.parametrize("prompt", [CHINESE, ENGLISH], ids=["zh-CN", "en"])
def test_what_was_spoken_is_heard(asterisk: LocalAsterisk, tmp_path: Path, prompt: tuple[object, ...]) -> None:
    needs.require("espeak-ng")

    async def main() -> None:
        told, speech = Told(), Speech(SpeechConfig(folder=tmp_path / "prompts"))
        telephony = AriTelephony(asterisk.ari, told, speech)
        running = asyncio.create_task(telephony.run())
        await told.stock_taken()
        async with Caller(asterisk.sip_port) as caller:
            await caller.dial("7001")
            leg = (await told.offer()).leg
            telephony.perform(PlayPrompt(id="1", leg=leg, prompt=prompt), "s-1-1")  # type: ignore[arg-type]
            await told.event(PlaybackFinished, seconds=30)
            await caller.until_quiet()
            sound = caller.sound()
            clips = speech.at_hand(prompt)  # type: ignore[arg-type]
            assert clips is not None
            begins = 0.0
            for clip in clips:
                samples = recording(f"{clip}.wav")
                if samples.any():
                    from_here = max(0.0, begins - 0.1)
                    like, at = likeness(sound[int(from_here * 8000) :], samples)
                    assert like > 0.9, f"{clip} is heard as it is"
                    assert at < 0.75, "right after the one before, but for a pause"
                    begins = from_here + at + len(samples) / 8000
            whole = sum(len(recording(f"{clip}.wav")) for clip in clips) / 8000
            assert begins == pytest.approx(whole, abs=1.0)
            assert 0.5 * whole < seconds_of_sound(caller.heard) <= whole + 0.1
            began = time.monotonic()
            telephony.perform(Gather(id="2", leg=leg, prompt=prompt), "s-1-2")  # type: ignore[arg-type]
            await caller.until_heard(since=began)
            assert time.monotonic() - began < 0.5, "nothing is made twice"
            await caller.press("1")
            assert (await told.event(DigitsGathered)).digits == "1"
            telephony.perform(HangUp(id="3", leg=leg), "s-1-3")
            await caller.ended()
        await telephony.close()
        await running
        speech.release(clips)
        assert not speech._clips._held
        await asyncio.to_thread(speech.close)

    asyncio.run(main())

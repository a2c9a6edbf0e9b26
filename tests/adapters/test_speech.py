"""Prompts made into sound files: what they sound like, how they are kept, and what is refused."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import wave
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.adapters.prompts import PromptFailed
from engine.adapters.speech import (
    Speech,
    SpeechBusy,
    SpeechConfig,
    SpeechFailed,
    SpeechRefused,
    SpeechUnavailable,
    Workshop,
)
from engine.adapters.speech.espeak import Espeak, lines
from engine.adapters.speech.order import orders
from engine.adapters.speech.voices import Voice, voice_for, word_for
from engine.commands import Audio, Digits, Part, Pause, Say

HELLO = Say(text="Hello, this is the hospital.", language="en", constant=True)
NIHAO = Say(text="您好，这里是医院。", language="zh-CN", constant=True)


def samples(clip: str) -> np.ndarray:
    with wave.open(f"{clip}.wav", "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)


def made(config: SpeechConfig, *prompts: tuple[Part, ...]) -> list[list[str]]:
    async def main() -> list[list[str]]:
        speech = Speech(config)
        try:
            return [await speech.media(prompt) for prompt in prompts]
        finally:
            await asyncio.to_thread(speech.close)

    return asyncio.run(main())


def test_speech_is_a_telephone_wav_without_extension(speech_config: SpeechConfig) -> None:
    for (clip,) in made(speech_config, (HELLO,), (NIHAO,)):
        assert Path(clip).is_absolute() and not clip.endswith(".wav")
        sound = samples(clip)
        assert 1.0 < len(sound) / 8000 < 5.0
        first, last = np.nonzero(np.abs(sound) > 100)[0][[0, -1]]
        assert first < 0.05 * 8000, "begins at once"
        assert 0.2 * 8000 < len(sound) - last < 0.4 * 8000, "a full stop is a short pause"


def test_all_clips_are_equally_loud(speech_config: SpeechConfig) -> None:
    texts = [
        HELLO,
        NIHAO,
        Say(text="One", language="en"),
        Say(text="请按一", language="zh-CN"),
        Say(text="Ha!", language="de"),
    ]
    levels = []
    for (clip,) in made(speech_config, *((text,) for text in texts)):
        frames = samples(clip)
        frames = frames[: len(frames) // 80 * 80].reshape(-1, 80)
        loud = np.sqrt(np.mean(frames**2, axis=1))
        levels.append(20 * np.log10(np.sqrt(np.mean(loud[loud > loud.max() * 0.1] ** 2))))
        assert np.abs(frames).max() < 32767, "nothing is clipped"
    assert max(levels) - min(levels) < 3.0, f"decibels: {levels}"


def test_a_text_that_goes_on_joins_without_a_pause(speech_config: SpeechConfig) -> None:
    (clips,) = made(
        speech_config,
        (Say(text="You entered", language="en"), Digits(digits="12*", language="en"), Pause(seconds=1.24)),
    )
    assert len(clips) == 1 + 3 + 3
    sound = samples(clips[0])
    assert len(sound) - np.nonzero(np.abs(sound) > 100)[0][-1] < 0.08 * 8000
    assert sum(len(samples(clip)) for clip in clips[4:]) == 1.24 * 8000
    assert all(not np.any(samples(clip)) for clip in clips[4:])
    assert all(len(samples(clip)) % 160 == 0 for clip in clips), "whole packets"


def test_the_same_text_is_made_once(speech_config: SpeechConfig) -> None:
    async def main() -> None:
        speech = Speech(speech_config)
        say = Say(text="Dear Mary", language="en")
        assert speech.at_hand((say,)) is None
        first, second = await asyncio.gather(speech.media((say,)), speech.media((say,)))
        assert first == second == speech.at_hand((say,))
        before = Path(f"{first[0]}.wav").stat().st_mtime_ns
        assert await speech.media((say,)) == first
        assert Path(f"{first[0]}.wav").stat().st_mtime_ns == before
        assert "dynamic" in first[0] and "constant" in (await speech.media((HELLO,)))[0]
        assert len(list(speech_config.folder.rglob("*.wav"))) == 2
        assert not list(speech_config.folder.rglob(".*")), "no half-written file stays"
        await asyncio.to_thread(speech.close)

    asyncio.run(main())


def test_a_voice_or_rate_has_clips_of_its_own(speech_config: SpeechConfig) -> None:
    names = {
        order.name
        for config in (speech_config, msgspec.structs.replace(speech_config, words_per_minute=200))
        for language in ("en", "zh-CN", "yue")
        for order in orders((Say(text="12", language=language),), config)
        if not isinstance(order, str)
    }
    assert len(names) == 6


def test_making_speech_does_not_hold_up_the_loop(speech_config: SpeechConfig) -> None:
    async def main() -> float:
        speech = Speech(speech_config)
        longest = 0.0
        work = asyncio.gather(
            *(speech.media((Say(text=f"您好，您的号码是{number}。", language="zh-CN"),)) for number in range(30))
        )
        while not work.done():
            before = time.monotonic()
            await asyncio.sleep(0.001)
            longest = max(longest, time.monotonic() - before)
        assert len(set(map(tuple, await work))) == 30
        await asyncio.to_thread(speech.close)
        return longest

    assert asyncio.run(main()) < 0.25


def test_dynamic_clips_make_room_but_not_those_in_use(speech_config: SpeechConfig) -> None:
    config = msgspec.structs.replace(speech_config, dynamic_bytes=60_000)

    async def main() -> None:
        speech = Speech(config)
        held = await speech.media((Say(text="number zero", language="en"),))
        kept = await speech.media((HELLO,))
        speech.release(kept)
        for number in range(1, 12):
            speech.release(await speech.media((Say(text=f"number {number}", language="en"),)))
        assert Path(f"{held[0]}.wav").exists(), "still played"
        assert Path(f"{kept[0]}.wav").exists(), "constant"
        size = sum(file.stat().st_size for file in (config.folder / "dynamic").rglob("*.wav"))
        assert size <= config.dynamic_bytes
        assert speech.at_hand((Say(text="number 1", language="en"),)) is None
        assert speech.at_hand((Say(text="number 11", language="en"),)) is not None
        speech.release(held)
        await asyncio.to_thread(speech.close)
        again = Speech(config)
        assert again.at_hand((Say(text="number 11", language="en"),)) is not None, "known after a restart"
        await asyncio.to_thread(again.close)

    asyncio.run(main())


def test_a_clip_that_was_deleted_is_made_again(speech_config: SpeechConfig) -> None:
    async def main() -> None:
        speech = Speech(speech_config)
        for say in (HELLO, Say(text="Dear Mary", language="en")):
            (clip,) = await speech.media((say,))
            Path(f"{clip}.wav").unlink()
            assert speech.at_hand((say,)) is None
            assert await speech.media((say,)) == [clip]
            assert Path(f"{clip}.wav").exists()
        await asyncio.to_thread(speech.close)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (Say(text="x" * 2001, language="en"), "at most 2000 characters can be spoken at once (are 2001)"),
        (Say(text="hello", language="tlh"), "there is no voice for the language 'tlh'"),
        (Audio(asset="welcome"), "there is no recording 'welcome'"),
        (Audio(asset="../../etc/passwd"), "there is no recording '../../etc/passwd'"),
    ],
)
def test_what_cannot_be_spoken_is_refused_in_words(speech_config: SpeechConfig, part: Part, reason: str) -> None:
    with pytest.raises(SpeechRefused) as refusal:
        made(speech_config, (HELLO, part))
    assert str(refusal.value) == reason


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x07", "...", "。", "☃"])
def test_a_text_without_words_is_a_short_silence(speech_config: SpeechConfig, text: str) -> None:
    ((clip,),) = made(speech_config, (Say(text=text, language="zh-CN"),))
    assert len(samples(clip)) < 1.5 * 8000


def test_a_recording_is_played_where_it_lies(speech_config: SpeechConfig) -> None:
    assert speech_config.recordings is not None
    folder = speech_config.recordings / "main" / "audio" / "welcome"
    folder.mkdir(parents=True)
    for language in ("any", "en", "zh-CN"):
        (folder / f"{language}.wav").touch()
    for asked, heard in (("zh-CN", "zh-CN"), ("zh-TW", "zh-CN"), ("en-GB", "en"), ("fr", "any"), ("", "any")):
        part = Audio(asset="main/audio/welcome", language=asked)
        assert made(speech_config, (part,)) == [[str(folder / heard)]]


@pytest.mark.parametrize(
    "text",
    [
        '<break time="20s"/>one', "</voice></speak>one", "a & b < c > d", "one\ntwo\nthree", "。" * 500 + "一",
        "一" + "。，" * 400 + "二", "数" * 1999, "w" * 1999, "&" * 1999, "ཀ。" * 300, "1234567890" * 100,
    ],
)  # fmt: skip
def test_no_text_breaks_the_speaker(speech_config: SpeechConfig, text: str) -> None:
    """After any text the next one sounds as it does alone."""
    voice = Voice("cmn")
    speaker = Espeak(speech_config.program, 160)
    try:
        alone = len(np.trim_zeros(speaker.speak("甲乙丙", voice, 10)))
        speaker.speak(text, voice, 60)
        assert abs(len(np.trim_zeros(speaker.speak("甲乙丙", voice, 10))) - alone) < 0.3 * speaker.rate
    finally:
        speaker.close()


def test_long_texts_are_cut_between_sentences() -> None:
    text = "".join(f"这是第{number}句话。" for number in range(200))
    cut = lines(text, Voice("cmn"))
    assert len(cut) > 3
    assert all(len(line) < 1000 and "。</prosody>" in line.decode() for line in cut)
    assert "".join(line.decode().split('%">')[1].split("</prosody>")[0] for line in cut) == text


def test_a_speaker_that_died_is_started_again(speech_config: SpeechConfig) -> None:
    speaker = Espeak(speech_config.program, 160)
    try:
        speaker.speak("one", Voice("en-us"), 5)
        assert speaker._child is not None
        os.kill(speaker._child.pid, signal.SIGKILL)
        assert len(speaker.speak("two", Voice("en-us"), 5)) > 0
    finally:
        speaker.close()


def test_a_speaker_that_hangs_is_given_up(speech_config: SpeechConfig, tmp_path: Path) -> None:
    program = tmp_path / "hangs"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    config = msgspec.structs.replace(speech_config, program=str(program), time_limit=0.3)
    with pytest.raises(SpeechFailed, match="took too long"):
        made(config, (HELLO,))


def test_a_speaker_that_ends_at_once_is_no_endless_loop(speech_config: SpeechConfig) -> None:
    with pytest.raises(SpeechFailed, match="ended at this text"):
        made(msgspec.structs.replace(speech_config, program="true"), (HELLO,))


def test_no_speech_program_is_one_plain_sentence(speech_config: SpeechConfig) -> None:
    config = msgspec.structs.replace(speech_config, program="no-such-program")
    with pytest.raises(
        SpeechUnavailable, match=r"no-such-program is not installed\. Please run: apt-get install espeak-ng"
    ):
        Speech(config).check()
    with pytest.raises(SpeechUnavailable):
        made(config, (HELLO,))


def test_too_much_at_once_is_refused(speech_config: SpeechConfig) -> None:
    config = msgspec.structs.replace(speech_config, longest_queue=3)

    async def main() -> list[object]:
        speech = Speech(config)
        asked = [speech.media((Say(text=f"text {number}", language="en"),)) for number in range(6)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        await asyncio.to_thread(speech.close)
        return list(answers)

    answers = asyncio.run(main())
    assert sum(isinstance(answer, SpeechBusy) for answer in answers) == 3
    assert isinstance(answers[-1], PromptFailed)


def test_one_bad_part_leaves_no_file_held(speech_config: SpeechConfig) -> None:
    async def main() -> None:
        speech = Speech(speech_config)
        with pytest.raises(SpeechRefused):
            await speech.media((Say(text="Dear Mary", language="en"), Audio(asset="none")))
        assert not speech._clips._held
        await asyncio.to_thread(speech.close)

    asyncio.run(main())


def test_prompts_are_made_ahead_by_a_job(speech_config: SpeechConfig) -> None:
    with Workshop(speech_config) as workshop:
        assert workshop.prepare([HELLO, NIHAO, HELLO]) == 2
        assert workshop.prepare([HELLO]) == 0
        assert workshop.prepare_keys("zh-CN") == 12

    async def main() -> None:
        speech = Speech(speech_config)
        assert speech.at_hand((HELLO, NIHAO, Digits(digits="0123456789*#", language="zh-CN"))) is not None
        await asyncio.to_thread(speech.close)

    asyncio.run(main())


def test_voices_by_language() -> None:
    assert [voice_for(tag).name for tag in ("zh-CN", "zh", "zh-Hans-CN", "en", "en-AU", "en_GB", "zh-HK", "fr-CA")] == [
        "cmn", "cmn", "cmn", "en-us", "en-us", "en-gb", "yue", "fr-fr",
    ]  # fmt: skip
    assert [word_for(key, voice_for("zh-CN")) for key in "07#"] == ["零", "七", "井号"]
    assert [word_for(key, voice_for("en")) for key in "07#*"] == ["0", "7", "pound", "star"]

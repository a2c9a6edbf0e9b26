"""A prompt's voice and rate: from the document to what is heard, each clip by its own name, and none that is not there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.adapters.speech import SpeechConfig
from engine.adapters.speech.config import PROGRAM
from engine.adapters.speech.installed import installed
from engine.adapters.speech.order import Spoken, orders
from engine.adapters.speech.voices import Voice
from engine.commands import Audio, Digits, Part, Say
from engine.prompts import Prompt
from tests.adapters.test_speech import made, samples

WORDS = "Please come tomorrow, and bring your card."


def spoken(config: SpeechConfig, *parts: Part) -> list[Spoken]:
    return [order for order in orders(parts, config) if isinstance(order, Spoken)]


def test_what_follows_a_voice_and_a_rate_is_spoken_so() -> None:
    source = [
        {"say": "One."}, {"voice": "en-gb+f3"}, {"say": "Two"}, {"audio": "tone"}, {"rate": 0.8}, {"say": "three."}
    ]  # fmt: skip
    _, speakers = Prompt({"en": source})._in("en")
    assert speakers == (
        Say(text="One.", language="en", constant=True), Say(text="Two", language="en", constant=True, voice="en-gb+f3"),
        Audio(asset="tone", language="en"),
        Say(text="three.", language="en", constant=True, voice="en-gb+f3", rate=0.8),
    )  # fmt: skip
    assert list(Prompt({"en": source}).voices()) == [("en", 1, "en-gb+f3")]


def test_values_are_spoken_by_the_voice_as_well() -> None:
    _, (speaker,) = Prompt({"en": [{"voice": "en-us+m3"}, {"rate": 1.2}, {"digits": "{{ record.card }}"}]})._in("en")
    say: Any = speaker
    assert say.say("60", "en") == (Digits(digits="60", language="en", voice="en-us+m3", rate=1.2),)


def test_voices_are_those_that_are_installed(speech_config: SpeechConfig) -> None:
    there = installed(PROGRAM)
    assert "en-gb" in there and "cmn+f3" in there
    for none in ("en-gb+nobody", "xx", "en-gb+", ""):
        assert none not in there
    genders = {one.name: one.gender for one in there.for_language("cmn")}
    assert genders["cmn+f3"] == "female" and genders["cmn+m3"] == "male"
    assert "en-gb" in {one.name for one in there.for_language("en-us")}
    assert not installed("no-such-program")


def test_a_voice_and_a_rate_have_clips_of_their_own(speech_config: SpeechConfig) -> None:
    plain = Say(text=WORDS, language="en")
    others = [Say(text=WORDS, language="en", voice="en-us+f3"), Say(text=WORDS, language="en", rate=0.6)]
    ways = spoken(speech_config, plain, *others)
    assert len({one.name for one in ways}) == 3
    assert [one.voice for one in ways] == [Voice("en-us"), Voice("en-us+f3"), Voice("en-us", 60)]
    chinese = spoken(speech_config, Say(text="您好", language="zh-CN", voice="cmn+f3", rate=0.9))
    assert [one.voice for one in chinese] == [Voice("cmn+f3", 117)]
    ((usual,), (hers,), (slow,)) = made(speech_config, (plain,), *((one,) for one in others))
    assert len(samples(slow)) > 1.3 * len(samples(usual))
    heard = min(len(samples(usual)), len(samples(hers)))
    assert not np.array_equal(samples(usual)[:heard], samples(hers)[:heard])


@pytest.mark.parametrize("voice", ["en-us+nobody", "xx-yy"])
def test_a_voice_that_is_not_here_gives_way_to_the_languages_own(speech_config: SpeechConfig, voice: str) -> None:
    theirs = spoken(speech_config, Say(text=WORDS, language="en", voice=voice))
    assert theirs == spoken(speech_config, Say(text=WORDS, language="en"))


def test_digits_in_a_voice_are_said_by_its_words(speech_config: SpeechConfig) -> None:
    said = spoken(speech_config, Digits(digits="2#", language="zh-CN", voice="cmn+f3"))
    assert [(one.text, one.voice.name) for one in said] == [("二", "cmn+f3"), ("井号", "cmn+f3")]

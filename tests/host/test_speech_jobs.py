"""After a publish, all that is the same for every caller is spoken already."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from engine.adapters.speech import Speech, SpeechConfig
from engine.commands import Digits, Say
from engine.flow import compile_flow
from engine.host.speech_jobs import prepare_prompts, speak
from tests import needs

FLOW = {
    "callweave": 1, "name": "Ahead", "languages": ["zh-CN", "en"], "start": "hello",
    "nodes": {
        "hello": {
            "type": "say", "name": "Hello", "at": [0, 0], "outlets": {"done": "bye"},
            "config": {"prompt": {"zh-CN": "您好{{ contact.name }}，请稍候。", "en": "Hello {{ contact.name }}, one moment."}},
        },
        "bye": {"type": "end", "name": "End", "at": [0, 0], "config": {"outcome": "done"}, "outlets": {}},
    },
}  # fmt: skip


def test_constant_speech_and_digits_are_made_once(tmp_path: Path) -> None:
    needs.require("espeak-ng")
    program = compile_flow(FLOW)
    config = SpeechConfig(folder=tmp_path)
    constant = list(program.constant_speech())
    assert {say.language for say in constant} == {"zh-CN", "en"}
    assert speak(program, config) == len({(say.text, say.language) for say in constant}) + 24
    assert speak(program, config) == 0

    async def main() -> None:
        speech = Speech(config)
        assert speech.at_hand((*constant, Digits(digits="0123456789*#", language="en"))) is not None
        assert speech.at_hand((Say(text="Mary", language="en"),)) is None
        await asyncio.to_thread(speech.close)

    asyncio.run(main())


def test_without_the_program_there_is_one_plain_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = msgspec.structs.replace(SpeechConfig(folder=tmp_path), program="no-such-program")
    assert speak(compile_flow(FLOW), config) == 0
    assert "apt-get install espeak-ng" in capsys.readouterr().out


def test_a_version_that_is_not_there_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLWEAVE_DATA", str(tmp_path))
    prepare_prompts("nobody", "0" * 32, 1)
    prepare_prompts("nobody", "nonsense", 1)
    assert capsys.readouterr().out.count("prompts are not made ahead") == 2

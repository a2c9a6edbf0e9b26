"""A prompt is spoken by the API as calls would hear it."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.speech import installed
from tests.designer.conftest import Document
from tests.designer.test_assets import Caller as Upload
from tests.designer.test_assets import clip, send

Caller = Callable[..., Any]
__all__ = ["send"]


@pytest.fixture(autouse=True)
def needs_speech(require: Callable[[str], str]) -> None:
    require("espeak-ng")


def seconds(sound: bytes) -> float:
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        return float(file.getnframes()) / 8000


def test_a_prompt_is_heard_with_what_is_known(call: Caller) -> None:
    prompt = {"en": "Hello {{ record.name }}, we expect you.", "zh-CN": "您好。"}
    bare = call("POST", "/speech", {"prompt": prompt, "language": "en"})
    assert (bare.status_code, bare.content_type) == (200, "audio/wav"), bare.data[:300]
    named = call("POST", "/speech", {"prompt": prompt, "language": "en", "record": {"name": "Wolfgang Amadeus"}})
    chinese = call("POST", "/speech", {"prompt": prompt, "language": "zh-CN"})
    assert seconds(named.data) > seconds(bare.data) + 0.4 > seconds(chinese.data)


def test_recordings_and_pauses_are_in_it(call: Caller, send: Upload) -> None:
    send("/assets", clip(440), {"name": "gong", "language": "en"})
    prompt = {"en": [{"audio": "gong"}, {"pause": 2}]}
    assert seconds(call("POST", "/speech", {"prompt": prompt, "language": "en"}).data) > 2.4


def test_what_cannot_be_spoken_says_where(call: Caller) -> None:
    for body, path in (
        ({"prompt": {"en": "Hello {{ record.name"}, "language": "en"}, "prompt.en"),
        ({"prompt": {"en": [{"pause": 600}]}, "language": "en"}, "prompt.en.0.pause"),
        ({"prompt": {"en": [{"pause": 60}] * 6}, "language": "en"}, "prompt"),
        ({"prompt": "Hello", "language": "English!"}, "language"),
    ):
        answer = call("POST", "/speech", body)
        assert (answer.status_code, [fault["path"] for fault in answer.json["errors"]]) == (422, [path]), answer.json
    assert call("POST", "/speech", {"prompt": {"en": [{"audio": "nobody"}]}, "language": "en"}).status_code == 422


def test_a_prompt_is_heard_by_the_voice_and_at_the_rate_that_it_names(call: Caller) -> None:
    voices: Any = call("GET", "/voices/en").json
    assert voices["own"] == "en-us"
    assert {"name": "en-us+f3", "title": "female3", "gender": "female"} in voices["items"]
    assert call("GET", "/voices/tlh").status_code == 404

    def heard(*before: dict[str, Any]) -> bytes:
        prompt = {"en": [*before, {"say": "Please come tomorrow."}]}
        answer = call("POST", "/speech", {"prompt": prompt, "language": "en"})
        assert answer.status_code == 200, answer.data
        return bytes(answer.data)

    assert seconds(heard({"rate": 0.6})) > 1.3 * seconds(heard()) > 1.6 * seconds(heard({"rate": 1.8}))
    assert heard({"voice": "en-us+f3"}) != heard() == heard({"voice": "en-us+nobody"})


def test_a_speech_program_that_hangs_holds_nobody_up(
    call: Caller, document: Callable[..., Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "PATIENCE", 0.2)
    monkeypatch.setattr(installed, "_silent_until", {})
    program = tmp_path / "espeak-ng"
    program.write_text(f"#!/bin/sh\necho asked >> {tmp_path}/asked\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    drawn = document()
    drawn["nodes"]["greet"]["config"]["prompt"] = {"en": [{"voice": "en-us+f3"}, {"say": "Hello."}]}
    flow = call("POST", "/flows", drawn)
    assert flow.status_code == 201, flow.json
    answer = call("GET", "/voices/en", Accept_Language="zh-CN")
    assert (answer.status_code, answer.json["detail"]) == (503, "语音程序没有回答有哪些嗓音：一分钟后再试。")
    assert call("GET", "/voices/tlh").status_code == 404, "what does not depend on it is answered"
    assert (tmp_path / "asked").read_text().split() == ["asked"], "it is not asked again at every key that is pressed"
    program.unlink()
    assert call("GET", "/voices/en").json["items"], "another program is asked at once"

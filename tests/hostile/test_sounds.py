"""Recordings that mean harm: small files that unpack to hours or gigabytes, heads that lie, files that are two things at once.

Each is sent to the real address, so it goes through the process that takes strangers' sound apart, with its limits.
"""

from __future__ import annotations

import io
import signal
import struct
import textwrap
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from flask import Flask

from designer.hands import Hands
from designer.problems import Problem
from engine.adapters import apart, audio
from engine.adapters.apart import NoAnswer, run_apart
from engine.adapters.audio.convert import LONGEST, convert
from tests.adapters.test_audio import tone, written
from tests.designer.conftest import KEY

PCM = (tone(1, 8_000) * 32_767).astype("<i2").tobytes()


def silence(kind: str, seconds: float, rate: int = 8_000) -> bytes:
    """A second of a tone and then nothing, for so long: it packs to next to nothing."""
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", rate, 1, format=kind) as out:
        out.write(tone(1, rate)[:, 0])
        for _ in range(int(seconds * rate / 65_536)):
            out.write(np.zeros(65_536, np.float32))
    return file.getvalue()


def wave(*, rate: int = 8_000, channels: int = 1, bits: int = 16, says: int | None = None, data: bytes = PCM) -> bytes:
    """A WAV file whose head says what is asked for, be it true or not."""
    size, step = len(data) if says is None else says, channels * bits // 8
    head = struct.pack("<IHHIIHH", 16, 1, channels, rate, rate * step & 0xFFFFFFFF, step & 0xFFFF, bits)
    return b"RIFF" + struct.pack("<I", size + 36 & 0xFFFFFFFF) + b"WAVEfmt " + head + b"data" + struct.pack("<I", size) + data


def flac_that_says(samples: int) -> bytes:
    """A second of FLAC whose head says that it has so many samples."""
    content = bytearray(written(tone(1, 8_000), 8_000, "FLAC"))
    packed = int.from_bytes(content[18:26], "big") >> 36 << 36
    content[18:26] = (packed | samples).to_bytes(8, "big")
    return bytes(content)


def sent(app: Flask, content: bytes) -> Any:
    name = f"sound {hash(content)}"
    given = {"file": (io.BytesIO(content), "a.wav"), "name": name}
    headers = {"Authorization": f"Bearer {KEY}"}
    return app.test_client().post("/api/v1/assets", data=given, headers=headers, content_type="multipart/form-data")


@pytest.mark.parametrize("kind", ["FLAC", "OGG", "MP3"])
def test_hours_of_silence_are_refused_with_the_limit_after_a_quarter_of_one(app: Flask, kind: str) -> None:
    bomb = silence(kind, 2 * 3600)
    assert len(bomb) < 10_000_000
    answer = sent(app, bomb)
    assert answer.status_code == 422, answer.text
    assert [fault["message"] for fault in answer.json["errors"]] == [f"at most {int(LONGEST)} s (has more)"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (wave(rate=500_000), "between 1000 and 192000 samples a second (has 500000)"),
        (wave(rate=8), "between 1000 and 192000 samples a second (has 8)"),
        (wave(rate=0), "cannot be read"),
        (wave(rate=0xFFFFFFFF), "cannot be read"),
        (wave(channels=64, data=PCM * 8), "at most 8 channels (has 64)"),
        (wave(channels=65_535), "cannot be read"),
        (wave(channels=0), "cannot be read"),
        (wave(says=0, data=b""), "nothing to hear"),
        (wave(data=b"\0" * 16_000), "nothing to hear"),
        (flac_that_says(1 << 35), "cannot be read"),
        (flac_that_says(int(LONGEST) * 8_000 - 1), "cannot be read"),
        (written(tone(60, 8_000), 8_000, "FLAC")[:20_000], "cannot be read"),
        (b"RIFF\x00\x00\x00\x00WAVE<html><script>alert(1)</script>", "cannot be read"),
        (b"OggS" + bytes(3_000), "cannot be read"), (b"ID3" + b"\xff" * 3_000, "cannot be read"),
    ],
    ids=range(15),
)  # fmt: skip
def test_a_head_that_lies_is_refused_in_plain_words(app: Flask, content: bytes, why: str) -> None:
    answer = sent(app, content)
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json["errors"]
    assert fault["path"] == "file" and why in fault["message"], fault
    assert "0x" not in fault["message"] and "BytesIO" not in fault["message"], "nothing of our own memory is told"


def test_what_a_head_says_of_its_length_is_not_believed(app: Flask) -> None:
    """Four gigabytes by its head, a second by its content: it is a second."""
    made = sent(app, wave(says=0xFFFFFFF0))
    assert made.status_code == 201, made.text
    assert made.json["files"][0]["seconds"] == 1.0


def test_what_is_sound_and_a_page_at_once_is_heard_and_never_shown(app: Flask) -> None:
    made = sent(app, wave() + b"<html><script>alert(1)</script>")
    assert made.status_code == 201, made.text
    back = app.test_client().get(f"/api/v1/assets/{made.json['id']}/content", headers={"Authorization": f"Bearer {KEY}"})
    assert back.headers["Content-Disposition"].startswith("attachment") and back.content_type == "audio/wav"
    assert back.headers["X-Content-Type-Options"] == "nosniff"


def test_the_samples_of_a_high_rate_are_never_all_in_memory() -> None:
    """A minute of 192 kHz is 46 MB of samples in 90 KB, and a quarter of an hour 690 MB: it is made less block by block."""
    bomb = silence("FLAC", 60, 192_000)
    assert len(bomb) < 200_000
    tracemalloc.start()
    try:
        made = convert(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert made.seconds == pytest.approx(61, abs=1)
    assert peak < 40_000_000


def test_what_falls_or_takes_too_long_is_the_files_fault_and_nobody_elses(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.audio.apart.PATIENCE", 0.05)
    late = sent(app, wave())
    assert late.status_code == 422
    assert late.json["errors"][0]["message"] == "takes longer than 60 s to read"
    for status, message in ((-signal.SIGSEGV, "is broken"), (-signal.SIGXCPU, "takes longer than 60 s")):

        def fallen(*_: Any, status: int = status, **__: Any) -> dict[str, Any]:
            raise NoAnswer(status)

        monkeypatch.setattr("engine.adapters.audio.apart.run_apart", fallen)
        with pytest.raises(audio.SoundRefused, match=message):
            audio.converted(wave())


def test_a_child_that_does_not_end_is_ended_with_what_it_has_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a recording that ffmpeg never finishes with: both are gone when the answer is there."""
    monkeypatch.setattr(apart, "_PROJECT", tmp_path)
    written_here = tmp_path / "ids"
    (tmp_path / "endless.py").write_text(textwrap.dedent(f"""
        import os, subprocess, sys, time
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        open("{written_here}.new", "w").write(f"{{os.getpid()}} {{other.pid}}")
        os.rename("{written_here}.new", "{written_here}")
        time.sleep(600)
    """))
    with pytest.raises(NoAnswer) as ended:
        run_apart("endless", seconds=10)
    assert ended.value.status is None
    for identity in written_here.read_text().split():
        assert not _lives(int(identity)), identity


def _lives(identity: int) -> bool:
    """Whether a process is there and no corpse, within the second that the system takes to bury it."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{identity}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        if state == "Z":
            return False
        time.sleep(0.05)
    return True


def test_a_child_has_as_much_memory_and_time_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "engine").symlink_to(Path(apart.__file__).parents[1])
    monkeypatch.setattr(apart, "_PROJECT", tmp_path)
    for name, work, ends in (
        ("greedy", "bytearray(1 << 30)", 1), ("busy", "while True: pass", -signal.SIGXCPU),
    ):  # fmt: skip
        source = f"from engine.adapters.apart import limit_this_process\nlimit_this_process(memory=1 << 29, seconds=1)\n{work}\n"
        (tmp_path / f"{name}.py").write_text(source)
        with pytest.raises(NoAnswer) as fallen:
            run_apart(name, seconds=60)
        assert fallen.value.status in (ends, -signal.SIGKILL), name


def test_a_child_knows_none_of_our_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWEAVE_SEAL_KEYS", "secret")
    monkeypatch.setattr(apart, "_PROJECT", tmp_path)
    (tmp_path / "curious.py").write_text("import json, os\nprint(json.dumps(dict(os.environ)))")
    assert not [name for name in run_apart("curious", seconds=60) if name.startswith("CALLWEAVE")]


def test_who_finds_all_hands_busy_is_told_to_come_again() -> None:
    hands = Hands(1, patience=0.05)
    with hands.one(), pytest.raises(Problem) as refused, hands.one():
        pass
    assert refused.value.status == 503 and int(refused.value.headers["Retry-After"]) > 0
    with hands.one():
        pass

"""Recordings that people put in: told by their content, converted to both of Asterisk's formats, refused in plain words."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.adapters.audio import SoundRefused
from engine.adapters.audio.convert import LONGEST, convert
from engine.media_types import media_type_of


def tone(seconds: float = 1.0, rate: int = 44_100, loud: float = 0.3, hertz: float = 440.0, channels: int = 1) -> np.ndarray:
    moments = np.arange(int(seconds * rate)) / rate
    one = (loud * np.sin(2 * np.pi * hertz * moments)).astype(np.float32)
    return np.stack([one] * channels, axis=1)


def written(sound: np.ndarray, rate: int, kind: str, subtype: str | None = None) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, sound, rate, format=kind, subtype=subtype)
    return file.getvalue()


def loudest(clip: bytes) -> tuple[int, float]:
    """The rate of a wav file, and its loudest frequency."""
    with wave.open(io.BytesIO(clip)) as reader:
        rate = reader.getframerate()
        samples = np.frombuffer(reader.readframes(reader.getnframes()), "<i2")
    spectrum = np.abs(np.fft.rfft(samples))
    return rate, float(np.fft.rfftfreq(len(samples), 1 / rate)[spectrum.argmax()])


@pytest.mark.parametrize(
    ("kind", "subtype", "media_type"),
    [("WAV", "PCM_16", "audio/wav"), ("WAV", "FLOAT", "audio/wav"), ("FLAC", None, "audio/flac"),
     ("OGG", "VORBIS", "audio/ogg"), ("MP3", None, "audio/mpeg")],
)  # fmt: skip
def test_each_format_is_heard_as_it_was(kind: str, subtype: str | None, media_type: str) -> None:
    made = convert(written(tone(channels=2), 44_100, kind, subtype))
    assert made.media_type == media_type
    assert made.seconds == pytest.approx(1.0, abs=0.1)
    for extension, rate in (("wav", 8_000), ("wav16", 16_000)):
        found, hertz = loudest(made.sounds[extension])
        assert found == rate
        assert hertz == pytest.approx(440, abs=3)


def test_m4a_is_heard_where_ffmpeg_is_and_refused_in_plain_words_where_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"\0\0\0\x20ftypM4A \0\0\0\0" + bytes(100)
    with monkeypatch.context() as without:
        without.setattr(shutil, "which", lambda program: None)
        with pytest.raises(SoundRefused, match="m4a needs ffmpeg"):
            convert(content)
    program = shutil.which("ffmpeg")
    if program is None:
        return
    (tmp_path / "in.wav").write_bytes(written(tone(), 44_100, "WAV"))
    subprocess.run([program, "-v", "error", "-i", tmp_path / "in.wav", tmp_path / "out.m4a"], check=True)
    assert loudest(convert((tmp_path / "out.m4a").read_bytes()).sounds["wav"])[1] == pytest.approx(440, abs=3)


@pytest.mark.parametrize(
    ("loud", "warning"),
    [(0.003, "very quiet"), (0.1, None), (0.8, "very loud"), (3.0, "overdriven")],
)
def test_loudness_is_checked_and_made_even(loud: float, warning: str | None) -> None:
    made = convert(written(np.clip(tone(loud=loud), -1, 1), 44_100, "WAV", "PCM_16"))
    assert [warning in said for said in made.warnings if warning and warning in said] == ([True] if warning else [])
    assert warning is not None or made.warnings == ()
    with wave.open(io.BytesIO(made.sounds["wav"])) as reader:
        samples = np.frombuffer(reader.readframes(reader.getnframes()), "<i2").astype(float)
    assert np.sqrt(np.mean(samples**2)) == pytest.approx(3000, rel=0.1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no sound"),
        (b"MZ\x90\0" + bytes(200), "no sound"),
        (b"%PDF-1.7", "no sound"),
        (b"RIFF\0\0\0\0WAVE", "cannot be read"),
        (b"fLaC" + b"\xff" * 400, "cannot be read"),
        (written(np.zeros((8000, 1), np.float32), 8000, "WAV"), "nothing to hear"),
        (written(np.zeros((0, 1), np.float32), 8000, "WAV"), "nothing to hear"),
        (written(np.zeros((int((LONGEST + 1) * 8000), 1), np.float32), 8000, "FLAC"), "at most 900 s"),
    ],
    ids=["nothing", "program", "document", "empty wav", "broken flac", "silence", "no samples", "too long"],
)  # fmt: skip
def test_what_cannot_be_played_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(SoundRefused, match=reason):
        convert(content)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"II*\0....", "image/tiff"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"<!DOCTYPE html><p>", "text/html"), ("中文".encode(), "text/plain"), ("中文".encode("gb18030"), None),
        (b"GIF89a\0", None), (b"text\0", None),
    ],
)  # fmt: skip
def test_a_file_is_told_by_its_content(content: bytes, media_type: str | None) -> None:
    assert media_type_of(content) == media_type

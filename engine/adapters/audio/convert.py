"""An uploaded recording → what Asterisk plays: mono, 8 and 16 kHz, as loud as spoken prompts.

What the file is, its content says, never its name. It is read in blocks, each brought to at most 16 kHz at once, and at
most to the longest length allowed: a small file that unpacks to hours, or to gigabytes of samples, costs no more than
that. What the file says of its own length is not believed. Strangers' files come here by way of `apart.py`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from engine.adapters.audio.ffmpeg import to_wav
from engine.adapters.speech.sound import levelled, loudness_of, wav
from engine.lazy import Lazy
from engine.media_types import AUDIO, media_type_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import soundfile
    import soxr
else:
    np = Lazy("numpy")
    soundfile = Lazy("soundfile")
    soxr = Lazy("soxr")


LONGEST = 900.0
"""Seconds."""
QUIET = -38.0
LOUD = -8.0
"""dBFS of what is spoken, between which a recording is about right."""
OVERDRIVEN = 0.001
"""Share of samples at the limit, from which on one hears it."""
RATES = {"wav": 8000, "wav16": 16000}
"""Asterisk's names of the two formats (a 16 kHz file must be called .wav16)."""
LEAST_RATE, MOST_RATE = 1000, 192_000
MOST_CHANNELS = 8
SECONDS = 60
"""Of processor time."""
TOO_SLOW = "takes longer than {limit} s to read"
TOO_LARGE = "takes more than {limit} MB to read"
BROKEN = "is broken: whatever reads it falls"
_KEPT_RATE = max(RATES.values())
_BLOCK = 65_536
_FULL = 32767.0


class SoundRefused(ValueError):
    """The file cannot be played; the sentence says why, `params` fill it in."""

    def __init__(self, message: str, **params: str | int | float) -> None:
        super().__init__(message.format(**params))
        self.message = message
        self.params = params


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """A recording in both formats, by extension; `level` in dBFS is how loud it was; `warnings` are sentences."""

    media_type: str
    seconds: float
    level: float
    sounds: dict[str, bytes]
    warnings: tuple[str, ...]


MESSAGES = {
    "is no sound that is known here (wav, mp3, ogg, flac, m4a)", "m4a needs ffmpeg, which is not installed here",
    "cannot be read: {reason}", "at most {limit} s (has more)", "there is nothing to hear",
    "between {least} and {most} samples a second (has {value})", "at most {limit} channels (has {value})",
    TOO_SLOW, TOO_LARGE, BROKEN,
    "was very quiet, and has been made louder: noise may be heard", "was very loud, and has been made quieter",
    "is overdriven: it will sound distorted",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


def convert(content: bytes) -> Converted:
    """Convert a whole file; raises SoundRefused."""
    media_type = media_type_of(content)
    if media_type not in AUDIO:
        raise SoundRefused("is no sound that is known here (wav, mp3, ogg, flac, m4a)")
    if media_type == "audio/mp4":
        content = _from_m4a(content)
    heard = _mono(content)
    frames = loudness_of(soxr.resample(heard.sound, heard.rate, RATES["wav"]))
    loudest = float(frames.max(initial=0.0))
    if loudest < 10.0:
        raise SoundRefused("there is nothing to hear")
    spoken = frames[frames > loudest * 0.1]
    level = 20 * math.log10(float(np.sqrt(np.mean(spoken**2))) / _FULL)
    sounds = {
        extension: wav(levelled(soxr.resample(heard.sound, heard.rate, to), to), to) for extension, to in RATES.items()
    }
    return Converted(
        media_type=media_type, seconds=heard.seconds, level=round(level, 1), sounds=sounds,
        warnings=tuple(_warnings(heard, level)),
    )  # fmt: skip


class _Heard(msgspec.Struct, frozen=True, kw_only=True):
    """The sound with its channels mixed, in units of 16-bit samples; `overdriven` is the share at the limit."""

    sound: npt.NDArray[np.float32]
    rate: int
    seconds: float
    overdriven: float


def _from_m4a(content: bytes) -> bytes:
    converted = to_wav(content, seconds=LONGEST + 1)
    if converted is None:
        raise SoundRefused("m4a needs ffmpeg, which is not installed here")
    return converted


def _mono(content: bytes) -> _Heard:
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            rate, channels = int(file.samplerate), int(file.channels)
            if not LEAST_RATE <= rate <= MOST_RATE:
                limits = {"least": LEAST_RATE, "most": MOST_RATE, "value": rate}
                raise SoundRefused("between {least} and {most} samples a second (has {value})", **limits)
            if channels > MOST_CHANNELS:
                raise SoundRefused("at most {limit} channels (has {value})", limit=MOST_CHANNELS, value=channels)
            return _read(file, rate)
    except soundfile.LibsndfileError as error:
        raise SoundRefused("cannot be read: {reason}", reason=error.error_string[:200]) from error


def _read(file: soundfile.SoundFile, rate: int) -> _Heard:
    kept = min(rate, _KEPT_RATE)
    slower = soxr.ResampleStream(rate, kept, 1, dtype="float32") if rate > kept else None
    read = limited = 0
    blocks = []
    while len(block := file.read(_BLOCK, dtype="float32", always_2d=True)):
        read += len(block)
        if read > LONGEST * rate:
            raise SoundRefused("at most {limit} s (has more)", limit=int(LONGEST))
        mixed = np.nan_to_num(block.mean(axis=1)) * np.float32(_FULL)
        limited += int(np.count_nonzero(np.abs(mixed) >= _FULL * 0.999))
        blocks.append(mixed if slower is None else slower.resample_chunk(mixed))
    if slower is not None:
        blocks.append(slower.resample_chunk(np.zeros(0, np.float32), last=True))
    sound = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    return _Heard(sound=sound, rate=kept, seconds=read / rate, overdriven=limited / max(read, 1))


def _warnings(heard: _Heard, level: float) -> Iterator[str]:
    if level < QUIET:
        yield "was very quiet, and has been made louder: noise may be heard"
    elif level > LOUD:
        yield "was very loud, and has been made quieter"
    if heard.overdriven > OVERDRIVEN:
        yield "is overdriven: it will sound distorted"

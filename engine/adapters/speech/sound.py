"""From a speaker's raw sound to a clip: the telephone's rate, the same loudness, and as much silence as joins well."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING

from engine.lazy import Lazy

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import soxr

    Sound = npt.NDArray[np.int16]
else:
    np = Lazy("numpy")
    soxr = Lazy("soxr")


RATE = 8000

_FRAME = RATE // 100  # 10 ms
_LOUDNESS = 3000.0  # of what is spoken, as root mean square: 20 dB below the most there is
_PEAK = 30000.0
_HEARD = 0.02  # of the loudest frame: less is silence
_LEAD = 0.01
_TAILS = {"。": 0.30, ".": 0.30, "！": 0.30, "!": 0.30, "？": 0.30, "?": 0.30, "；": 0.2, ";": 0.2, "：": 0.2, ":": 0.2}
_TAILS |= {"，": 0.15, ",": 0.15, "、": 0.12}
_SHORT_TAIL = 0.03


def tail_for(text: str) -> float:
    """Seconds of silence after a text: a full stop is a pause, and a text that goes on in the next clip has none."""
    return _TAILS.get(text.rstrip()[-1:], _SHORT_TAIL)


def clip(raw: Sound, rate: int, tail: float) -> bytes:
    """A wav file, 8 kHz mono 16 bit, of what was spoken, `tail` seconds of silence after it."""
    spoken = trimmed(levelled(soxr.resample(raw.astype(np.float32), rate, RATE)))
    lead = np.zeros(int(_LEAD * RATE), np.float32)
    silence = np.zeros(int(tail * RATE), np.float32)
    return wav(np.concatenate([lead, spoken, silence]))


def silence(seconds: float) -> bytes:
    """A wav file of silence."""
    return wav(np.zeros(int(seconds * RATE), np.float32))


def levelled(sound: npt.NDArray[np.float32], rate: int = RATE) -> npt.NDArray[np.float32]:
    """The same sound, as loud as all others; only where there is speech counts."""
    loudness = loudness_of(sound, rate)
    heard = loudness[loudness > loudness.max(initial=0.0) * 0.1]
    if not heard.size:
        return sound
    level = float(np.sqrt(np.mean(heard**2)))
    peak = float(np.abs(sound).max())
    return sound * np.float32(min(_LOUDNESS / level, _PEAK / peak))


def trimmed(sound: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The sound without the silence before and after it."""
    loudness = loudness_of(sound)
    (heard,) = np.nonzero(loudness > max(loudness.max(initial=0.0) * _HEARD, 1.0))
    if not heard.size:
        return sound[:0]
    return sound[heard[0] * _FRAME : (heard[-1] + 1) * _FRAME]


def wav(sound: npt.NDArray[np.float32], rate: int = RATE) -> bytes:
    """The bytes of a wav file, filled up to whole packets of 20 ms, so that the next clip follows without a gap."""
    sound = np.pad(sound, (0, -len(sound) % (rate // 50)))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(np.clip(sound, -32768, 32767).astype("<i2").tobytes())
    return file.getvalue()


def loudness_of(sound: npt.NDArray[np.float32], rate: int = RATE) -> npt.NDArray[np.float32]:
    """Root mean square of every 10 ms."""
    frame = rate // 100
    frames = sound[: len(sound) // frame * frame].reshape(-1, frame)
    return np.sqrt(np.mean(frames * frames, axis=1)) if len(frames) else np.zeros(0, np.float32)

"""Tones that the doctor sends down a line, and how it knows them again at the other end, whatever codec was between."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import soundfile

Sound = npt.NDArray[np.float64]
RATE = 8000
THERE, BACK = 700, 1100
"""Hertz on the way out and on the way back: no tone that networks play, no key's, neither a multiple of the other."""
LAST = 0.8
"""Seconds at the end of what was heard that are looked at: by then the tone has come."""


def packet(hertz: int) -> bytes:
    """Twenty milliseconds in µ-law that may be sent again and again: of a multiple of 50 Hz."""
    moments = np.arange(RATE // 50) / RATE
    file = io.BytesIO()
    soundfile.write(file, 0.3 * np.sin(2 * np.pi * hertz * moments), RATE, format="RAW", subtype="ULAW")
    return file.getvalue()


def from_law(packets: bytes) -> Sound:
    """µ-law as samples."""
    return _read(packets, format="RAW", subtype="ULAW", samplerate=RATE, channels=1)


def from_wav(file: bytes) -> Sound:
    """A recording's samples; none where it is no sound."""
    return _read(file)


def is_heard(sound: Sound, hertz: int) -> bool:
    """Whether most of what was heard at the end is this tone, and it is no whisper."""
    end = sound[-int(RATE * LAST) :]
    if len(end) < RATE // 4:
        return False
    turning = np.exp(-2j * np.pi * hertz * np.arange(len(end)) / RATE)
    power = float(np.mean(end**2))
    tone = 2 * float(np.abs(np.mean(end * turning))) ** 2
    return power > 1e-5 and tone > power / 2


def is_silent(sound: Sound) -> bool:
    """Whether nothing at all was heard at the end."""
    return not len(sound) or float(np.mean(sound[-int(RATE * LAST) :] ** 2)) < 1e-7


def _read(content: bytes, **shape: object) -> Sound:
    try:
        samples, _ = soundfile.read(io.BytesIO(content), dtype="float64", **shape)
    except soundfile.LibsndfileError:
        return np.zeros(0)
    return np.asarray(samples, dtype=np.float64)

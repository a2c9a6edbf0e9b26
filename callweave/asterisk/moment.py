"""The sentence that a caller hears while no engine is there: spoken by espeak-ng, else a soft tone."""

from __future__ import annotations

import io
import shutil
import subprocess

import numpy as np
import soundfile
import soxr

from callweave.asterisk.sounds import RATE

SENTENCES = (("cmn", "请稍候。"), ("en-us", "One moment, please."))


def sound() -> np.ndarray:
    """The sentence, in each language; a tone where nothing can speak."""
    return _spoken() if shutil.which("espeak-ng") else _tone()


def _spoken() -> np.ndarray:
    parts = []
    for voice, sentence in SENTENCES:
        command = ["espeak-ng", "-v", voice, "-s", "150", "--stdout", sentence]
        wave = subprocess.run(command, capture_output=True, check=True).stdout
        samples, rate = soundfile.read(io.BytesIO(wave), dtype="float32")
        parts += [soxr.resample(samples, rate, RATE), np.zeros(RATE // 2, dtype=np.float32)]
    return np.concatenate(parts)


def _tone() -> np.ndarray:
    """440 Hz for a fifth of a second, then silence to two seconds."""
    time = np.arange(RATE * 2) / RATE
    tone = 0.1 * np.sin(2 * np.pi * 440 * time) * (time < 0.2)
    return tone.astype(np.float32)

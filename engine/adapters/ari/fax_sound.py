"""Is it a fax machine? Told by what is heard in the first seconds after the answer.

A machine that answers sounds 2,100 Hz (CED, ITU-T T.30) and then sends its abilities at 300 baud (V.21, channel 2:
1,650 and 1,850 Hz), again and again. A person's voice has neither for long: of each 40 ms it is asked how much of the
sound lies at these tones, and half a second of it within the first quarter of a minute is enough.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.lazy import Lazy

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import soundfile

    Powers = npt.NDArray[np.float64]
else:
    np = Lazy("numpy")
    soundfile = Lazy("soundfile")


FRAME = 0.04
"""Seconds that are looked at together."""
LEAST = 0.5
"""Seconds of a machine's tones that are enough."""
SHARE = 0.85
"""Of the sound's energy, so much lies at a machine's tones."""
QUIET = 60.0
"""Root mean square below which nothing is heard, of 16-bit samples."""
ANSWER = (2080.0, 2120.0)
MARK, SPACE = (1600.0, 1700.0), (1800.0, 1900.0)
"""Hertz, from and to."""
EACH = 0.05
"""Of the sound of 300 baud, so much at least lies at each of its two tones: else it is a whistle or a beep."""


def is_machine(file: Path) -> bool:
    """Whether a fax machine is heard in a recording; OSError or LibsndfileError if it cannot be read."""
    samples, rate = soundfile.read(file, dtype="int16", always_2d=True)
    sound = samples[:, 0].astype(np.float64)
    length = int(rate * FRAME)
    count = len(sound) // length
    if not count:
        return False
    frames = sound[: count * length].reshape(count, length)
    loud = np.sqrt((frames**2).mean(axis=1)) > QUIET
    power = np.abs(np.fft.rfft(frames * np.hanning(length), axis=1)) ** 2
    hertz = np.fft.rfftfreq(length, 1 / rate)
    width = 1 / FRAME  # of what a frame can tell apart

    def within(low: float, high: float) -> Powers:
        found: Powers = power[:, (hertz >= low - width) & (hertz <= high + width)].sum(axis=1)
        return found

    whole = power.sum(axis=1) + 1e-9
    answers = loud & (within(*ANSWER) / whole > SHARE)
    speaks = loud & (within(MARK[0], SPACE[1]) / whole > SHARE)
    both = min(within(*MARK)[speaks].sum(), within(*SPACE)[speaks].sum()) > EACH * whole[speaks].sum()
    return bool(answers.sum() * FRAME >= LEAST or (both and speaks.sum() * FRAME >= LEAST))

"""The tone after which a caller speaks, under the name by which Asterisk plays it before a recording."""

from __future__ import annotations

import numpy as np

from callweave.asterisk.sounds import RATE

HERTZ = 1000
SECONDS = 0.25


def sound() -> np.ndarray:
    """The tone."""
    moments = np.arange(int(RATE * SECONDS)) / RATE
    return 0.3 * np.sin(2 * np.pi * HERTZ * moments)

"""The tone after which a caller speaks, under the name by which Asterisk plays it before a recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

RATE = 8000
HERTZ = 1000
SECONDS = 0.25


def make(path: Path) -> None:
    """Write the sound as headerless µ-law, unless it is there already."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    moments = np.arange(int(RATE * SECONDS)) / RATE
    part = path.with_suffix(".part")
    soundfile.write(part, 0.3 * np.sin(2 * np.pi * HERTZ * moments), RATE, format="RAW", subtype="ULAW")
    part.rename(path)

"""Sounds that the local Asterisk plays by itself, made when it is first set up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

RATE = 8000


def keep(path: Path, make: Callable[[], np.ndarray]) -> None:
    """Write a sound as headerless µ-law, unless it is there already."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    soundfile.write(part, make(), RATE, format="RAW", subtype="ULAW")
    part.rename(path)

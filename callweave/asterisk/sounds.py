"""Sounds that the local Asterisk plays by itself, made when it is first set up.

They are linear, not µ-law: Debian's Asterisk (its patch 2016_opus_plc, read in 22.10.1) gives µ-law from a file the RTP
sequence number 0, and takes what another party says afterwards for packets that come too late if its numbers lie in the
upper half. Whatever hears or whispers to the leg is then without that party: half of all recordings lacked the other
side after music on hold. Linear sound never comes to that place.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

RATE = 8000


def keep(path: Path, make: Callable[[], np.ndarray]) -> None:
    """Write a sound as headerless 16-bit samples (`.sln`), unless it is there already; an earlier µ-law one goes."""
    path.with_suffix(".ulaw").unlink(missing_ok=True)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    soundfile.write(part, make(), RATE, format="RAW", subtype="PCM_16", endian="LITTLE")
    part.rename(path)

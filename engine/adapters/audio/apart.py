"""A recording that somebody has put in or spoken, converted by a process of its own."""

from __future__ import annotations

import signal
import tempfile
from pathlib import Path

from engine.adapters.apart import NoAnswer, run_apart
from engine.adapters.audio.convert import BROKEN, RATES, SECONDS, TOO_SLOW, Converted, SoundRefused

PATIENCE = 4.0 * SECONDS
"""Seconds after which it is ended, however little of them it has worked."""


def converted(content: bytes) -> Converted:
    """What calls hear of it; raises SoundRefused. It takes a second, or a minute: on no thread that has calls."""
    with tempfile.TemporaryDirectory(prefix="callweave-sound-") as folder:
        source, made = Path(folder) / "source", Path(folder)
        source.write_bytes(content)
        try:
            answer = run_apart("engine.adapters.audio.child", str(source), str(made), seconds=PATIENCE)
        except NoAnswer as error:
            late = error.status in (None, -signal.SIGXCPU, -signal.SIGKILL)
            raise (SoundRefused(TOO_SLOW, limit=SECONDS) if late else SoundRefused(BROKEN)) from error
        if "error" in answer:
            raise SoundRefused(answer["error"], **answer["params"])
        return Converted(
            media_type=answer["media_type"], seconds=answer["seconds"], level=answer["level"],
            sounds={extension: (made / extension).read_bytes() for extension in RATES},
            warnings=tuple(answer["warnings"]),
        )  # fmt: skip

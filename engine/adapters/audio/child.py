"""`python -m engine.adapters.audio.child SOURCE FOLDER`: one recording converted, in a process of its own.

It writes `FOLDER/wav` and `FOLDER/wav16`, and a line of JSON: `{"media_type", "seconds", "level", "warnings"}`, or
`{"error", "params"}`. `engine.adapters.audio.apart` calls it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from engine.adapters.apart import limit_this_process
from engine.adapters.audio.convert import SECONDS, TOO_LARGE, SoundRefused, convert

MEMORY = 1 << 30
"""Bytes of address space: a quarter of an hour takes a third of it."""


def main(source: Path, folder: Path) -> None:
    """Convert what is asked for."""
    limit_this_process(memory=MEMORY, seconds=SECONDS)
    try:
        made = convert(source.read_bytes())
    except SoundRefused as refused:
        _answer(error=refused.message, params=refused.params)
        return
    except MemoryError:
        _answer(error=TOO_LARGE, params={"limit": MEMORY >> 20})
        return
    for extension, sound in made.sounds.items():
        (folder / extension).write_bytes(sound)
    _answer(media_type=made.media_type, seconds=made.seconds, level=made.level, warnings=made.warnings)


def _answer(**answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

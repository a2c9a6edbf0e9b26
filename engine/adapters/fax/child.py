"""`python -m engine.adapters.fax.child tiff|pdf|png SOURCE TARGET [PAGE]`: one document drawn, in a process of its own.

Documents come from strangers and are drawn by big libraries, so this is neither done in a process that has calls nor
with its rights: a stranger's environment, little memory, an end. It writes a line of JSON, `{"pages"}` or `{"error"}`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from engine.adapters.apart import limit_this_process
from engine.adapters.fax.pages import DocumentRefused, to_pdf, to_png, to_tiff

MEMORY = 2 << 30
"""Bytes of address space."""
SECONDS = 240
"""Of processor time."""


def main(kind: str, source: Path, target: Path, page: int = 0) -> None:
    """Draw what is asked for."""
    limit_this_process(memory=MEMORY, seconds=SECONDS)
    try:
        content = source.read_bytes()
        made = to_png(content, page) if kind == "png" else (to_tiff if kind == "tiff" else to_pdf)(content)
    except DocumentRefused as refused:
        _answer(error=str(refused))
        return
    except MemoryError:
        _answer(error="takes too much memory")
        return
    target.write_bytes(made.tiff)
    _answer(pages=made.count)


def _answer(**answer: str | int) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *map(int, sys.argv[4:]))

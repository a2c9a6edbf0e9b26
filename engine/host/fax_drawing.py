"""Documents drawn as fax pages, pages as PDF or picture: by child processes, two at once, on no thread with calls."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

from engine.adapters.apart import NoAnswer, run_apart

AT_ONCE = 2
SECONDS = 300.0
"""After which a drawing is given up."""


class NotDrawn(Exception):
    """It cannot be drawn; the text says why, for people."""


class Drawing:
    """Draws documents, so many at once."""

    def __init__(self) -> None:
        self._hands = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fax")

    async def draw(self, kind: Literal["tiff", "pdf"], source: Path, target: Path) -> int:
        """Draw a document as a fax's pages, or those as PDF; how many there are. Raises NotDrawn."""
        return await asyncio.get_running_loop().run_in_executor(self._hands, draw, kind, source, target)

    def close(self) -> None:
        """Begin no more."""
        self._hands.shutdown(wait=False, cancel_futures=True)


def draw(kind: Literal["tiff", "pdf", "png"], source: Path, target: Path, page: int = 0) -> int:
    """The same, in this thread; `png` is a picture of one page, from 0: an empty file if there is none."""
    try:
        answer = run_apart("engine.adapters.fax.child", kind, str(source), str(target), str(page), seconds=SECONDS)
    except NoAnswer as error:
        late = f"takes longer than {SECONDS:g} s"
        raise NotDrawn(late if error.status is None else f"cannot be drawn (status {error.status})") from None
    if "error" in answer:
        raise NotDrawn(str(answer["error"]))
    return int(answer["pages"])

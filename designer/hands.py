"""Work that takes long and much, so many at once: who comes later waits for a while, and is told to come again then.

Without an end of the waiting, a few hundred such requests would hold every thread of the process.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from designer.problems import Problem

BUSY = "Others are at this just now. Try again in {seconds} s."
MESSAGES = {BUSY}
"""Sentences of this module; each has its translation."""
AGAIN_SECONDS = 30


class Hands:
    """So many, and how many seconds somebody waits for one."""

    def __init__(self, many: int, patience: float = 30.0) -> None:
        self._free = threading.BoundedSemaphore(many)
        self._patience = patience

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a hand; raises Problem 503 if none has become free."""
        if not self._free.acquire(timeout=self._patience):
            again = str(AGAIN_SECONDS)
            raise Problem(503, BUSY, {"seconds": AGAIN_SECONDS}, headers={"Retry-After": again})
        try:
            yield
        finally:
            self._free.release()

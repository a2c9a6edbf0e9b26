"""The story's clock: what all processes take for the time, moved by libfaketime from one moment to the next.

They look once a second whether it was moved: to look whenever they ask for the time would cost more than all their
other work. Between two moments it goes as fast as any clock, so that calls last as long as calls do; clocks that only
count (monotonic ones) are left alone. Telephones, Asterisk and Redis live in real time.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from engine.host.settings import PROJECT

SLEEPING = Path(__file__).with_name("sleeping")
SEEN_AFTER = 1.2
"""Seconds after which all of them have seen that it has moved."""
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


class NoFaketime(Exception):
    """libfaketime is not installed; the message says how to get it."""


class StoryClock:
    """What time it is in the story."""

    def __init__(self, folder: Path, begins: datetime) -> None:
        if not LIBRARIES:
            raise NoFaketime("libfaketime is not installed: apt-get install faketime")
        self._file = folder / "time"
        self._offset = 0.0
        self.to(begins)

    @property
    def environment(self) -> dict[str, str]:
        """For the processes that go by this clock."""
        return {
            "LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_CACHE_DURATION": "0",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
            "PYTHONPATH": os.pathsep.join((str(PROJECT), str(SLEEPING))),
        }  # fmt: skip

    def now(self) -> datetime:
        """The story's time."""
        return datetime.fromtimestamp(time.time() + self._offset, UTC)

    def to(self, moment: datetime) -> None:
        """It is this moment now."""
        self._offset = moment.timestamp() - time.time()
        new = self._file.with_suffix(".new")
        new.write_text(f"{self._offset:+.3f}\n")
        new.replace(self._file)

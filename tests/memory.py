"""Where tests put their files: into memory, if this machine has a folder there with room.

Each test has databases of its own, and each commit waits for its disk: on a disk three quarters of the time of a test of
the stores. What a kill leaves is the same; what a power cut leaves no test asks. `TMPDIR` says another place.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 6 << 30
"""What must be free, of that folder and of the memory: a whole run leaves less than one in it until it ends."""


def use() -> None:
    """Let this process and all that it starts put temporary files there."""
    if "TMPDIR" not in os.environ and _fits():
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _fits() -> bool:
    if not MEMORY.is_dir() or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC or not os.access(MEMORY, os.W_OK):
        return False
    return min(shutil.disk_usage(MEMORY).free, _available()) >= ROOM


def _available() -> int:
    """Bytes that programs may still take, by the kernel's own estimate."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))

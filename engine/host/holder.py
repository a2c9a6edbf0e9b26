"""The process that holds a lease, as another process sees it: still there, dead, or to be ended.

On one machine the kernel tells at once that a process has ended (pidfd), so that a standby need not wait for a dead
holder's lease. A holder on another machine is judged by its renewals alone.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from pathlib import Path

import structlog

from engine.store.lease import Lease

log = structlog.get_logger()


def process_started(pid: int) -> int | None:
    """When a process of this machine began, in clock ticks since boot; None if there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else int(fields[19])


def name_of_this_process() -> str:
    """How a lease names its holder: machine and pid."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_of_this_machine(lease: Lease) -> bool:
    """Whether its holder is, or was, a process of this machine."""
    return lease.holder.rpartition(":")[0] == socket.gethostname()


def is_dead(lease: Lease) -> bool:
    """Whether its holder was a process of this machine that is no more."""
    return is_of_this_machine(lease) and process_started(lease.pid) != lease.process_started


def end(lease: Lease) -> None:
    """End the holder if it is a process of this machine and still there: it may only have been halted."""
    if not is_of_this_machine(lease) or lease.pid == os.getpid():
        return
    if process_started(lease.pid) == lease.process_started:
        log.warning("ending the process that held the lease", lease=lease.name, pid=lease.pid)
        os.kill(lease.pid, signal.SIGKILL)


class Watch:
    """Looks at a holder between two looks at its lease: `wait` returns early when the holder's process ends."""

    def __init__(self) -> None:
        self._process: int | None = None  # a pidfd
        self._of: tuple[int, int] | None = None

    def wait(self, lease: Lease | None, seconds: float) -> None:
        """Wait so long, or until the holder has ended."""
        self._follow(lease)
        if self._process is None:
            time.sleep(seconds)
            return
        looking = select.poll()
        looking.register(self._process, select.POLLIN)
        if looking.poll(seconds * 1000):
            self.close()

    def close(self) -> None:
        """Look no more."""
        if self._process is not None:
            os.close(self._process)
        self._process, self._of = None, None

    def _follow(self, lease: Lease | None) -> None:
        wanted = None
        if lease is not None and not lease.released and is_of_this_machine(lease):
            wanted = (lease.pid, lease.process_started)
        if wanted == self._of and self._process is not None:
            return
        self.close()
        if wanted is None:
            return
        try:
            process = os.pidfd_open(wanted[0])
        except OSError:  # it has ended, or this system does not allow it: the next look at the lease tells
            return
        if process_started(wanted[0]) != wanted[1]:
            os.close(process)
            return
        self._process, self._of = process, wanted

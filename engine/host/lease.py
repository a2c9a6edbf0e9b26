"""Holding the lease on an Asterisk, and ending whoever held it before (DECISIONS 3).

A lease alone does not stop a process that was halted between its check and its send. Since an engine runs beside its
Asterisk, the new holder ends the old process by the pid and start time in the lease before it acts.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from engine.store import Store, now_micros
from engine.store import lease as leases
from engine.store.lease import LASTS, Lease

log = structlog.get_logger()

RENEW_SECONDS = 1.0
POLL_SECONDS = 0.25
MARGIN_SECONDS = 0.5
"""The engine stops this long before its lease ends: clocks differ, and a send takes time."""


def process_started(pid: int) -> int | None:
    """When a process of this machine began, in clock ticks since boot; None if there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else int(fields[19])


class Keeper:
    """Takes a lease, renews it in a thread of its own, and says whether one may still act."""

    def __init__(self, control: Store, name: str, lost: Callable[[], None]) -> None:
        self._control = control
        self._name = name
        self._lost = lost
        self._holder = f"{socket.gethostname()}:{os.getpid()}"
        self._stop = threading.Event()
        self._until = 0.0
        self._lease: Lease | None = None
        self._thread: threading.Thread | None = None

    @property
    def epoch(self) -> int:
        """The epoch of the lease that is held."""
        assert self._lease is not None
        return self._lease.epoch

    def may_act(self) -> bool:
        """Whether the lease is still ours, by the monotonic clock."""
        return time.monotonic() < self._until

    def take(self, stop: threading.Event) -> bool:
        """Wait for the lease, and take it; False if `stop` is set first. Nobody else acts when this returns True."""
        started = process_started(os.getpid())
        assert started is not None
        waited = False
        while not stop.is_set():
            before = time.monotonic()
            with self._control.begin() as connection:
                held = leases.get(connection, self._name)
                if held is not None and not held.released and _is_dead(held):
                    leases.release(connection, held)
                me: dict[str, Any] = {"holder": self._holder, "pid": os.getpid(), "process_started": started}
                taken = leases.take(connection, self._name, at=now_micros(), **me)
            if taken is not None:
                self._lease = taken.lease
                self._until = before + LASTS / 1_000_000 - MARGIN_SECONDS
                if taken.previous is not None and not taken.previous.released:
                    _end(taken.previous)
                self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)
                self._thread.start()
                return True
            if not waited:
                log.info("standing by", lease=self._name)
                waited = True
            stop.wait(POLL_SECONDS)
        return False

    def release(self) -> None:
        """Give the lease back."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        if self._lease is not None and self.may_act():
            self._until = 0.0
            with self._control.begin() as connection:
                leases.release(connection, self._lease)

    def _renew(self) -> None:
        assert self._lease is not None
        while not self._stop.wait(RENEW_SECONDS):
            before = time.monotonic()
            try:
                with self._control.begin() as connection:
                    renewed = leases.renew(connection, self._lease, at=now_micros())
            except Exception:
                log.exception("lease was not renewed", lease=self._name)
                if not self.may_act():
                    self._lost()
                    return
                continue
            if renewed is None:
                self._until = 0.0
                log.error("lease was taken by another", lease=self._name)
                self._lost()
                return
            self._lease = renewed
            self._until = before + LASTS / 1_000_000 - MARGIN_SECONDS


def _is_dead(held: Lease) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    host = held.holder.rpartition(":")[0]
    return host == socket.gethostname() and process_started(held.pid) != held.process_started


def _end(previous: Lease) -> None:
    """End the process that held the lease, if it is on this machine and still there: it may only have been halted."""
    if previous.holder.rpartition(":")[0] != socket.gethostname() or previous.pid == os.getpid():
        return
    if process_started(previous.pid) == previous.process_started:
        log.warning("ending the engine that held the lease", pid=previous.pid)
        os.kill(previous.pid, signal.SIGKILL)

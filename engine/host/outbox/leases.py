"""The leases on the gateways that this process drives: many, renewed together, in one transaction.

The rules are those of an engine's lease (`host/lease.py`), but for one: a holder that is only halted is not ended, for
it is an engine with calls of its own. What it had in hand when its lease ran out is `unknown` by then, and each sending
asks `may_act` again when its connection stands, so that a holder that wakes up sends nothing more.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import structlog

from engine.host import holder
from engine.host.lease import LASTS_SECONDS, MARGIN_SECONDS
from engine.store import Store, now_micros
from engine.store import lease as rows
from engine.store.lease import Lease

log = structlog.get_logger()


class Leases:
    """Taken, renewed and given back in threads; `may_act` may be asked from any."""

    def __init__(self, control: Store) -> None:
        self._control = control
        self._lock = threading.Lock()
        self._held: dict[str, Lease] = {}
        self._until: dict[str, float] = {}
        self._seen: dict[str, tuple[Lease, float]] = {}
        started = holder.process_started(os.getpid())
        assert started is not None
        self._me: dict[str, Any] = {
            "holder": holder.name_of_this_process(), "pid": os.getpid(), "process_started": started,
        }  # fmt: skip

    def may_act(self, name: str) -> bool:
        """Whether the lease is still ours, by the monotonic clock."""
        return time.monotonic() < self._until.get(name, 0.0)

    def holds(self, name: str) -> bool:
        """Whether nobody is known to have taken the lease from us, run out or not."""
        return name in self._held

    def attempt(self, name: str) -> int | None:
        """Take the lease if nobody has it, if its holder is dead, or silent for too long; its epoch, or None."""
        with self._lock:
            before = time.monotonic()
            with self._control.read() as connection:
                there = rows.get(connection, name)
            if there is not None and not there.released and not holder.is_dead(there):
                seen, since = self._seen.get(name, (None, before))
                if seen != there:
                    self._seen[name] = there, time.monotonic()
                    return None
                if before - since < LASTS_SECONDS:
                    return None
            with self._control.begin() as connection:
                taken = rows.take(connection, name, at=now_micros(), over=there, **self._me)
            if taken is None:
                return None
            self._seen.pop(name, None)
            self._held[name] = taken.lease
            self._until[name] = before + LASTS_SECONDS - MARGIN_SECONDS
            return taken.lease.epoch

    def renew(self) -> None:
        """Hold all of them for longer; those that others have taken are ours no more."""
        with self._lock:
            if not self._held:
                return
            before = time.monotonic()
            with self._control.begin() as connection:
                renewed = {name: rows.renew(connection, held, at=now_micros()) for name, held in self._held.items()}
            for name, lease in renewed.items():
                if lease is None:
                    log.error("lease was taken by another", lease=name)
                    self._forget(name)
                else:
                    self._held[name] = lease
                    self._until[name] = before + LASTS_SECONDS - MARGIN_SECONDS

    def release(self, name: str) -> None:
        """Give a lease back, if it is ours still."""
        with self._lock:
            held = self._held.get(name)
            self._forget(name)
            if held is not None:
                with self._control.begin() as connection:
                    rows.release(connection, held)

    def _forget(self, name: str) -> None:
        self._held.pop(name, None)
        self._until.pop(name, None)

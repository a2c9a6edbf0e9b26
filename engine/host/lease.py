"""Holding a lease: taking it when its holder is dead or silent, renewing it, and saying whether one may still act.

Both sides judge by their own monotonic clock, so a jump of the clock on the wall makes no second holder. The holder
counts from before its renewal went out, and stops half a second early; whoever wants the lease counts from after it saw
the row, and takes it only when it has seen the same row for the whole time that a lease lasts. A lease alone does not
stop a process that was halted between its check and its send: the new holder ends the old one by its pid (DECISIONS 3).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

import sqlalchemy as sa
import structlog

from engine.host import holder
from engine.store import Store, now_micros
from engine.store import lease as leases
from engine.store.lease import LASTS, Lease, Taken

log = structlog.get_logger()

LASTS_SECONDS = LASTS / 1_000_000
RENEW_SECONDS = 1.0
AGAIN_SECONDS = 0.2
"""After a renewal that failed."""
LOOK_SECONDS = 0.2
MARGIN_SECONDS = 0.5
"""The holder stops this long before its lease ends: a send takes time."""
LATE_SECONDS = 0.5
"""A thread that wakes up so late was halted, and knows nothing of what others did meanwhile."""


def is_held(control: Store, name: str) -> bool:
    """Whether somebody seems to hold the lease now; good enough for a choice that is safe either way."""
    with control.read() as connection:
        there = leases.get(connection, name)
    if there is None or there.released:
        return False
    return there.expires_at > now_micros() and not holder.is_dead(there)


class Keeper:
    """Takes a lease, renews it in a thread of its own, and says whether one may still act.

    `away_seconds` is for a holder that is told otherwise when another takes over (Asterisk tells an engine that its
    application was taken): so long it goes on while the database does not answer at all. A taker does not count that
    time either, for it counts anew after each look that failed.
    """

    def __init__(self, control: Store, name: str, lost: Callable[[], None], *, away_seconds: float = 0.0) -> None:
        self._control = control
        self._name = name
        self._lost = lost
        self._away_seconds = away_seconds
        self._holder = holder.name_of_this_process()
        self._stop = threading.Event()
        self._until = 0.0
        self._lease: Lease | None = None
        self._seen: Lease | None = None
        self._seen_since = 0.0
        self._blind = False
        self._away_since: float | None = None
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
        watch = holder.Watch()
        waited = False
        try:
            while not stop.is_set():
                if self.attempt():
                    return True
                if not waited:
                    log.info("standing by", lease=self._name)
                    waited = True
                watch.wait(self._seen, LOOK_SECONDS)
            return False
        finally:
            watch.close()

    def attempt(self) -> bool:
        """One look at the lease, and a taking if it is free; call it at least once a second until it gives True."""
        before = time.monotonic()
        try:
            taken = self._look(before)
        except sa.exc.SQLAlchemyError as error:
            if not self._blind:
                log.warning("the lease cannot be looked at", lease=self._name, reason=str(error))
            self._blind, self._seen, self._seen_since = True, None, before
            return False
        self._blind = False
        if taken is None:
            return False
        self._lease = taken.lease
        self._until = before + LASTS_SECONDS - MARGIN_SECONDS
        if taken.previous is not None and not taken.previous.released:
            holder.end(taken.previous)
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._thread.start()
        return True

    def release(self) -> None:
        """Give the lease back."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        if self._lease is not None and self.may_act():
            self._until = 0.0
            try:
                with self._control.begin() as connection:
                    leases.release(connection, self._lease)
            except sa.exc.SQLAlchemyError as error:  # it runs out
                log.warning("lease was not given back", lease=self._name, reason=str(error))

    def _look(self, now: float) -> Taken | None:
        with self._control.read() as connection:
            there = leases.get(connection, self._name)
        if there != self._seen:
            self._seen, self._seen_since = there, time.monotonic()
        silent = there is not None and now - self._seen_since >= LASTS_SECONDS
        if there is not None and not there.released and not silent and not holder.is_dead(there):
            return None
        started = holder.process_started(os.getpid())
        assert started is not None
        me: dict[str, Any] = {"holder": self._holder, "pid": os.getpid(), "process_started": started}
        try:
            with self._control.begin() as connection:
                return leases.take(connection, self._name, at=now_micros(), over=there, **me)
        except sa.exc.OperationalError as error:
            if silent and there is not None and leases.is_locked(error):
                holder.end(there)  # it was halted in the middle of a transaction, which ends with it
            raise

    def _renew(self) -> None:
        pause = RENEW_SECONDS
        while not self._stop.wait(pause):
            before = time.monotonic()
            answer = self._asked()
            if answer is None:
                return
            pause = AGAIN_SECONDS
            if isinstance(answer, Lease):
                pause, self._away_since, self._lease = RENEW_SECONDS, None, answer
                self._until = before + LASTS_SECONDS - MARGIN_SECONDS
            elif self._away_since is None:
                log.error("lease was not renewed", lease=self._name, reason=str(answer))
            if isinstance(answer, Exception):
                self._go_on(before)
            if not self.may_act():
                log.error("lease has run out", lease=self._name)
                self._lost()
                return

    def _asked(self) -> Lease | Exception | None:
        """The renewed lease, what went wrong, or None if it is over; goes on meanwhile as far as that is allowed."""
        answers: SimpleQueue[Lease | Exception | None] = SimpleQueue()
        threading.Thread(target=self._ask, args=(answers,), name="renewal", daemon=True).start()
        while True:
            began = time.monotonic()
            try:
                answer = answers.get(timeout=LATE_SECONDS)
            except Empty:
                self._go_on(began)
                if self._stop.is_set():
                    return None
                if self.may_act():
                    continue
                log.error("lease has run out", lease=self._name)
                self._lost()
                return None
            if answer is None:
                self._until = 0.0
                log.error("lease was taken by another", lease=self._name)
                self._lost()
            return answer

    def _ask(self, answers: SimpleQueue[Lease | Exception | None]) -> None:
        assert self._lease is not None
        try:
            with self._control.begin() as connection:
                answer: Lease | Exception | None = leases.renew(connection, self._lease, at=now_micros())
        except sa.exc.SQLAlchemyError as error:
            answer = error
        answers.put(answer)

    def _go_on(self, began: float) -> None:
        """The database does not answer: act on, if that is allowed and this process was not halted meanwhile."""
        now = time.monotonic()
        if self._away_since is None:
            self._away_since = began
        if not self.may_act():
            return
        if now - self._away_since < self._away_seconds and now - began < 2 * LATE_SECONDS:
            self._until = max(self._until, now + RENEW_SECONDS + LATE_SECONDS)

"""Group commit: what live sessions became within 15 ms goes into one transaction.

One thread for each tenant writes, never the event loop (DECISIONS 7). A transaction that fails is tried again with what
has come since; nothing is dropped but by a fence. What cannot be written at all ends the engine: the next one begins
from what is written.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence

import sqlalchemy as sa
import structlog

from engine.host import counting, field_updates, metrics
from engine.host.turn import commit
from engine.store import Store, Stores, now_micros
from engine.store.sessions import Writing

log = structlog.get_logger()

GROUP_SECONDS = 0.015
GROUP_ROWS = 500
RETRY_SECONDS = 0.25
AWAY = (sa.exc.OperationalError, sa.exc.InternalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
"""A database that is away, full or slow, or has ended our transaction: the same is tried again."""


class Entry:
    """One thing to commit: a session's writing, or inbox rows that are done.

    `work` is done in the same transaction, `then` is called when it is committed; both in the committer's thread.
    """

    __slots__ = ("done", "then", "work", "writing")

    def __init__(
        self,
        writing: Writing | None,
        done: Sequence[bytes] = (),
        work: Callable[[sa.Connection], object] | None = None,
        then: Callable[[], object] | None = None,
    ) -> None:
        self.writing = writing
        self.done = done
        self.work = work
        self.then = then


class Committer:
    """Writes one tenant's live sessions, in the order in which they were given."""

    def __init__(self, store: Store, fenced: Callable[[], None]) -> None:
        self._store = store
        self._fenced = fenced
        self._queue: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        self._known_legs: set[tuple[bytes, str]] = set()
        self._thread = threading.Thread(target=self._run, name=f"commit {store.name}", daemon=True)
        self._thread.start()

    def add(self, entry: Entry) -> None:
        """Commit this within 20 ms or so."""
        self._queue.put(entry)

    def know(self, session_id: bytes, leg: str) -> None:
        """A party that has a row already."""
        self._known_legs.add((session_id, leg))

    def close(self) -> None:
        """Commit what is left, and end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            group, last = self._next_group()
            if group and not self._commit(group):
                self._fenced()
                return
            if last:
                return

    def _next_group(self) -> tuple[list[Entry], bool]:
        """Wait for an entry, then 15 ms for more, up to 500; and whether it is the last group.

        It sleeps that time rather than wait for each entry, for every waking takes the interpreter from the event loop.
        """
        entry = self._queue.get()
        if entry is not None:
            time.sleep(GROUP_SECONDS)
        group: list[Entry] = []
        while entry is not None:
            group.append(entry)
            if len(group) == GROUP_ROWS or self._queue.empty():
                return group, False
            entry = self._queue.get()
        return group, True

    def _commit(self, group: list[Entry]) -> bool:
        """Write a group until it is written; False if it must not be, for a session is another's."""
        writings = _joined([entry.writing for entry in group if entry.writing is not None])
        done = [identity for entry in group for identity in entry.done]
        began = time.perf_counter()
        while True:
            try:
                with self._store.begin() as connection:
                    known = self._legs_known(writings)
                    lost = commit(connection, writings, done, at=now_micros(), known_legs=known)
                    if lost:
                        connection.rollback()
                        metrics.FENCED.inc()
                        log.error("fenced", tenant=self._store.name, sessions=[identity.hex() for identity in lost])
                        return False
                    field_updates.carry_out(connection, self._store, writings)
                    for entry in group:
                        if entry.work is not None:
                            entry.work(connection)
            except sa.exc.IntegrityError as error:  # a row of ours is there already: another engine wrote it
                log.error("fenced", tenant=self._store.name, reason=str(error.orig))
                return False
            except AWAY as error:
                metrics.COMMITS_AGAIN.labels(counting.LIVE_CALLS).inc()
                reason = getattr(error, "orig", None) or error
                log.error("commit is tried again", tenant=self._store.name, reason=str(reason))
                time.sleep(RETRY_SECONDS)  # the disk may be full or another writer slow; the sessions go on in memory
                continue
            except Exception:  # were only this thread to end, calls would go on of which nothing is written any more
                log.exception("commit failed", tenant=self._store.name)
                return False
            self._learn(writings)
            seconds = time.perf_counter() - began
            counting.committed(counting.LIVE_CALLS, writings, applied=len(done), seconds=seconds)
            for entry in group:
                if entry.then is not None:
                    entry.then()
            return True

    def _legs_known(self, writings: list[Writing]) -> list[str]:
        return [leg for writing in writings for leg in writing.legs if (writing.row.id, leg) in self._known_legs]

    def _learn(self, writings: list[Writing]) -> None:
        for writing in writings:
            for name, row in writing.legs.items():
                if row.ended_at is None:
                    self._known_legs.add((row.session_id, name))
                else:
                    self._known_legs.discard((row.session_id, name))


class Committers:
    """A committer for each tenant that has a call here."""

    def __init__(self, stores: Stores, fenced: Callable[[], None]) -> None:
        self._stores = stores
        self._fenced = fenced
        self._of: dict[str, Committer] = {}

    def of(self, tenant: str) -> Committer:
        """The tenant's, begun when it is first asked for."""
        committer = self._of.get(tenant)
        if committer is None:
            committer = self._of[tenant] = Committer(self._stores.tenant(tenant), self._fenced)
        return committer

    def close(self) -> None:
        """Commit everything, and end; in a thread."""
        for committer in self._of.values():
            committer.close()


def _joined(writings: list[Writing]) -> list[Writing]:
    """Several writings of one session as one: its last row after the first's revision, with every turn's journal."""
    joined: dict[bytes, Writing] = {}
    for writing in writings:
        earlier = joined.get(writing.row.id)
        if earlier is None:
            joined[writing.row.id] = writing
        else:
            joined[writing.row.id] = Writing(
                row=writing.row,
                follows=earlier.follows,
                journal=earlier.journal + writing.journal,
                legs=earlier.legs | writing.legs,
                snapshot=earlier.snapshot or writing.snapshot,
                listens=earlier.listens if writing.listens is None else writing.listens,
                listened=writing.listened if earlier.listens is None else earlier.listened,
                outbox=earlier.outbox + writing.outbox,
                starts=earlier.starts + writing.starts,
                updates=earlier.updates + writing.updates,
                withdrawn=earlier.withdrawn + writing.withdrawn,
            )
    return list(joined.values())

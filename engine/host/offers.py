"""Calls that are offered to this engine: from the first ring to the session that its number starts.

A number for returned calls asks first whether a session waits for its caller (`host/returned.py`); that is another
answer for each caller, so it is not kept.

What a number starts is looked up in two databases, in a thread. For a fifth of a second the answer holds for other
callers of the same number: where hundreds call in a second, this is most of the work. While a database is away an offer
waits, for its caller only hears that it rings.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa
import structlog

from engine.events import AnyEvent, CallOffered
from engine.flow import FlowErrors, Program
from engine.host.programs import Programs, VersionUnknown
from engine.host.returned import Missed, Returned
from engine.host.turn import Held
from engine.store import Stores, TenantUnknown, new_id, to_micros, triggers
from engine.store.triggers import CallTarget

log = structlog.get_logger()

FRESH_SECONDS = 0.2
NUMBERS_KEPT = 1_000
PATIENCE = 15.0
AGAIN_SECONDS = 0.25
MAX_EARLY = 100
"""Events of a call that are kept while its flow is still being looked up."""


class _Opening(msgspec.Struct, frozen=True):
    """What a number starts, and until when that is fresh by the monotonic clock."""

    target: CallTarget
    version: int
    program: Program
    until: float

    @property
    def for_returned(self) -> bool:
        """Whether its callers may be returning a call of ours."""
        return self.target.kind == triggers.MISSED_CALL


class Offers:
    """Used on the event loop. `taken` is given a new session with its call and what came early; `declined`, a cause."""

    def __init__(
        self,
        stores: Stores,
        programs: Programs,
        owner: str,
        epoch: int,
        *,
        taken: Callable[[Held, CallOffered, list[AnyEvent]], None],
        resumed: Callable[[Held, CallOffered, list[AnyEvent]], None],
        declined: Callable[[CallOffered, str], None],
    ) -> None:
        self._stores = stores
        self._programs = programs
        self._owner = owner
        self._epoch = epoch
        self._taken = taken
        self._resumed = resumed
        self._returned = Returned(stores, programs, owner, epoch)
        self._declined = declined
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="read")
        self._fresh: dict[str, _Opening] = {}
        self._looking: dict[str, asyncio.Task[_Opening | str]] = {}
        self._waiting: dict[str, list[AnyEvent]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, leg: object) -> bool:
        return leg in self._waiting

    def offered(self, event: CallOffered) -> None:
        """Somebody calls: look up what the number starts, and start it."""
        opening = self._fresh.get(event.called)
        if opening is not None and time.monotonic() < opening.until and not opening.for_returned:
            self._taken(self._session(event, opening), event, [])
            return
        self._waiting[event.leg] = []
        task = asyncio.create_task(self._begin(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def early(self, leg: str, event: AnyEvent) -> None:
        """Something happened to a party whose flow is still being looked up."""
        waiting = self._waiting.get(leg)
        if waiting is not None and len(waiting) < MAX_EARLY:
            waiting.append(event)

    def close(self) -> None:
        """Look nothing up any more; who was offered is offered to the next engine."""
        for task in (*self._tasks, *self._looking.values()):
            task.cancel()
        self._readers.shutdown(wait=False)

    async def _begin(self, event: CallOffered) -> None:
        looking = self._looking.get(event.called)
        if looking is None:  # those who call the same number meanwhile wait for the same answer
            looking = self._looking[event.called] = asyncio.create_task(self._found(event.called))
            looking.add_done_callback(lambda _: self._looking.pop(event.called, None))
        try:
            opening = await asyncio.shield(looking)
        except (VersionUnknown, FlowErrors, TenantUnknown) as error:
            log.error("call cannot be served", called=event.called, reason=str(error))
            opening = "unallocated"
        found: Held | Missed | None = None
        if isinstance(opening, _Opening) and opening.for_returned:
            found = await self._who_calls_back(event, opening)
        early = self._waiting.pop(event.leg)
        if isinstance(found, Held):
            self._resumed(found, event, early)
        elif isinstance(opening, str):
            self._declined(event, opening)
        else:
            if found is not None:
                event = msgspec.structs.replace(event, returned=found.told)
            self._taken(self._session(event, opening, found), event, early)

    async def _who_calls_back(self, event: CallOffered, opening: _Opening) -> Held | Missed | None:
        """The session that waits for this caller, which is ours from now on, or the call of ours that he returns."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._readers, self._returned.find, opening.target.tenant, event)
        except (sa.exc.SQLAlchemyError, TenantUnknown) as error:
            log.error("it is not known whose call is returned", called=event.called, reason=str(error))
            return None

    async def _found(self, called: str) -> _Opening | str:
        """What the number starts, or the cause by which its calls are declined; waits for a database that is away."""
        until = time.monotonic() + PATIENCE
        said = False
        while True:
            try:
                loop = asyncio.get_running_loop()
                found = await loop.run_in_executor(self._readers, self._look_up, called)
            except sa.exc.SQLAlchemyError as error:
                if not said:
                    log.error("a number cannot be looked up", called=called, reason=str(error))
                said = True
                if time.monotonic() > until:
                    return "congestion"
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            if isinstance(found, _Opening):
                if len(self._fresh) >= NUMBERS_KEPT:
                    self._fresh.clear()
                self._fresh[called] = found
            return found

    def _look_up(self, called: str) -> _Opening | str:
        """In a thread: what this number starts, or the cause by which its calls are declined."""
        until = time.monotonic() + FRESH_SECONDS
        target = triggers.call_target(self._stores, called)
        if target is None or target.version is None:
            log.warning("nobody answers this number", called=called, published=target is not None)
            return "unallocated"
        if not target.enabled:
            log.warning("the trigger is switched off", called=called)
            return "unallocated"
        if target.standing.state != "active":
            log.warning("the flow begins no sessions", called=called, state=target.standing.state)
            return "congestion" if target.standing.state == "paused" else "unallocated"
        program = self._programs.get(self._stores.tenant(target.tenant), target.flow_id, target.version)
        return _Opening(target, target.version, program, until)

    def _session(self, event: CallOffered, opening: _Opening, missed: Missed | None = None) -> Held:
        target, at = opening.target, to_micros(event.at or datetime.now(UTC))
        return Held(
            tenant=target.tenant, id=new_id(), flow_id=target.flow_id, version=opening.version, program=opening.program,
            contact=({} if missed is None else missed.contact) | {"phone": event.caller},
            record={} if missed is None else missed.record, record_id=None if missed is None else missed.record_id,
            contact_id=None if missed is None else missed.contact_id,
            owner=self._owner, epoch=self._epoch, started_at=at, expires_at=target.standing.expires_at(at),
        )  # fmt: skip

"""Faxes that go out: from the outbox to the other machine, each at most once.

A fax does not need its session: as with a text, it is a row that is carried out, and the answer goes by the inbox. The
pages are drawn first, then there is a slot on a trunk, then one transaction makes the row `sending` under the name that
the call's channel is going to have, and only then anything is dialled. So after a crash the name is either among
Asterisk's channels, and the fax is watched to its end, or nobody can say what became of it: it is `unknown`, and is not
sent a second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
import structlog

from engine.adapters.ari import faxes as names
from engine.adapters.telephony import FaxOver, FaxToSend, LegFound, Missed, News, Outgoing, PickedUp, Rang, Telephony
from engine.adapters.ways import Later, NoWay, Way, Ways
from engine.host.attempts import UNKNOWN
from engine.host.fax_documents import FaxDocuments
from engine.host.fax_drawing import NotDrawn
from engine.host.fax_rows import ROWS, FaxRows, Job
from engine.store import TenantUnknown, now_micros

log = structlog.get_logger()

LOOK_SECONDS = 0.25
AGAIN_SECONDS = 1.0
RING_SECONDS = 60.0
UNKNOWN_PAGES = 20
"""How many pages a fax that was found on its way may have, for how long it may take."""
Outcome = Missed | FaxOver


class Host(Protocol):
    """What is needed of the live host."""

    telephony: Telephony

    def may_act(self) -> bool:
        """Whether the lease is still ours."""


class FaxesOut:
    """Sends the faxes that sessions ask for."""

    def __init__(self, host: Host, rows: FaxRows, ways: Ways, documents: FaxDocuments, folder: Path) -> None:
        self._host = host
        self._rows = rows
        self._ways = ways
        self._documents = documents
        self._folder = folder
        self._jobs: dict[bytes, asyncio.Task[None]] = {}
        self._going: dict[str, tuple[Job, asyncio.Future[Outcome]]] = {}
        self._recovered: set[str] = set()
        self._draining = False

    def __len__(self) -> int:
        return len(self._going)

    async def run(self) -> None:
        """Send what is due, until cancelled."""
        reachable = True
        try:
            while True:
                try:
                    if self._host.telephony.ready and not self._draining and len(self._jobs) < ROWS:
                        for job in await asyncio.to_thread(self._rows.due, set(self._jobs)):
                            self._take_up(job, self._send(job))
                    reachable = True
                except (TenantUnknown, sa.exc.SQLAlchemyError) as error:
                    if reachable:
                        log.error("faxes cannot be sent", reason=str(error))
                    reachable = False
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for task in self._jobs.values():
                task.cancel()

    def drain(self) -> None:
        """Send no more."""
        self._draining = True

    # --- what the host tells

    def recover(self) -> None:
        """Before the telephones are connected: the faxes that the engine before this one had on their way."""
        left = self._rows.left()
        for job in left:
            self._recovered.add(job.leg)
            self._going[job.leg] = (job, asyncio.get_running_loop().create_future())
            self._take_up(job, self._follow(job))
        if self._folder.is_dir():
            kept = {names.out_name(job.row.key) for job in left}
            for file in self._folder.glob(names.out_name("*")):
                if file.name not in kept:
                    file.unlink(missing_ok=True)

    def stock_taken(self, there: Collection[str]) -> None:
        """Asterisk has said which parties there are: faxes that were on their way and are not there are unknown."""
        for leg in self._recovered - set(there):
            self.ended(leg)
        self._recovered.clear()

    def found(self, leg: LegFound) -> bool:
        """A party is there: whether it is a fax on its way, which goes on now."""
        going = self._going.get(leg.leg)
        if going is None:
            return False
        job, _ = going
        job.pages = job.pages or UNKNOWN_PAGES
        self._host.telephony.take_on(self._outgoing(job, None), partial(self._told, job))
        return True

    def ended(self, leg: str) -> None:
        """A party has gone without our hearing how."""
        going = self._going.get(leg)
        if going is not None and not going[1].done():
            going[1].set_result(Missed(cause=UNKNOWN))

    # --- one fax

    async def _send(self, job: Job) -> None:
        file = self._folder / names.out_name(job.row.key)
        try:
            job.pages = await self._documents.prepare(
                job.tenant, job.row.session_id, job.command.document, file
            )  # fmt: skip
            await self._send_pages(job)
        except NotDrawn as error:
            log.warning("fax cannot be sent", session=job.row.session_id.hex(), reason=str(error))
            await self._written(partial(self._rows.refuse, job, str(error)))
        finally:
            if job.leg not in self._going:  # else it is still being sent, and the next engine sees to it
                file.unlink(missing_ok=True)

    async def _send_pages(self, job: Job) -> None:
        outcome: Outcome | None = None
        while True:
            way = await self._way(job, first=outcome is None)
            if way is None and outcome is None:
                return
            if isinstance(way, NoWay) and outcome is None:
                await self._written(partial(self._rows.refuse, job, way.reason, dialled=True))
                return
            if not isinstance(way, Way):
                assert outcome is not None
                await self._written(partial(self._rows.end, job, outcome))
                return
            try:
                if outcome is None and not await self._begun(job, way):
                    return
                if outcome is not None:
                    await self._written(partial(self._rows.go_by, job, way))
                outcome = await self._dialled(job, way)
            finally:
                if job.leg not in self._going:
                    await self._free(way.leg)
            if not (isinstance(outcome, Missed) and outcome.trunk_trouble):
                await self._written(partial(self._rows.end, job, outcome))
                return
            log.info("fax is tried by another trunk", trunk=way.trunk, cause=outcome.cause)
            job.tried = (*job.tried, way.trunk)

    async def _follow(self, job: Job) -> None:
        """A fax that another engine began: only its end is waited for."""
        outcome = await self._going[job.leg][1]
        del self._going[job.leg]
        await self._free(job.leg)
        await self._written(partial(self._rows.end, job, outcome))
        (self._folder / names.out_name(job.row.key)).unlink(missing_ok=True)

    async def _way(self, job: Job, *, first: bool) -> Way | NoWay | None:
        """A slot on a trunk, waited for; None if the fax is not wanted any more."""
        while not self._draining:
            try:
                if first and not await asyncio.to_thread(self._rows.still_due, job):
                    return None
                way = await self._ways.find(job.tenant, job.command.to, leg=job.next_leg, tried=job.tried)
            except sa.exc.SQLAlchemyError as error:
                log.error("a trunk for a fax cannot be found", reason=str(error))
                way = Later(seconds=AGAIN_SECONDS)
            if not isinstance(way, Later):
                return way
            await asyncio.sleep(way.seconds)
        return None

    async def _begun(self, job: Job, way: Way) -> bool:
        """The fax is committed as being on its way; False if it is not ours to send, or not wanted any more."""
        if not self._host.may_act() or self._draining:
            return False
        try:
            return await asyncio.to_thread(self._rows.begin, job, way)
        except sa.exc.SQLAlchemyError as error:
            log.error("a fax may be committed or not", leg=way.leg, reason=str(error))
        while True:  # nothing is dialled before that is clear
            await asyncio.sleep(AGAIN_SECONDS)
            try:
                return await asyncio.to_thread(self._rows.is_begun, job, way)
            except sa.exc.SQLAlchemyError:
                continue

    async def _dialled(self, job: Job, way: Way) -> Outcome:
        """What was committed is dialled, now or never."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._going[job.leg] = (job, future)
        if not self._host.telephony.place(self._outgoing(job, way), partial(self._told, job)):
            future.set_result(Missed(cause="no_telephone"))
        outcome = await future
        del self._going[job.leg]
        return outcome

    def _told(self, job: Job, news: News) -> None:
        going = self._going.get(job.leg)
        if going is None or going[1].done():
            return
        match news:
            case Rang():
                job.rang = True
            case PickedUp():
                job.answered_at = job.answered_at or now_micros()
            case Missed() | FaxOver():
                going[1].set_result(news)

    def _outgoing(self, job: Job, way: Way | None) -> Outgoing:
        caller_id = way.caller_id if way is not None else ""
        header = job.command.header.encode("ascii", "replace").decode()[:80]
        fax = FaxToSend(
            file=str(self._folder / names.out_name(job.row.key)), pages=job.pages, header=header,
            station=(job.command.station or caller_id)[:20],
        )  # fmt: skip
        endpoint = way.endpoint if way is not None else ""
        return Outgoing(leg=job.leg, endpoint=endpoint, caller_id=caller_id, ring_seconds=RING_SECONDS, fax=fax)

    # --- small steps

    def _take_up(self, job: Job, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._jobs[job.row.id] = task

        def done(ended: asyncio.Task[None]) -> None:
            self._jobs.pop(job.row.id, None)
            if not ended.cancelled() and (error := ended.exception()) is not None:
                log.error("fax failed", session=job.row.session_id.hex(), exc_info=error)

        task.add_done_callback(done)

    async def _free(self, leg: str) -> None:
        """Give a slot back, as soon as the database can be reached."""
        await self._until_done(lambda: self._ways.free(leg))

    async def _written(self, work: Callable[[], None]) -> None:
        await self._until_done(lambda: asyncio.to_thread(work))

    async def _until_done(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
                return
            except sa.exc.SQLAlchemyError as error:
                log.warning("a fax's row could not be written; trying again", reason=str(error))
                await asyncio.sleep(AGAIN_SECONDS)

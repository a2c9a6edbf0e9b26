"""The desk to which flows come with questions and write-backs: it finds the source, here or behind a connector.

What goes to a connector is a row (`store/source_requests.py`) and a hint; whoever holds the connector's line sends it,
and the answer comes into the row, where the desk looks for it, less and less often.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import msgspec
import structlog

from engine.adapters.gateway import LeaseOver, NotNow, Refused, Unknown, WrittenBack
from engine.faults import Fault
from engine.host.settings import Settings
from engine.host.sources.hints import Hints
from engine.host.sources.surroundings import surroundings
from engine.secret import revealed
from engine.sources.answering import Answered, Answering
from engine.sources.document import read_document
from engine.sources.source import Source
from engine.sources.wire import Declared
from engine.store import Store, connectors, new_id, now_micros, source_requests, sources
from engine.store.sealing import CannotOpen
from engine.store.source_requests import Answer, Request
from engine.store.sources import SourceRow
from engine.store.times import SECOND

log = structlog.get_logger()
Result = TypeVar("Result")

ON_THE_WAY = 5.0
"""Seconds that a question may take besides its own time limit."""
AWAY_SECONDS = 3.0
"""So long a connector that is not there is waited for: it may be calling again just now."""
THREADS = 32
"""Sources that are asked at once in one process for one organisation."""
LOOKS = 4
"""Looks for answers, which no source may hold up."""
FIRST_LOOK, LAST_LOOK = 0.02, 0.25
OLD_ASKS = 3_600 * SECOND
OLD_WRITES = 400 * 86_400 * SECOND
AWAY = "the connector is not connected"


class _Own(msgspec.Struct):
    """A source of the platform's own that is open, as it was set up at a revision."""

    revision: int
    source: Source
    answering: Answering


class Desk:
    """The sources of one organisation, for one driver or one request."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._hints: Hints | None = None
        self._own: dict[str, _Own] = {}
        self._opening = asyncio.Lock()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="source")
        self._looks = ThreadPoolExecutor(LOOKS, thread_name_prefix="answers")
        self._tried_since: dict[str, float] = {}
        self._swept = 0.0

    async def ask(self, source: str, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows that a declared query finds; raises NotNow or Refused."""
        row = await self._in_thread(self._source, source)
        if row.connector_id is None:
            return await self._in_thread((await self._opened(row)).ask, query, parameters)
        declared = _declared(row)
        _check(declared.queries.get(query), f"there is no query {query!r} at {source}", parameters)
        identity, seconds = await self._in_thread(
            self._ask_connector, row, query, parameters, declared.seconds.get(query, 5.0)
        )
        answer = await self._answered(identity, seconds)
        await self._in_thread(self._forget, identity)
        if answer is None:
            raise NotNow(f"{source} does not answer")
        if answer.state != "done" or answer.answer is None:
            raise NotNow(answer.reason or f"{source} could not be asked")
        rows: list[dict[str, Any]] = msgspec.msgpack.decode(answer.answer)
        return rows

    async def write(
        self, source: str, statement: str, parameters: Mapping[str, Any], key: str, *, patience: float,
        may_act: Callable[[], bool],
    ) -> WrittenBack:  # fmt: skip
        """Write back, once for a key; raises NotNow, Refused, Unsure or Unknown."""
        row = await self._in_thread(self._source, source)
        if not may_act():
            raise LeaseOver("the lease is over")
        if row.connector_id is None:
            return await self._write_here(row, statement, parameters, key, patience)
        declared = _declared(row)
        _check(declared.statements.get(statement), f"there is no statement {statement!r} at {source}", parameters)
        open_, until = await self._in_thread(self._hand_over, row, statement, parameters, key, patience)
        answer = open_ if open_.state in source_requests.ENDED else None
        if answer is None:
            answer = await self._answered(open_.id, max(0.0, (until - now_micros()) / SECOND))
        if answer is None and await self._in_thread(self._withdraw, open_.id):
            raise Refused(AWAY)
        if answer is None:
            raise Unknown(f"no answer of {source} within {patience:g} s")
        return await self._in_thread(self._end_of, answer, until)

    async def close(self) -> None:
        """Let connections go."""
        for own in self._own.values():
            await self._in_thread(own.source.close)
        self._own.clear()
        if self._hints is not None:
            await self._in_thread(self._hints.close)
        self._threads.shutdown(wait=False)
        self._looks.shutdown(wait=False)

    async def _in_thread(self, work: Callable[..., Result], *arguments: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *arguments))

    # --- sources of the platform's own

    async def _write_here(
        self, row: SourceRow, statement: str, parameters: Mapping[str, Any], key: str, patience: float
    ) -> WrittenBack:
        """Write back to a source of the platform's own; while it is not there, as long as patience lasts."""
        since = self._tried_since.setdefault(key, time.monotonic())
        try:
            answering = await self._opened(row)
            done = await self._in_thread(answering.write, statement, revealed(parameters), key)
        except NotNow as error:
            if time.monotonic() - since < patience:
                raise
            self._tried_since.pop(key, None)
            raise Refused(error.reason) from None
        except Refused:
            self._tried_since.pop(key, None)
            raise
        self._tried_since.pop(key, None)
        return _written(done)

    def _source(self, name: str) -> SourceRow:
        """In a thread."""
        try:
            with self._store.read() as connection:
                row = sources.get(connection, name)
        except CannotOpen as error:
            raise Refused(f"{name}: {error}") from None
        if row is None:
            raise Refused(f"there is no source {name!r}")
        return row

    async def _opened(self, row: SourceRow) -> Answering:
        async with self._opening:
            own = self._own.get(row.name)
            if own is None or own.revision != row.revision:
                if own is not None:
                    await self._in_thread(own.source.close)
                own = self._own[row.name] = await self._in_thread(self._open, row)
            return own.answering

    def _open(self, row: SourceRow) -> _Own:
        setup, faults = read_document(row.name, row.document)
        if setup is None:
            raise Refused(f"{row.name}: {_first(faults)}")
        source = setup.open(surroundings(self._settings, self._store.name, row.name))
        return _Own(row.revision, source, Answering(self._store, setup, source))

    # --- sources behind a connector

    def _ask_connector(
        self, row: SourceRow, query: str, parameters: Mapping[str, Any], seconds: float
    ) -> tuple[bytes, float]:
        """Leave a question; its id, and how long to wait for the answer."""
        assert row.connector_id is not None
        at, identity = now_micros(), new_id()
        with self._store.begin() as connection:
            connector = connectors.get(connection, row.connector_id)
            there = connector is not None and connector.is_connected(at)
            wait = seconds + ON_THE_WAY if there else AWAY_SECONDS
            request = Request(
                id=identity, connector_id=row.connector_id, source=row.name, kind="ask", name=query, key=None,
                parameters=dict(parameters), due_at=at + int(wait * SECOND), created_at=at,
            )  # fmt: skip
            source_requests.put(connection, request, at=at)
            if time.monotonic() - self._swept > 600:
                self._swept = time.monotonic()
                source_requests.forget_old(connection, asked_before=at - OLD_ASKS, written_before=at - OLD_WRITES)
        self._hint(row.connector_id)
        return identity, wait

    def _hand_over(
        self, row: SourceRow, statement: str, parameters: Mapping[str, Any], key: str, patience: float
    ) -> tuple[Answer, int]:
        """Leave a write-back, unless it is there already; how it stands, and until when to wait for its end."""
        assert row.connector_id is not None
        at = now_micros()
        lasts = int(patience * SECOND)
        with self._store.begin() as connection:
            there = source_requests.by_key(connection, key)
            if there is None:
                request = Request(
                    id=new_id(), connector_id=row.connector_id, source=row.name, kind="write", name=statement, key=key,
                    parameters=dict(parameters), due_at=at + lasts, created_at=at,
                )  # fmt: skip
                source_requests.put(connection, request, at=at)
            elif there.state == "withdrawn":
                source_requests.again(connection, there.id, row.connector_id, at=at, due_at=there.created_at + lasts)
            found = source_requests.by_key(connection, key)
        assert found is not None
        self._hint(row.connector_id)
        return found, found.created_at + lasts

    def _end_of(self, answer: Answer, until: int) -> WrittenBack:
        """What an answer means for the session."""
        reason = answer.reason or ""
        if answer.state == "unknown":
            raise Unknown(reason or "the connector does not know")
        if answer.state == "withdrawn":  # certainly not carried out: again, as long as patience lasts
            if now_micros() < until:
                raise NotNow(reason or AWAY, after=1.0)
            self._forget(answer.id)
            raise Refused(reason or AWAY)
        if answer.state == "failed":
            self._forget(answer.id)
            raise Refused(reason)
        reference = msgspec.msgpack.decode(answer.answer)["reference"] if answer.answer else ""
        return WrittenBack(refused=answer.state == "refused", reason=reason, reference=reference)

    async def _answered(self, identity: bytes, seconds: float) -> Answer | None:
        """The answer, or None after so many seconds."""
        end, look = time.monotonic() + seconds, FIRST_LOOK
        while True:
            found = await asyncio.get_running_loop().run_in_executor(self._looks, self._look, identity)
            if found is not None or time.monotonic() >= end:
                return found
            await asyncio.sleep(look)
            look = min(look * 1.2, LAST_LOOK)

    def _look(self, identity: bytes) -> Answer | None:
        with self._store.read() as connection:
            return next(iter(source_requests.answers(connection, [identity])), None)

    def _withdraw(self, identity: bytes) -> bool:
        with self._store.begin() as connection:
            withdrawn = source_requests.withdraw(connection, identity, at=now_micros())
            if withdrawn:
                source_requests.forget(connection, identity)
        return withdrawn

    def _forget(self, identity: bytes) -> None:
        with self._store.begin() as connection:
            source_requests.forget(connection, identity)

    def _hint(self, connector: bytes) -> None:
        if self._hints is None:
            self._hints = Hints(self._settings.redis_address)
        self._hints.give(connector)


def _declared(row: SourceRow) -> Declared:
    return msgspec.convert(row.document, Declared)


def _check(wanted: list[str] | None, missing: str, parameters: Mapping[str, Any]) -> None:
    if wanted is None:
        raise Refused(missing)
    if set(wanted) != set(parameters):
        raise Refused(f"parameters: {', '.join(sorted(wanted))} are wanted, {', '.join(sorted(parameters))} are given")


def _written(done: Answered) -> WrittenBack:
    if done.fate == "unknown":
        raise Unknown(done.reason)
    return WrittenBack(refused=done.fate == "refused", reason=done.reason, reference=done.reference)


def _first(faults: list[Fault]) -> str:
    return str(faults[0]) if faults else "cannot be opened"



"""The job that carries out what a turn has handed over: a function node's work, a question to an adapter of one's own.

The job names a row of the outbox, and running it twice does no harm: the row is taken in hand for as long as the work
may last, and the answer is put into the inbox in the transaction that makes it done. Where a worker died over it, a
function is run again; an adapter, which may have sent something, is not asked again, and has failed (DECISIONS 4).
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from datetime import UTC, datetime
from typing import Literal

import msgspec
import redis
import structlog
from msgspec.structs import replace

from engine.commands import AnyCommand, AskAdapter, RunJob
from engine.events import CommandFailed, JobFinished
from engine.host import jobs
from engine.host.adapters import AdapterFailed, ask_adapter
from engine.host.functions import STARTING, FunctionFailed, run_function
from engine.host.settings import Settings
from engine.store import Store, Stores, id_bytes, id_text, inbox, job_rows, now_micros
from engine.store.inbox import Posted
from engine.store.times import SECOND

log = structlog.get_logger()

JOB = "engine.host.function_jobs.carry_out"
SOURCE = "job"
DEATHS = 3
"""How many workers may die over one function before it has failed."""
DIED = "unknown: the worker died over it"
HINTED_AGAIN = 60.0
"""Seconds after which a row that still waits is hinted at once more."""
_command = msgspec.msgpack.Decoder(AnyCommand)


def carry_out(tenant: str, row: str) -> None:
    """Carry out one row of a tenant's outbox, and put the answer into the inbox."""
    settings = Settings.load()
    stores = Stores(settings)
    try:
        identity = id_bytes(row)
        if identity is not None:
            serve(stores.tenant(tenant), identity, settings)
    finally:
        stores.close()


def serve(store: Store, identity: bytes, settings: Settings) -> None:
    """The same with what is at hand already."""
    with store.read() as connection:
        body = job_rows.body(connection, identity)
    if body is None:
        return
    command = _command.decode(body)
    assert isinstance(command, RunJob | AskAdapter)
    now = now_micros()
    until = now + int((command.timeout + STARTING + 30) * SECOND)
    with store.begin() as connection:
        row = job_rows.take(connection, identity, at=now, until=until)
    if row is None:
        return
    bound = structlog.contextvars.bound_contextvars(
        tenant=store.name, session=row.session_id.hex(), command=row.command_id
    )
    with bound:
        event = replace(_answer(command, row.attempts, settings), at=datetime.now(UTC))
    at = now_micros()
    with store.begin() as connection:
        reason = event.reason if isinstance(event, CommandFailed) else None
        if job_rows.give_back(connection, identity, _ended(command, reason), at=at, reason=reason):
            external = f"{row.session_id.hex()}-{row.command_id}"
            posted = Posted(event=event)
            inbox.put(
                connection, session_id=row.session_id, source=SOURCE, external_id=external, posted=posted, at=at
            )  # fmt: skip


def _answer(command: RunJob | AskAdapter, deaths: int, settings: Settings) -> JobFinished | CommandFailed:
    if deaths and (isinstance(command, AskAdapter) or deaths >= DEATHS):
        return CommandFailed(command_id=command.id, reason=DIED)
    try:
        if isinstance(command, RunJob):
            result = run_function(
                command.node_type, command.arguments, timeout=command.timeout, nodes=settings.nodes
            )  # fmt: skip
        else:
            result = asyncio.run(ask_adapter(command))
        json.dumps(result)
    except (FunctionFailed, AdapterFailed) as error:
        return CommandFailed(command_id=command.id, reason=str(error)[:500])
    except (TypeError, ValueError):
        return CommandFailed(command_id=command.id, reason="returned what is no plain data")
    return JobFinished(command_id=command.id, result=result)


def _ended(command: RunJob | AskAdapter, reason: str | None) -> Literal["done", "unknown", "dead"]:
    """The state in which the row ends; what a worker died over is unknown if it may have done something outside."""
    if reason is None:
        return "done"
    return "unknown" if isinstance(command, AskAdapter) and reason == DIED else "dead"


class Hints:
    """Says to the workers which rows of the outbox wait; a row that nobody took is said again after a minute."""

    def __init__(self, settings: Settings) -> None:
        self._redis = jobs.connect(settings)
        self._lock = threading.Lock()
        self._said: dict[bytes, float] = {}

    def give(self, store: Store) -> None:
        """Look into a tenant's outbox, and hint at what is new in it."""
        with store.read() as connection:
            waiting = job_rows.waiting(connection, at=now_micros())
        now = time.monotonic()
        with self._lock:
            self._said = {row: at for row, at in self._said.items() if now - at < HINTED_AGAIN}
            new = [row for row in waiting if row not in self._said]
            for row in new:
                try:
                    jobs.enqueue(self._redis, JOB, store.name, id_text(row))
                except redis.RedisError as error:
                    log.warning("jobs cannot be handed over", tenant=store.name, reason=str(error))
                    return
                self._said[row] = now

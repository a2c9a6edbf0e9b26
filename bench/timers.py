"""Timers with the processes of production, two clocks and a worker: how late, never early, and how quickly they drain.

100,000 sessions wait for moments spread over one minute; then as many as that divided by five wait for one instant.
Lateness is from the moment to the turn that it brought; the turn's commit follows within its batch of at most 100, which
takes what the last line says.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from redis import RedisError

from bench.databases import Database, opened
from bench.machine import of_baselines
from engine.events import SessionStarted
from engine.flow import canonical
from engine.host import jobs, sleeping
from engine.host.programs import Programs
from engine.store import Store, flows, inbox, new_id, now_micros, to_micros
from engine.store.flows import Draft
from engine.store.inbox import Posted, Start
from engine.store.tenant import session

GROUP = 500
SPREAD = 60.0
TENANT = "bench0"
DOCUMENT: dict[str, Any] = {
    "callweave": 1, "name": "timers", "languages": ["en"], "start": "wait",
    "nodes": {
        "wait": {"type": "wait", "config": {"until": "{{ record.at }}"}, "outlets": {"done": "done"}},
        "done": {"type": "end", "config": {"outcome": "done"}},
    },
}  # fmt: skip


def measure(database: str | None = None, count: int = 100_000, workers: int = 1) -> dict[str, Any]:
    """The table and its figures."""
    with opened(database, [TENANT]) as place, _processes(place, workers):
        store = place.stores.tenant(TENANT)
        spread = _served(store, count, SPREAD)
        instant = _served(store, count // 5, 0.0)
    late, seconds = spread["lateness"], instant["last"]
    rows = [
        {"timers": count, "over s": SPREAD, "p50 s": late[len(late) // 2], "p99 s": late[len(late) * 99 // 100],
         "worst s": late[-1], "early": spread["early"], "served/s": count / (SPREAD + late[-1])},
        {"timers": count // 5, "over s": 0.0, "p50 s": statistics.median(instant["lateness"]),
         "p99 s": instant["lateness"][count // 5 * 99 // 100],
         "worst s": seconds, "early": instant["early"], "served/s": count // 5 / seconds},
    ]  # fmt: skip
    return {
        "rows": rows, "lateness_p99_seconds": rows[0]["p99 s"], "early": spread["early"] + instant["early"],
        "drained_per_second": count // 5 / seconds, "workers": workers, "database": place.name,
        "batch_seconds": 100 * seconds / (count // 5), "this_machine_of_baselines": of_baselines(),
    }  # fmt: skip


def _served(store: Store, count: int, spread: float) -> dict[str, Any]:
    """Make sessions that wait, wait for them, and see when each was woken."""
    text = canonical(DOCUMENT)
    with store.begin() as connection:
        flow_id = flows.create(connection, Draft(name="timers", document=text), at=now_micros()).id
        flows.publish(connection, flow_id, document=text, sha256="0" * 64, message="", at=now_micros())
    trial = time.monotonic()
    _sleepers(store, flow_id, [datetime.now(UTC) + timedelta(days=30)] * 1_000)
    needed = (time.monotonic() - trial) * count / 1_000 * 1.5 + 5
    first = datetime.now(UTC) + timedelta(seconds=needed)
    moments = [first + timedelta(seconds=spread * number / count) for number in range(count)]
    _sleepers(store, flow_id, moments)
    assert datetime.now(UTC) < first, "the machine was too slow to make them in time"
    time.sleep(max(0.0, (moments[-1] - datetime.now(UTC)).total_seconds()))
    still = sa.select(sa.func.count()).where(session.c.flow_id == flow_id, session.c.ended_at.is_(None))
    while True:
        with store.read() as connection:
            if int(connection.scalar(still) or 0) <= 1_000:
                break
        time.sleep(1.0)
    ended = sa.select(session.c.record, session.c.ended_at)
    ended = ended.where(session.c.flow_id == flow_id, session.c.ended_at.is_not(None))
    with store.read() as connection:
        found = connection.execute(ended).all()
    lateness = sorted((row.ended_at - to_micros(datetime.fromisoformat(_at(row.record)))) / 1e6 for row in found)
    assert len(lateness) == count
    return {"lateness": lateness, "early": sum(each < 0 for each in lateness), "last": lateness[-1]}


def _at(record: bytes) -> str:
    return str(msgspec.msgpack.decode(record)["at"])


def _sleepers(store: Store, flow_id: bytes, moments: list[datetime]) -> None:
    programs = Programs("UTC")
    for place in range(0, len(moments), GROUP):
        rows = []
        for moment in moments[place : place + GROUP]:
            identity = new_id()
            start = Start(flow_id=flow_id, version=1, contact={}, record={"at": moment.isoformat()})
            rows.append((identity, "bench", identity.hex(), Posted(event=SessionStarted(), start=start)))
        with store.begin() as connection:
            inbox.put_each(connection, rows, at=now_micros())
        sleeping.pause(store)
        while sleeping.serve_batch(store, programs).any:
            sleeping.pause(store)


@contextmanager
def _processes(place: Database, workers: int) -> Iterator[None]:
    settings = place.settings
    env = settings.environment() | {
        "CALLWEAVE_DATABASE_URL": settings.database_url or "",
        "CALLWEAVE_TENANT_DATABASE_URL": settings.tenant_database_url or "",
    }
    names = [["redis"], ["clock"], ["clock"], *([["worker", "turns"]] * workers)]
    running = [subprocess.Popen([sys.executable, "-m", "callweave", *name], env=env) for name in names[:1]]
    connection = jobs.connect(settings)
    until = time.monotonic() + 60
    while True:
        try:
            connection.ping()
            break
        except RedisError:
            assert time.monotonic() < until
            time.sleep(0.05)  # between two looks whether it answers
    running += [subprocess.Popen([sys.executable, "-m", "callweave", *name], env=env) for name in names[1:]]
    try:
        yield
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(60)

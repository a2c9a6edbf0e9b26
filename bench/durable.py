"""followup-10 made durable: two turns a session by way of the inbox, sessions for each CPU second of client and server.

The flow of bench/followup10 with a wait for a signal in place of the menu, and a branch of four on what it brings. Each
session is started by one row of the inbox and answered by another, each put under its unique key (a hundredth of them
twice); a worker's own function takes them in groups of at most 100, in transactions that wait for the disk; state,
journal and index of waits are written. Then everything is read back by another connection, and a hundred sessions at
random are compared with what the pure engine makes of the same events. The limit is bench/followup10's, in memory: it
says how fast this machine was in these seconds.
"""

from __future__ import annotations

import multiprocessing
import random
import statistics
import time
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from bench.databases import Database, opened
from bench.followup10 import CONTACT, DOCUMENT, LIMIT
from bench.machine import RECORD, interleaved, of_baselines
from engine.events import SessionStarted, SignalReceived
from engine.flow import canonical, compile_flow
from engine.host import sleeping
from engine.host.garbage import BATCHES, spare_what_stays
from engine.host.programs import Programs
from engine.host.settings import Settings
from engine.session import advance, restore, start
from engine.store import Store, Stores, flows, inbox, journal, new_id, now_micros, sessions
from engine.store.flows import Draft
from engine.store.inbox import Posted, Start
from engine.store.tenant import session as session_table

GROUP = 100
ANSWERS = ("1", "2", "3", "4")
TWICE = 100
"""One event of so many is put twice."""


def document() -> dict[str, Any]:
    """followup-10, waiting for a signal."""
    made = deepcopy(DOCUMENT)
    made["name"] = "followup-10, durable"
    made["nodes"]["ask"] = {
        "type": "wait_for", "config": {"what": "signal", "name": "answer"},
        "outlets": {"received": "which", "timed_out": "done"},
    }  # fmt: skip
    labels = dict(zip(ANSWERS, ("well", "fair", "poor", "call"), strict=True))
    conditions = [{"label": word, "when": f"results.ask.value.key == '{key}'"} for key, word in labels.items()]
    made["nodes"]["which"] = {
        "type": "branch", "config": {"conditions": conditions}, "outlets": {word: word for word in labels.values()} | {"else": "done"},
    }  # fmt: skip
    return made


def measure(rounds: int = 3, database: str | None = None, count: int = 10_000, workers: int = 1) -> dict[str, Any]:
    """The table and its figures."""
    tenants = [f"bench{number}" for number in range(workers)]
    with opened(database, tenants) as place:
        rows = [_round(place, tenants[:1], count) for _ in range(min(rounds, 3))]
        if workers > 1:
            rows += [_round(place, tenants, count) for _ in range(min(rounds, 3))]
        compared = _compared(place, tenants[0])
    best = statistics.median(row["sessions/CPU-s"] for row in rows if row["workers"] == 1)
    limit = interleaved({"limit": lambda: LIMIT.session(RECORD, "2")}, rounds=9, times=300)["limit"]
    figures: dict[str, Any] = {
        "limit_sessions_per_cpu_second": limit, "rows": rows, "sessions_per_cpu_second": best, "compared": compared, "database": place.name,
        "this_machine_of_baselines": of_baselines(),
    }  # fmt: skip
    if workers > 1:
        alone = statistics.median(row["sessions/s"] for row in rows if row["workers"] == 1)
        together = statistics.median(row["sessions/s"] for row in rows if row["workers"] == workers)
        figures["times_one_worker"] = together / alone
    return figures


def _round(place: Database, tenants: list[str], count: int) -> dict[str, Any]:
    """Each tenant's sessions, by a process of its own where there are several."""
    server = place.server_seconds()
    began = time.monotonic()
    if len(tenants) == 1:
        spent = [_sessions(place.stores, tenants[0], count)]
        waits = 0
    else:
        with multiprocessing.get_context("spawn").Pool(len(tenants)) as pool:
            asked = pool.starmap_async(_in_process, [(place.settings, tenant, count) for tenant in tenants])
            waits = 0
            while not asked.ready():
                asked.wait(0.1)
                waits += place.lock_waits()
            spent = asked.get()
    seconds = max(each["seconds"] for each in spent)
    client = sum(each["cpu"] for each in spent)
    server = place.server_seconds() - server
    total = count * len(tenants)
    return {
        "workers": len(tenants), "sessions": total, "sessions/s": total / seconds, "client us": client / total * 1e6,
        "database us": server / total * 1e6, "sessions/CPU-s": total / (client + server), "lock waits seen": waits,
        "put us": sum(each["put"] for each in spent) / total * 1e6, "all seconds": time.monotonic() - began,
    }  # fmt: skip


def _in_process(settings: Settings, tenant: str, count: int) -> dict[str, float]:
    stores = Stores(settings)
    _sessions(stores, tenant, GROUP)  # what a process does once is not a session's cost
    try:
        return _sessions(stores, tenant, count)
    finally:
        stores.close()


def _sessions(stores: Stores, tenant: str, count: int) -> dict[str, float]:
    """Start, wait, answer, end; the seconds that took, and the CPU seconds of this process."""
    store, programs = stores.tenant(tenant), Programs("UTC")
    spare_what_stays(BATCHES)  # as a worker does
    flow_id = _published(store)
    ids = [new_id() for _ in range(count)]
    contact, record = dict(CONTACT), dict(RECORD)
    chosen = {identity: random.choice(ANSWERS) for identity in ids}
    began, cpu = time.monotonic(), time.process_time()
    begin = Posted(
        event=SessionStarted(), start=Start(flow_id=flow_id, version=1, contact=contact, record=record)
    )  # fmt: skip
    _put(store, [(identity, "bench.start", identity.hex(), begin) for identity in ids])
    put = time.process_time() - cpu
    _drain(store, programs)
    putting = time.process_time()
    _put(store, [
        (identity, "bench.answer", identity.hex(), Posted(event=SignalReceived(name="answer", data={"key": chosen[identity]})))
        for identity in ids
    ])  # fmt: skip
    put += time.process_time() - putting
    _drain(store, programs)
    return {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu, "put": put}


def _published(store: Store) -> bytes:
    text = canonical(document())
    with store.begin() as connection:
        made = flows.create(connection, Draft(name="followup-10", document=text), at=now_micros())
        flows.publish(connection, made.id, document=text, sha256="0" * 64, message="", at=now_micros())
    return made.id


def _put(store: Store, rows: list[tuple[bytes, str, str, Posted]]) -> None:
    for first in range(0, len(rows), GROUP):
        group = rows[first : first + GROUP]
        with store.begin() as connection:
            assert inbox.put_each(connection, group, at=now_micros()) == len(group)
        if first % (GROUP * TWICE) == 0:
            with store.begin() as connection:
                assert inbox.put_each(connection, group, at=now_micros()) == 0, "it was there"


def _drain(store: Store, programs: Programs) -> None:
    while sleeping.serve_batch(store, programs).any:
        pass  # the pause between two transactions on SQLite costs no CPU, and is left out here


def _compared(place: Database, tenant: str) -> int:
    """Read everything by a connection of its own; a hundred sessions are what the pure engine makes of their events."""
    stores = Stores(place.settings)
    store, program = stores.tenant(tenant), compile_flow(document())
    try:
        with store.read() as connection:
            ids = list(connection.scalars(sa.select(session_table.c.id)))
            some = random.sample(ids, 100)
            found = sessions.load(connection, some)
            for identity in some:
                row = found[identity].row
                turns = journal.page(connection, identity, limit=9)
                first, second = (msgspec.convert(turn.body["event"]["at"], datetime) if "at" in turn.body["event"] else None for turn in turns)
                answer = turns[1].body["event"]["data"]["key"]
                began = start(
                    program, contact=CONTACT, record=RECORD, at=first or datetime.fromtimestamp(row.started_at / 1e6, UTC),
                    seed=int.from_bytes(identity[8:], "big"),
                )  # fmt: skip
                ended = advance(program, began.session, SignalReceived(at=second, name="answer", data={"key": answer}))
                kept = restore(program, row.state, contact=CONTACT, record=RECORD)
                assert (row.status, row.outcome, row.node) == ("completed", "done", None)
                assert (kept.vars, kept.results) == (ended.session.vars, ended.session.results)
                assert [turn.turn for turn in turns] == [1, 2]
                steps = [(step["node"], step.get("outlet")) for turn in turns for step in turn.body["steps"]]
                assert steps == [(step.node, step.outlet) for step in (*began.journal, *ended.journal)]
            return len(some)
    finally:
        stores.close()

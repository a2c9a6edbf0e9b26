"""Records a second by HTTP: checked, compared, kept with their people and history, triggers asked, sessions started.

The designer serves as it does in the product (`callweave web`, a process of its own) and is sent batches of 1,000
records by one connection: new ones, the same again, changed ones, all under a trigger that asks a condition of each and
finds none; then new ones that start a session each, which a worker's loop begins. By turns with that goes the limit: the
same batches taken apart and upserted by hand, one table, one index, no HTTP, no checks, no people, no history. CPU
seconds are the web process's, with the database's and, for sessions, the worker's.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from bench.databases import Database, opened, process_seconds
from engine.host import sleeping
from engine.host.garbage import BATCHES, spare_what_stays
from engine.host.programs import Programs
from engine.store import Store

TENANT, KEY = "main", "bench-key"
BATCH = 1_000
TYPE = {
    "schema": {
        "type": "object", "additionalProperties": False, "required": ["visit_no", "patient_no", "mobile"],
        "properties": {
            "visit_no": {"type": "string", "maxLength": 20}, "patient_no": {"type": "string", "maxLength": 20},
            "name": {"type": "string", "maxLength": 40}, "mobile": {"type": "string", "pattern": "^1[3-9][0-9]{9}$"},
            "ward": {"enum": ["cardio", "ortho", "eye"]}, "doctor": {"type": "string"}, "age": {"type": "integer", "minimum": 0},
            "visit_at": {"type": "string"}, "state": {"enum": ["booked", "moved", "cancelled"]}, "changed": {"type": "integer"},
        },
    },
    "key": "visit_no", "name": "name", "phone": "mobile", "contact": "patient_no", "source_version": "changed",
}  # fmt: skip
FLOW = {
    "callweave": 1, "name": "Waits", "languages": ["en"], "start": "note", "record_type": "visit",
    "nodes": {
        "note": {"type": "set", "config": {"variables": {"who": "{{ record.name }}, {{ record.ward }}"}}, "outlets": {"done": "wait"}},
        "wait": {"type": "wait", "config": {"for": "1d"}, "outlets": {"done": "end"}},
        "end": {"type": "end", "config": {"outcome": "done"}},
    },
}  # fmt: skip


def measure(rounds: int = 3, database: str | None = None, count: int = 20_000) -> dict[str, Any]:
    """The table and its figures."""
    with opened(database, []) as place, _Web(place) as web:
        store = place.stores.tenant(TENANT)
        web.set_up()
        spare_what_stays(BATCHES)  # as a worker does
        web.send(_rows("warm", 2 * BATCH))
        seen: dict[str, list[float]] = {}
        for turn in range(min(rounds, 5)):
            for what, rate in _round(place, web, store, f"r{turn}", count).items():
                seen.setdefault(what, []).append(rate)
    rows = [
        {"what": what, "records/CPU-s": statistics.median(rates), "CPU us each": 1e6 / statistics.median(rates)}
        for what, rates in seen.items()
    ]
    figures = {row["what"]: row["records/CPU-s"] for row in rows}
    return {
        "rows": rows, "database": place.name, "records_per_cpu_second": figures["new"],
        "sessions_per_cpu_second": figures["new, a session started for each"],
        "of_the_limit": figures["new"] / figures["limit: upserts by hand"],
    }  # fmt: skip


def _round(place: Database, web: _Web, store: Store, name: str, count: int) -> dict[str, float]:
    """Each kind of batch once; records for each CPU second."""
    found = {"limit: upserts by hand": count / _by_hand(_rows(name, count))}
    for what, rows, became in (
        ("new", _rows(name, count), "accepted"),
        ("the same again", _rows(name, count), "unchanged"),
        ("changed", _rows(name, count, state="moved", changed=2), "updated"),
    ):
        seconds, done = web.timed(rows)
        assert done == {became: count}, done
        found[what] = count / seconds
    fewer = count // 2
    before = web.seconds() + place.server_seconds()
    began = time.process_time()
    _, done = web.timed(_rows(f"{name}s", fewer, ward="eye"))
    assert done == {"accepted": fewer, "sessions": fewer}, done
    started, programs = 0, Programs("UTC")
    mine = time.process_time()
    while served := sleeping.serve_batch(store, programs).moved:
        started += len(served)
    spent = web.seconds() + place.server_seconds() - before + time.process_time() - mine
    assert started == fewer and mine >= began
    found["new, a session started for each"] = fewer / spent
    return found


def _rows(name: str, count: int, **changes: Any) -> list[bytes]:
    """Batches of records, as they are sent."""
    whole = {
        "ward": "cardio", "doctor": "李医生", "visit_at": "2026-11-24T09:00:00+08:00", "state": "booked", "changed": 1,
    } | changes  # fmt: skip
    records = [
        whole | {"visit_no": f"{name}-{at}", "patient_no": f"P{name}-{at}", "name": "王小明", "mobile": f"138{at:08}", "age": at % 90}
        for at in range(count)
    ]
    return [msgspec.json.encode(records[first : first + BATCH]) for first in range(0, count, BATCH)]


def _by_hand(batches: list[bytes]) -> float:
    """CPU seconds of the same batches without anything around them."""
    folder = Path(tempfile.mkdtemp(prefix="callweave-bench-"))
    connection = sqlite3.connect(folder / "limit.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE record (key TEXT PRIMARY KEY, body BLOB NOT NULL)")
    began = time.process_time()
    for batch in batches:
        rows = [(row["visit_no"], msgspec.json.encode(row)) for row in msgspec.json.decode(batch)]
        for first in range(0, len(rows), 500):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO record VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body", rows[first : first + 500]
            )
            connection.execute("COMMIT")
    spent = time.process_time() - began
    connection.close()
    shutil.rmtree(folder)
    return spent


class _Web:
    """The web process, and one connection to it."""

    def __init__(self, place: Database) -> None:
        self._place = place
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port: int = probe.getsockname()[1]

    def __enter__(self) -> _Web:
        settings = self._place.settings
        urls = {"CALLWEAVE_DATABASE_URL": settings.database_url, "CALLWEAVE_TENANT_DATABASE_URL": settings.tenant_database_url}
        own = {"CALLWEAVE_DATA": str(settings.data), "CALLWEAVE_PORT": str(self._port), "CALLWEAVE_BOOTSTRAP_KEY": KEY}
        environment = {**os.environ, **own, **{name: url for name, url in urls.items() if url is not None}}
        self._process = subprocess.Popen([sys.executable, "-m", "callweave", "web"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while True:
            try:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
                self._connection.connect()
                return self
            except OSError:
                assert self._process.poll() is None and time.monotonic() < end, "the web process does not serve"
                time.sleep(0.1)

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.wait()

    def set_up(self) -> None:
        """The record type, a trigger that finds nothing, and one that starts a session for each record of a ward."""
        self._ask("PUT", "/record-types/visit", TYPE)
        flow = self._ask("POST", "/flows", FLOW)["id"]
        self._ask("POST", f"/flows/{flow}/publish", {"message": "bench"})
        for when in ("record.ward == 'none' and record.age > 65", "record.ward == 'eye'"):
            self._ask("POST", "/triggers", {"kind": "record", "flow": flow, "record_type": "visit", "on": ["created", "updated"], "when": when})

    def timed(self, batches: list[bytes]) -> tuple[float, dict[str, int]]:
        """The CPU seconds that these took, and what became of the records."""
        before = self.seconds() + self._place.server_seconds()
        done = self.send(batches)
        return self.seconds() + self._place.server_seconds() - before, done

    def send(self, batches: list[bytes]) -> dict[str, int]:
        """What became of the records."""
        done: dict[str, int] = {}
        for batch in batches:
            answer = self._ask("POST", "/records/visit", batch)
            assert answer.pop("rejected") == []
            for name, number in answer.items():
                done[name] = done.get(name, 0) + number
        return {name: number for name, number in done.items() if number}

    def seconds(self) -> float:
        """CPU seconds of the web process and its children so far."""
        return process_seconds(self._process.pid)

    def _ask(self, method: str, path: str, body: Any) -> Any:
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        self._connection.request(method, f"/api/v1{path}", data, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status < 300, content
        return msgspec.json.decode(content)

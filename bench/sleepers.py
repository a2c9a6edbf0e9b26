"""A million sessions that wait: what they take on the disk, and what a clock and a worker need beside them.

They are really started, by the inbox and host/turn.py, and wait for a day in ten months' time. As if they had come over
ten months, the events that started them are swept after each tenth, all but the last one's. Then fifty wait for a
second, and a clock and a worker begin anew in processes of their own: how soon they serve, and how large they are.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.databases import Database, opened
from bench.followup10 import DOCUMENT
from bench.machine import of_baselines
from engine.events import SessionStarted
from engine.flow import canonical
from engine.host import sleeping
from engine.host.programs import Programs
from engine.store import Store, flows, inbox, new_id, now_micros
from engine.store.flows import Draft
from engine.store.inbox import Posted, Start
from engine.store.retention import delete_applied

GROUP = 500
MONTHS = 10
TENANT = "bench0"
PROBE = """
import resource, sys, time
began = time.monotonic()
from engine.host.clock import Clock
from engine.host.programs import Programs
from engine.host import sleeping
from engine.host.settings import Settings
from engine.store import Stores
settings = Settings.load()
stores = Stores(settings)
if sys.argv[1] == "clock":
    assert Clock(settings, stores).look() == [sys.argv[2]]
else:
    assert len(sleeping.serve_batch(stores.tenant(sys.argv[2]), Programs("UTC")).moved) > 0
print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def document() -> dict[str, Any]:
    """A set, a text of two values, and a wait of 300 days."""
    return {
        "callweave": 1, "name": "sleepers", "languages": ["en"], "start": "name",
        "nodes": {
            "name": DOCUMENT["nodes"]["name"] | {"outlets": {"done": "greeting"}},
            "greeting": DOCUMENT["nodes"]["greeting"] | {"outlets": {"done": "wait"}},
            "wait": {"type": "wait", "config": {"for": "{{ record.wait }}"}, "outlets": {"done": "done"}},
            "done": {"type": "end", "config": {"outcome": "done"}},
        },
    }  # fmt: skip


def measure(database: str | None = None, count: int = 1_000_000) -> dict[str, Any]:
    """The table and its figures."""
    with opened(database, [TENANT]) as place:
        store = place.stores.tenant(TENANT)
        flow_id = _published(store)
        began, cpu = time.monotonic(), time.process_time()
        _sleep(store, flow_id, count)
        rows = [
            {"what": "started sessions/s", "value": count / (time.monotonic() - began)},
            {"what": "client CPU us a session", "value": (time.process_time() - cpu) / count * 1e6},
        ]  # fmt: skip
        place.settle()
        size = place.bytes()
        _sleep(store, flow_id, 50, "1s")
        time.sleep(1.1)
        seconds: dict[str, float] = {}
        megabytes: dict[str, float] = {}
        for what in ("clock", "worker"):
            seconds[what], megabytes[what] = _probe(place, what)
            rows.append({"what": f"{what}: seconds to the first service", "value": seconds[what]})
            rows.append({"what": f"{what}: MB", "value": megabytes[what]})
        return {
            "rows": rows, "sleepers": count, "gigabytes": size / 1e9, "bytes_each": size / count,
            "largest_process_megabytes": max(megabytes.values()), "start_seconds": max(seconds.values()),
            "database": place.name, "this_machine_of_baselines": of_baselines(),
        }  # fmt: skip


def _published(store: Store) -> bytes:
    text = canonical(document())
    with store.begin() as connection:
        made = flows.create(connection, Draft(name="sleepers", document=text), at=now_micros())
        flows.publish(connection, made.id, document=text, sha256="0" * 64, message="", at=now_micros())
    return made.id


def _sleep(store: Store, flow_id: bytes, count: int, wait: str = "300d") -> None:
    programs = Programs("UTC")
    for first in range(0, count, GROUP):
        rows = []
        for number in range(first, min(first + GROUP, count)):
            contact = {"name": f"Patient {number}", "phone": f"138{number:08d}", "language": "zh-CN"}
            record = {"name": f"Patient {number}", "visit_no": f"V{number}", "ward": "cardio", "wait": wait}
            start = Start(flow_id=flow_id, version=1, contact=contact, record=record)
            identity = new_id()
            rows.append((identity, "bench", identity.hex(), Posted(event=SessionStarted(), start=start)))
        with store.begin() as connection:
            inbox.put_each(connection, rows, at=now_micros())
        while sleeping.serve_batch(store, programs).any:
            sleeping.pause(store)
        if first // GROUP % max(1, count // GROUP // MONTHS) == 0:
            _sweep(store)


def _sweep(store: Store) -> None:
    """A month has gone: events that were applied are deleted."""
    more = GROUP
    while more == GROUP:
        with store.begin() as connection:
            more = delete_applied(connection, now_micros() + 1_000_000, limit=GROUP)


def _probe(place: Database, what: str) -> tuple[float, float]:
    command = [sys.executable, "-c", PROBE, what, TENANT]
    urls = {
        "CALLWEAVE_DATABASE_URL": place.settings.database_url or "",
        "CALLWEAVE_TENANT_DATABASE_URL": place.settings.tenant_database_url or "",
    }
    done = subprocess.run(
        command, env=place.settings.environment() | urls, cwd=Path(__file__).parents[1], capture_output=True, text=True
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seconds, megabytes = done.stdout.split()[-2:]
    return float(seconds), float(megabytes)

"""The clock on the wall jumps, for the clock's and the workers' processes: nothing comes early, nothing twice.

libfaketime moves what those processes take for the time; monotonic clocks, by which they wait, go on as they are.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.host.settings import Settings
from engine.store import Store, Stores, from_micros, inbox, new_id, now_micros
from engine.store.inbox import Start
from engine.store.tenant import journal, session
from tests import needs
from tests.databases import BOOTSTRAP_KEY, opened
from tests.host.conftest import publish
from tests.host.test_turn import of

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
HOUR = 3600


def waiting(**config: str) -> dict[str, Any]:
    return {
        "callweave": 1, "name": "Waiting", "languages": ["en"], "start": "wait",
        "nodes": {
            "wait": {"type": "wait", "config": config, "outlets": {"done": "end"}},
            "end": {"type": "end", "config": {"outcome": "woken"}},
        },
    }  # fmt: skip


class Moved:
    """The time as the processes see it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.by(0)

    def by(self, seconds: int) -> None:
        """From now on they are so many seconds off."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.replace(self._file)


@contextmanager
def processes(settings: Settings, folder: Path) -> Iterator[Moved]:
    """Redis, two clocks and two workers of turns; the clocks and one worker are moved together, the other, too."""
    if not LIBRARIES:
        needs.absent("libfaketime is not installed: apt-get install faketime")
    moved = Moved(folder / "faketime")
    plain = settings.environment() | {
        "CALLWEAVE_DATABASE_URL": settings.database_url or "",
        "CALLWEAVE_TENANT_DATABASE_URL": settings.tenant_database_url or "",
    }
    faked = plain | {
        "LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME_TIMESTAMP_FILE": str(folder / "faketime"), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    commands = [(["redis"], plain), (["clock"], faked), (["clock"], faked)] + [(["worker", "turns"], faked)] * 2
    running = [subprocess.Popen([sys.executable, "-m", "callweave", *words], env=env) for words, env in commands]
    try:
        yield moved
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(60)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", bootstrap_key=BOOTSTRAP_KEY)


@pytest.fixture
def stores(settings: Settings) -> Iterator[Stores]:
    with opened(settings) as stores:
        yield stores


def begin(store: Store, **config: str) -> bytes:
    """A session that waits; it is served by the processes."""
    flow_id, identity = publish(store, waiting(**config)), new_id()
    with store.begin() as connection:
        start = Start(flow_id=flow_id, version=1, contact={"time_zone": "Europe/Berlin"}, record={})
        inbox.put_start(connection, session_id=identity, source="api", start=start, at=now_micros())
    return identity


def reach(store: Store, identity: bytes, status: str, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while (identity, status) not in of(store, session, "id", "status"):
        assert time.monotonic() < until, of(store, session, "id", "status", "wake_at")
        time.sleep(0.05)


def test_nothing_is_early_or_twice_over_jumps_of_the_clock(stores: Stores, settings: Settings, tmp_path: Path) -> None:
    store = stores.tenant("main")
    with processes(settings, tmp_path) as moved:
        far, near = begin(store, **{"for": "1h"}), begin(store, **{"for": "4s"})
        reach(store, far, "waiting")
        moved.by(-HOUR)  # before the near one's moment
        time.sleep(6)
        assert dict(of(store, session, "id", "status"))[near] in ("waiting", "running"), "its moment is an hour off"
        moved.by(0)
        reach(store, near, "completed")
        assert dict(of(store, session, "id", "status"))[far] == "waiting"
        moved.by(HOUR + 5)
        reach(store, far, "completed")
        moved.by(-HOUR)
        moved.by(0)
        summer = begin(store, until="2027-03-28T02:30:00")  # this hour does not exist in Berlin: the first after it
        reach(store, summer, "waiting")
        [(wake_at,)] = [row[1:] for row in of(store, session, "id", "wake_at") if row[0] == summer]
        assert from_micros(wake_at).isoformat() == "2027-03-28T01:00:00+00:00"
        moved.by((wake_at - now_micros()) // 1_000_000 - 3)
        time.sleep(1)
        assert dict(of(store, session, "id", "status"))[summer] == "waiting"
        moved.by((wake_at - now_micros()) // 1_000_000 + 2)
        reach(store, summer, "completed")
    turns = [row[0] for row in of(store, journal, "session_id")]
    assert {identity: turns.count(identity) for identity in (far, near, summer)} == {far: 2, near: 2, summer: 2}
    times = {row[0]: row[1:] for row in of(store, session, "id", "started_at", "ended_at")}
    assert times[far][1] - times[far][0] >= HOUR * 1_000_000
    assert times[near][1] - times[near][0] >= 4_000_000

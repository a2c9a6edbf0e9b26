"""The clock and the workers, with a real Redis between them: it may be flushed or killed, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from redis import Redis
from rq.serializers import JSONSerializer

from engine.host import at_hand, jobs, sleeping, turn_jobs
from engine.host.clock import Clock
from engine.host.programs import Programs
from engine.host.settings import Settings
from engine.store import Stores, now_micros
from engine.store.lookout import Due, Lookout
from engine.store.tenant import inbox as inbox_table
from engine.store.tenant import journal, session
from tests import valkey
from tests.databases import BOOTSTRAP_KEY, opened
from tests.host.conftest import publish
from tests.host.test_turn import of, signal, start

SLEEP = {
    "callweave": 1, "name": "Sleep", "languages": ["en"], "start": "wait",
    "nodes": {
        "wait": {"type": "wait", "config": {"for": "1s"}, "outlets": {"done": "end"}},
        "end": {"type": "end", "config": {"outcome": "woken"}},
    },
}  # fmt: skip


class Server:
    """A Redis-compatible server that tests flush and kill."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.connection = jobs.connect(settings)
        self.begin()

    def begin(self) -> None:
        self._process = valkey.start(self._settings)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)


@pytest.fixture
def settings(database_urls: dict[str, str], tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", bootstrap_key=BOOTSTRAP_KEY, **database_urls)  # type: ignore[arg-type]


@pytest.fixture
def stores(settings: Settings) -> Iterator[Stores]:
    with opened(settings) as stores:
        yield stores


@pytest.fixture
def server(settings: Settings, stores: Stores) -> Iterator[Server]:
    server = Server(settings)
    at_hand.use(at_hand.AtHand(settings))
    yield server
    at_hand.use(None)
    server.kill()


def hints(connection: Redis) -> list[str]:
    return [job.rpartition("-")[0] for job in jobs.queue(connection, turn_jobs.QUEUE).get_job_ids()]


def work(connection: Redis) -> None:
    """A worker, until there is no job left."""
    queues = [jobs.queue(connection, name) for name in jobs.QUEUES]
    jobs.Worker(queues, connection=connection, serializer=JSONSerializer).work(burst=True)


def test_clocks_hint_once_and_a_worker_serves_what_is_due(stores: Stores, server: Server, settings: Settings) -> None:
    store = stores.tenant("main")
    one, other = Clock(settings, stores), Clock(settings, stores)
    assert one.look() == other.look() == []
    start(store, publish(store, SLEEP), 250)
    assert [one.look(), other.look(), one.look()] == [["main"]] * 3
    assert hints(server.connection) == ["main"], "nobody is told of `other`, and of `main` once"
    work(server.connection)
    assert {row[0] for row in of(store, session, "status")} == {"waiting"}
    until = time.monotonic() + 60
    while {row[0] for row in of(store, session, "status")} != {"completed"}:
        assert time.monotonic() < until
        if one.look() == other.look() == ["main"]:
            work(server.connection)
    assert all(ended >= began + 1_000_000 for began, ended in of(store, session, "started_at", "ended_at")), "early"
    assert len(of(store, journal, "turn")) == 500, "each was woken once"
    assert one.look() == []


def test_redis_may_be_flushed_and_killed(stores: Stores, server: Server, settings: Settings) -> None:
    store, other = stores.tenant("main"), stores.tenant("other")
    clock = Clock(settings, stores)
    start(store, publish(store, SLEEP), 3)
    assert clock.look() == ["main"]
    server.connection.flushall()
    assert hints(server.connection) == []
    server.kill()
    start(other, publish(other, SLEEP), 3)
    assert clock.look() == ["main", "other"], "it goes on looking"
    server.begin()
    clock.look()
    assert sorted(hints(server.connection)) == ["main", "other"]
    work(server.connection)
    for each in (store, other):
        assert len(of(each, session, "id")) == 3


def test_a_worker_outlives_a_redis_that_dies(stores: Stores, server: Server, settings: Settings) -> None:
    """A worker process as it is started in production: Redis dies under it, and it goes on when there is one again."""
    store = stores.tenant("main")
    command = [sys.executable, "-m", "callweave", "worker", "turns"]
    env = settings.environment() | {
        "CALLWEAVE_DATABASE_URL": settings.database_url or "",
        "CALLWEAVE_TENANT_DATABASE_URL": settings.tenant_database_url or "",
    }
    worker = subprocess.Popen(command, env=env)
    stop, ticking = threading.Event(), Clock(settings, Stores(settings))
    thread = threading.Thread(target=ticking.run, args=(stop,))
    thread.start()
    try:
        start(store, publish(store, SLEEP), 2)
        until = time.monotonic() + 120
        while len(of(store, session, "id")) < 2:
            assert worker.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        server.kill()
        start(store, publish(store, SLEEP), 2)
        server.begin()
        until = time.monotonic() + 120
        while len([row for row in of(store, session, "status") if row == ("completed",)]) < 4:
            assert time.monotonic() < until
            if worker.poll() is not None:  # as `callweave up` does
                worker = subprocess.Popen(command, env=env)
            time.sleep(0.05)
    finally:
        stop.set()
        thread.join(10)
        worker.terminate()
        worker.wait(120)
    assert len(of(store, journal, "turn")) == 8


def test_a_tenant_whose_database_is_broken_stops_no_other(stores: Stores, server: Server, settings: Settings) -> None:
    store = stores.tenant("other")
    clock = Clock(settings, stores)
    assert clock.look() == []
    with stores.tenant("main").begin() as connection:
        connection.execute(sa.schema.DropTable(inbox_table))
    start(store, publish(store, SLEEP))
    assert clock.look() == ["other"]


def test_what_an_owner_has_is_not_due(stores: Stores) -> None:
    """Events and moments of a session that somebody owns are its owner's."""
    store, look = stores.tenant("main"), Lookout(stores)
    [identity] = start(store, publish(store, SLEEP))
    assert look.look("main", at=now_micros()) == Due(turns=True, jobs=False)
    assert not look.look("other", at=now_micros())
    sleeping.serve_batch(store, Programs("UTC"))
    signal(store, identity, "x", "1")
    later = now_micros() + 2_000_000
    assert look.look("main", at=later) == Due(turns=True, jobs=False)
    with store.begin() as connection:
        connection.execute(session.update().values(owner="asterisk x"))
    assert not look.look("main", at=later)
    look.close()

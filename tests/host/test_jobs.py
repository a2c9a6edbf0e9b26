"""Jobs go through a real Redis-compatible server as JSON."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis, RedisError
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from engine.host.jobs import QUEUES, Worker, connect, enqueue, queue
from engine.host.settings import Settings

done: list[object] = []


def note(*arguments: object) -> None:
    done.append(arguments)


def fail() -> None:
    raise RuntimeError("as wanted")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    settings = Settings(data=tmp_path_factory.mktemp("data"), redis_url=None)
    command = [sys.executable, "-m", "callweave", "redis"]
    process = subprocess.Popen(command, env=settings.environment())
    connection = connect(settings)
    end = time.monotonic() + 60
    while True:
        try:
            connection.ping()
            break
        except RedisError:
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.02)
    yield connection
    process.terminate()
    assert process.wait(10) == 0


def work(connection: Redis) -> None:
    queues = [queue(connection, name) for name in QUEUES]
    Worker(queues, connection=connection, serializer=JSONSerializer).work(burst=True)


def test_a_job_runs_with_its_arguments_and_the_sooner_queue_first(server: Redis) -> None:
    done.clear()
    enqueue(server, f"{__name__}.note", {"row": 1}, on="later")
    enqueue(server, f"{__name__}.note", {"row": 2})
    work(server)
    assert done == [({"row": 2},), ({"row": 1},)]


def test_the_same_job_waits_once(server: Redis) -> None:
    done.clear()
    for _ in range(3):
        enqueue(server, f"{__name__}.note", 7, once="note-7")
    work(server)
    assert done == [(7,)]
    enqueue(server, f"{__name__}.note", 8, once="note-7")
    work(server)
    assert done == [(7,), (8,)]


def test_a_failed_job_is_kept_with_its_reason_and_stops_no_other(server: Redis) -> None:
    done.clear()
    enqueue(server, f"{__name__}.fail")
    enqueue(server, f"{__name__}.note", 1)
    work(server)
    assert done == [(1,)]
    failed = FailedJobRegistry(queue=queue(server)).get_job_ids()
    assert len(failed) == 1


def test_only_queues_that_a_worker_looks_at(server: Redis) -> None:
    with pytest.raises(ValueError, match="no queue 'sometime'"):
        enqueue(server, f"{__name__}.note", on="sometime")


def test_what_json_cannot_carry_is_refused_at_once(server: Redis) -> None:
    with pytest.raises(TypeError):
        enqueue(server, f"{__name__}.note", Path("x"))

"""RQ jobs: slow work, done by as many workers as you like.

A job is a hint (DECISIONS 5): it names a row, and running it twice does no harm. Jobs are JSON, never pickle, so that a
write to Redis cannot become code here; a job is a function of this code base, called by its name with plain arguments.
"""

from __future__ import annotations

from typing import Any

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from engine.host.settings import Settings

QUEUES = ("soon", "later")
"""What somebody waits for, and what may take its time; a worker looks at the first one first."""

SECONDS = 300
RESULT_KEPT = 0
FAILURE_KEPT = 3600


def connect(settings: Settings) -> Redis:
    """A client of the Redis that carries the jobs. One whole command may take long: workers block on it."""
    return Redis.from_url(settings.redis_address, health_check_interval=30)


def queue(connection: Redis, name: str = "soon") -> Queue:
    """One of QUEUES."""
    if name not in QUEUES:
        raise ValueError(f"no queue {name!r}; there are {', '.join(QUEUES)}")
    return Queue(name, connection=connection, serializer=JSONSerializer, default_timeout=SECONDS)


def enqueue(connection: Redis, function: str, *arguments: Any, on: str = "soon", once: str | None = None) -> None:
    """Ask for `function` ("package.module.name") with arguments that JSON can carry.

    A job of the same `once` that is still waiting is not put in a second time.
    """
    jobs = queue(connection, on)
    if once is not None and once in jobs.get_job_ids():
        return
    jobs.enqueue_call(
        function, args=arguments, job_id=once, result_ttl=RESULT_KEPT, failure_ttl=FAILURE_KEPT, description=function
    )


class Worker(SimpleWorker):
    """Runs jobs in its own process (a fork a job costs four times as much); the supervisor starts it again."""

    def procline(self, message: str) -> None:
        """Keep the name `callweave worker` that operators look for."""


def main(settings: Settings) -> None:
    """Work until SIGTERM; the job at hand is finished first."""
    connection = connect(settings)
    queues = [queue(connection, name) for name in QUEUES]
    Worker(queues, connection=connection, serializer=JSONSerializer, log_job_description=False).work(
        logging_level="WARNING"
    )

"""RQ jobs: slow work, done by as many workers as you like.

A job is a hint (DECISIONS 5): it names a row, and running it twice does no harm. Jobs are JSON, never pickle, so that a
write to Redis cannot become code here; a job is a function of this code base, called by its name with plain arguments.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from redis import Redis, RedisError
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from engine.host import at_hand, metrics
from engine.host.garbage import BATCHES, spare_what_stays
from engine.host.live_view import LiveView
from engine.host.queues import QUEUES
from engine.host.settings import Settings
from engine.store import id_text

log = structlog.get_logger()

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
    if once is not None:
        enqueue_each(connection, function, {once: arguments}, on=on)
        return
    queue(connection, on).enqueue_call(
        function, args=arguments, result_ttl=RESULT_KEPT, failure_ttl=FAILURE_KEPT, description=function
    )


def enqueue_each(connection: Redis, function: str, wanted: Mapping[str, tuple[Any, ...]], *, on: str) -> None:
    """Ask for `function` once for each name, with that name's arguments; names whose job still waits are left out.

    A job has its name and a number of its own: were it the name alone, one that ends would take with it the next of
    the same name, which was put in while the first was at work.
    """
    jobs = queue(connection, on)
    waiting = {job.rpartition("-")[0] for job in jobs.get_job_ids()}
    prepared = [
        Queue.prepare_data(
            function, args=arguments, job_id=f"{name}-{secrets.token_hex(8)}", result_ttl=RESULT_KEPT,
            failure_ttl=FAILURE_KEPT, description=function, timeout=SECONDS,
        )
        for name, arguments in wanted.items() if name not in waiting
    ]  # fmt: skip
    if prepared:
        jobs.enqueue_many(prepared)


def ask_for(connection: Redis, function: str, tenant: str, name: str, identity: bytes, *, what: str) -> None:
    """Ask a worker to see to a row of a tenant's, later; without Redis, whoever looks at the row next asks again.

    `name` begins the job's name, `what` says in the log of what workers were not told.
    """
    written = id_text(identity)
    try:
        enqueue_each(connection, function, {f"{name}-{written}": (tenant, written)}, on="later")
    except RedisError as error:
        log.warning(f"workers are not told of {what}", tenant=tenant, reason=str(error))


class Worker(SimpleWorker):
    """Runs jobs in its own process (a fork a job costs four times as much); the supervisor starts it again."""

    max_connection_wait_time = 1.0
    """Seconds between two tries to reach a Redis that is away: what is due shall not wait for it longer."""

    def perform_job(self, job: Job, *more: Any) -> bool:
        """Do a job, and count it."""
        well: bool = super().perform_job(job, *more)
        name = (job.func_name or "").removeprefix("engine.host.")
        metrics.JOBS_ENDED.labels(name, "done" if well else "failed").inc()
        return well

    def procline(self, message: str) -> None:
        """Keep the name `callweave worker` that operators look for."""


def main(settings: Settings, names: Sequence[str] = QUEUES) -> None:
    """Work until SIGTERM; the job at hand is finished first. `names` are the queues that this process looks at."""
    connection = connect(settings)
    queues = [queue(connection, name) for name in names]
    parts = at_hand.AtHand(settings)
    parts.live_view = LiveView(settings.redis_address)
    at_hand.use(parts)
    spare_what_stays(BATCHES)
    try:
        Worker(queues, connection=connection, serializer=JSONSerializer, log_job_description=False).work(
            logging_level="WARNING"
        )
    finally:
        parts.close()

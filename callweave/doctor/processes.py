"""Redis and the processes that show themselves in it or in the control database: workers, clocks, engines."""

from __future__ import annotations

from collections.abc import Iterator

import redis
from rq import Worker
from rq.serializers import JSONSerializer

from callweave.doctor.finding import Finding
from engine.host.queues import QUEUES
from engine.host.rounds import BEATS
from engine.host.settings import Settings
from engine.store import Stores, lease, now_micros


def redis_server(settings: Settings) -> Iterator[Finding]:
    """Redis answers and takes writes; then the workers and clocks that are there."""
    client = redis.Redis.from_url(settings.redis_address, socket_connect_timeout=2, socket_timeout=5)
    try:
        client.ping()
        yield _writes(client)
        yield _workers(client)
        beats = [key.decode().removeprefix(BEATS) for key in client.scan_iter(match=f"{BEATS}*", count=1000)]
        hint = "none: nothing that waits for a moment goes on; start `callweave clock`"
        yield Finding("clock", bool(beats), ", ".join(sorted(beats)) or hint)
    except redis.RedisError as error:
        hint = "is `callweave up` running?" if settings.redis_embedded else "check CALLWEAVE_REDIS_URL"
        yield Finding("redis", False, f"does not answer ({error}): {hint}")


def engines(settings: Settings, stores: Stores) -> Iterator[Finding]:
    """Each Asterisk's engine, and whether another stands by."""
    with stores.control.read() as connection:
        held = {found.name: found for found in lease.held(connection, at=now_micros())}
    active = [name for name in held if name.startswith(("asterisk ", "simulated")) and not name.endswith(" standby")]
    if not active:
        yield Finding("engine", False, "none holds a lease: no calls are served; start `callweave engine`")
    for name in active:
        follows = held.get(f"{name} standby")
        behind = f"{follows.holder} stands by" if follows else "nobody stands by: CALLWEAVE_ENGINES=2, or a second one"
        yield Finding("engine", True, f"{name}: {held[name].holder}, epoch {held[name].epoch}; {behind}")


def _writes(client: redis.Redis) -> Finding:
    """Redis needs to keep nothing, but one that fails to save its files refuses to be written."""
    known = client.info()
    assert isinstance(known, dict)
    if known.get("rdb_last_bgsave_status") == "err" or known.get("aof_last_write_status") == "err":
        word = "cannot save its files and will refuse writes: make room on its disk, or turn its persistence off"
        return Finding("redis", False, f"{word} (Callweave needs none)")
    used = int(known.get("used_memory", 0)) / 1e6
    return Finding("redis", True, f"answers; {used:.0f} MB; what it holds may be lost at any time")


def _workers(client: redis.Redis) -> Finding:
    workers = Worker.all(connection=client, serializer=JSONSerializer)
    served = {name for worker in workers for name in worker.queue_names()}
    idle = [name for name in QUEUES if name not in served]
    if idle:
        return Finding("workers", False, f"none for {', '.join(idle)}: start `callweave worker`")
    waiting = {name: int(client.llen(f"rq:queue:{name}")) for name in QUEUES}  # type: ignore[arg-type]
    return Finding("workers", True, f"{len(workers)}; waiting: {', '.join(f'{n} {c}' for n, c in waiting.items())}")

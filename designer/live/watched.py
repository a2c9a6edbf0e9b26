"""Which flows somebody is looking at: engines publish these and no others (DECISIONS 32).

They stand in one sorted set in Redis, each with the time until which it counts, so that a web process that dies stops
costing anything by itself.
"""

from __future__ import annotations

import threading
import time

import redis
import structlog

from engine.host.publish import WATCHED, room

log = structlog.get_logger()

COUNTS_FOR = 30.0
RENEWED_EVERY = 10.0


class Watched:
    """The flows that the pages of this process look at, by connection."""

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client
        self._lock = threading.Lock()
        self._rooms: dict[str, set[str]] = {}
        self._renewing = False

    def add(self, connection: str, tenant: str, flow: str) -> None:
        """A page looks at a flow."""
        name = room(tenant, flow)
        with self._lock:
            self._rooms.setdefault(connection, set()).add(name)
        self._renew([name])
        self._keep_renewing()

    def remove(self, connection: str, tenant: str, flow: str) -> None:
        """A page looks away from a flow; it counts on for a moment, for somebody else may look."""
        with self._lock:
            rooms = self._rooms.get(connection, set())
            rooms.discard(room(tenant, flow))

    def forget(self, connection: str) -> None:
        """A page has gone."""
        with self._lock:
            self._rooms.pop(connection, None)

    def rooms(self) -> list[str]:
        """What this process's pages look at."""
        with self._lock:
            return sorted({name for rooms in self._rooms.values() for name in rooms})

    def _renew(self, names: list[str]) -> None:
        if not names:
            return
        until = time.time() + COUNTS_FOR
        try:
            self._redis.zadd(WATCHED, dict.fromkeys(names, until))
            self._redis.zremrangebyscore(WATCHED, "-inf", time.time())
        except redis.RedisError as error:
            log.warning("live view waits for Redis", reason=str(error))

    def _keep_renewing(self) -> None:
        with self._lock:
            if self._renewing:
                return
            self._renewing = True
        threading.Thread(target=self._renew_for_ever, name="watched", daemon=True).start()

    def _renew_for_ever(self) -> None:
        while True:
            time.sleep(RENEWED_EVERY)
            self._renew(self.rooms())

"""Hints by Redis that a connector is asked something: the truth stands in the database (DECISIONS 5)."""

from __future__ import annotations

import redis
import structlog

log = structlog.get_logger()

CHANNEL = "callweave:connectors"


class Hints:
    """Tells the web process that holds a connector's line, whichever it is."""

    def __init__(self, redis_address: str) -> None:
        self._redis = redis.Redis.from_url(redis_address, socket_connect_timeout=0.5, socket_timeout=0.5)

    def give(self, connector: bytes) -> None:
        """There is something for this connector; where Redis is away, it is seen 250 ms later."""
        try:
            self._redis.publish(CHANNEL, connector.hex())
        except redis.RedisError as error:
            log.debug("connector is not hinted at", reason=str(error))

    def close(self) -> None:
        """Let the connection go."""
        self._redis.close()

"""The embedded Redis without the command that becomes it, for tests that want a server and not a start of the product.

That `callweave redis` becomes it every running copy shows; here its imports would take longest.
"""

from __future__ import annotations

import subprocess
import time

from redis import Redis, RedisError

from callweave.redis_server import command
from engine.host.settings import Settings

STARTS_WITHIN = 60.0


def start(settings: Settings) -> subprocess.Popen[bytes]:
    """Start it, and come back when it answers."""
    process = subprocess.Popen(command(settings), stdin=subprocess.DEVNULL)
    with Redis.from_url(settings.redis_address) as client:
        until = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                client.ping()
                return process
            except RedisError:
                assert process.poll() is None and time.monotonic() < until, "the embedded Redis does not answer"
                time.sleep(0.01)  # between two looks whether it answers

"""How many requests a second one key, one cookie and one address may make: nobody takes the service from the others.

Counted over ten seconds, so that a burst is no offence, and by each web process for itself: what a request costs there
must not hang on another machine. An IPv6 address counts with its whole network of 64 bits, which is one customer's.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time

from flask import Flask, request
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from designer.problems import Problem

SECONDS = 10
MESSAGES = {"Too many requests. Try again in {seconds} s."}
"""Sentences of this module; each has its translation."""


class Rates:
    """Counts requests to the API."""

    def __init__(self, *, per_key: int, per_address: int) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._per_key = _limit(per_key)
        self._per_address = _limit(per_address)

    def admit(self) -> None:
        """Refuse a request that is one too many: Problem 429."""
        if not request.path.startswith("/api/"):
            return
        self._count(self._per_address, "address", _network(request.remote_addr or ""))
        if (shown := request.headers.get("Authorization") or request.cookies.get("callweave")) is not None:
            self._count(self._per_key, "key", hashlib.blake2b(shown.encode(), digest_size=16).hexdigest())

    def _count(self, limit: RateLimitItem | None, kind: str, who: str) -> None:
        if limit is None or self._limiter.hit(limit, kind, who):
            return
        ends = self._limiter.get_window_stats(limit, kind, who).reset_time
        seconds = max(1, math.ceil(ends - time.time()))
        raise Problem(
            429, "Too many requests. Try again in {seconds} s.", {"seconds": seconds},
            headers={"Retry-After": str(seconds)},
        )  # fmt: skip


def install(app: Flask, *, per_key: int, per_address: int) -> None:
    """Count this application's requests; 0 is no limit."""
    app.before_request(Rates(per_key=per_key, per_address=per_address).admit)


def _limit(a_second: int) -> RateLimitItem | None:
    return RateLimitItemPerSecond(a_second * SECONDS, SECONDS) if a_second else None


def _network(written: str) -> str:
    try:
        address = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return written
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(address)

"""How often one address may try a wrong key; counted in Redis, in memory while Redis is away."""

from __future__ import annotations

from flask import Flask, current_app, request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from designer.problems import Problem

WRONG_KEYS: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(10), RateLimitItemPerHour(100))
KIND = "sign-in"


class WrongKeys:
    """Counts wrong keys by address."""

    def __init__(self, redis_address: str) -> None:
        address = redis_address.replace("unix://", "redis+unix://", 1)
        shared = RedisStorage(
            address, wrap_exceptions=True, key_prefix="callweave:limits", socket_connect_timeout=0.5, socket_timeout=1
        )
        self._shared = FixedWindowRateLimiter(shared)
        self._own = FixedWindowRateLimiter(MemoryStorage())

    def refuse_too_many(self) -> None:
        """Refuse the request if its address has tried too often: Problem 429."""
        address = request.remote_addr or ""
        try:
            free = all(self._shared.test(limit, KIND, address) for limit in WRONG_KEYS)
        except StorageError:
            free = all(self._own.test(limit, KIND, address) for limit in WRONG_KEYS)
        if not free:
            raise Problem(429, "Too many wrong keys. Wait a minute.", headers={"Retry-After": "60"})

    def count(self) -> None:
        """This request's key was wrong."""
        address = request.remote_addr or ""
        for limit in WRONG_KEYS:
            try:
                self._shared.hit(limit, KIND, address)
            except StorageError:
                self._own.hit(limit, KIND, address)


def install(app: Flask, redis_address: str) -> None:
    """Let this application count wrong keys."""
    app.extensions["callweave.wrong_keys"] = WrongKeys(redis_address)


def wrong_keys() -> WrongKeys:
    """The counter of the application that serves this request."""
    counter: WrongKeys = current_app.extensions["callweave.wrong_keys"]
    return counter

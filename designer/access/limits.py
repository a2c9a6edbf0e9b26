"""How often one address may try a wrong key; counted in Redis, in memory while Redis is away."""

from __future__ import annotations

from flask import Flask, Response
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address

from designer.problems import Problem, answer

SIGN_IN = "10 per minute; 100 per hour"

limiter = Limiter(
    get_remote_address,
    in_memory_fallback=[SIGN_IN],
    in_memory_fallback_enabled=True,
    swallow_errors=True,
    headers_enabled=False,
    key_prefix="callweave:limits",
)


def refused_key(response: Response) -> bool:
    """Whether a sign-in counts: only one with a wrong key does."""
    return response.status_code == 401


def install(app: Flask, redis_address: str) -> None:
    """Let the limiter count for this application."""
    address = redis_address.replace("unix://", "redis+unix://", 1)
    app.config["RATELIMIT_STORAGE_URI"] = address
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"socket_connect_timeout": 0.5, "socket_timeout": 1}
    limiter.init_app(app)

    @app.errorhandler(RateLimitExceeded)
    def too_many(_error: RateLimitExceeded) -> Response:
        return answer(Problem(429, "Too many wrong keys. Wait a minute.", headers={"Retry-After": "60"}))

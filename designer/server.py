"""The web process: gunicorn with threads, one of which each open page's live socket occupies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask
from gunicorn import util
from gunicorn.app.base import BaseApplication

from designer import sweeping
from designer.app import create_app
from engine.host.garbage import BATCHES, spare_what_stays
from engine.host.settings import Settings

log = structlog.get_logger()

LOOPBACK = ("127.0.0.1", "::1", "localhost")
PAGES_AT_ONCE = 200
"""Open pages (live sockets) that one web process serves; each holds a thread."""
THREADS = PAGES_AT_ONCE + 50
CONNECTIONS = 4 * THREADS
GRACE = 3
"""Seconds that requests may go on after a stop; sockets are closed then."""


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our options and no command line of its own."""

    def __init__(self, settings: Settings, make: Callable[[], Flask]) -> None:
        self._settings = settings
        self._make = make
        super().__init__()

    def load_config(self) -> None:
        """Options of gunicorn."""
        options: dict[str, Any] = {
            "bind": [self._settings.listens_at],
            "worker_class": "designer.slow_clients.Worker",
            "workers": 1,
            "threads": THREADS,
            "worker_connections": CONNECTIONS,
            "timeout": 60,
            "graceful_timeout": GRACE,
            "keepalive": 15,
            "limit_request_line": 8190,
            "loglevel": "warning",
            "errorlog": "-",
            "accesslog": None,
            "forwarded_allow_ips": "",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, made in the worker process."""
        app = self._make()
        sweeping.start(app.extensions["callweave"].stores)
        spare_what_stays(BATCHES)  # records come by the thousand, and leave nothing to be found
        return app


def main(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    util._setproctitle = lambda _title: None  # the command line has named this process; gunicorn would call it gunicorn
    if settings.trusted_proxy is None and settings.host not in LOOPBACK:
        log.warning("keys travel unencrypted: put a TLS proxy in front (CALLWEAVE_TRUSTED_PROXY)", host=settings.host)
    Server(settings, lambda: create_app(settings)).run()

"""`callweave metrics`: `/metrics` of a machine on which no web process runs, such as one with workers alone.

The same as the web process answers: to this machine, or to whoever sends the key of `CALLWEAVE_METRICS_KEY`.
"""

from __future__ import annotations

import hmac
import ipaddress
import signal
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog

from engine.host import metrics
from engine.host.settings import Settings

log = structlog.get_logger()


def may_see(address: str, authorization: str, key: str | None) -> bool:
    """Whether a request from this address, with this header, may be answered."""
    sent = authorization.removeprefix("Bearer ")
    if key is not None and hmac.compare_digest(sent.encode(), key.encode()):
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def server(settings: Settings) -> ThreadingHTTPServer:
    """A server that is bound and does not serve yet."""
    host, _, port = settings.metrics_listen.rpartition(":")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self._answer(404, b"There is /metrics here, and nothing else.\n", "text/plain")
            elif may_see(str(self.client_address[0]), self.headers.get("Authorization", ""), settings.metrics_key):
                self._answer(200, metrics.exposition(), metrics.CONTENT_TYPE)
            else:
                self._answer(403, b"Send the key of CALLWEAVE_METRICS_KEY as a bearer token.\n", "text/plain")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name in the library)
            """Requests are not worth a line."""

    return ThreadingHTTPServer((host.strip("[]"), int(port)), Handler)


def main(settings: Settings) -> None:
    """Answer until SIGTERM."""
    serving = server(settings)
    stop: Callable[[], object] = threading.Thread(target=serving.shutdown, daemon=True).start
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())
    log.info("figures are served", address=settings.metrics_listen)
    serving.serve_forever()
    serving.server_close()

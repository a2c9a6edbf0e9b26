"""Somebody else's server, in a process's thread: it keeps a ledger of what it was asked, and answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Behaviour = Callable[["Asked"], tuple[int, dict[str, str], bytes] | None]


class Asked:
    """One request, as it was read."""

    def __init__(self, method: str, path: str, headers: dict[str, str], body: bytes, at: float, number: int) -> None:
        self.method, self.path, self.headers, self.body, self.at, self.number = method, path, headers, body, at, number

    @property
    def key(self) -> str:
        return self.headers.get("idempotency-key", "")


def fine(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, b'{"ok": true}'


class Server:
    """`asked` is what came, `most` how many were there together. A behaviour that gives None drops the connection."""

    def __init__(self, behaviour: Behaviour = fine, ledger: Path | None = None) -> None:
        self.behaviour = behaviour
        self.asked: list[Asked] = []
        self.most = 0
        self._there = 0
        self._lock = threading.Lock()
        self._ledger = ledger
        self._server = _Threading(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def keys(self) -> list[str]:
        return [asked.key for asked in self.asked]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def serve(self) -> None:
                at = time.monotonic()
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with server._lock:
                    server._there += 1
                    server.most = max(server.most, server._there)
                    asked = Asked(self.command, self.path, headers, body, at, len(server.asked))
                    server.asked.append(asked)
                    server._note(asked)
                try:
                    answer = server.behaviour(asked)
                finally:
                    with server._lock:
                        server._there -= 1
                if answer is None:
                    self.close_connection = True
                    return
                status, sent, content = answer
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **sent}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve  # noqa: N815

            def log_message(self, *_: Any) -> None:
                return

        return Handler

    def _note(self, asked: Asked) -> None:
        if self._ledger is not None:
            with self._ledger.open("a") as file:
                file.write(json.dumps({"key": asked.key, "path": asked.path, "at": time.time()}) + "\n")


class _Threading(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, *_: Any) -> None:
        """A client that has gone is no error here."""



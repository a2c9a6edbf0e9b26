"""A door between a provider and the designer that writes down what was told, and how it was answered."""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit


class Told(NamedTuple):
    """One request: its path, the fields of its address, and the designer's status."""

    path: str
    fields: dict[str, str]
    status: int


class Door:
    """Passes GET requests on to the designer, on a port of its own."""

    def __init__(self, designer: str) -> None:
        self.told: list[Told] = []
        told = self.told
        host = urlsplit(designer).netloc

        class Handler(BaseHTTPRequestHandler):
            timeout = 30.0

            def do_GET(self) -> None:
                connection = http.client.HTTPConnection(host, timeout=30)
                try:
                    connection.request("GET", self.path)
                    answer = connection.getresponse()
                    status, body = answer.status, answer.read()
                except (OSError, http.client.HTTPException):
                    status, body = 502, b""
                finally:
                    connection.close()
                split = urlsplit(self.path)
                fields = {name: values[0] for name, values in parse_qs(split.query, errors="replace").items()}
                told.append(Told(split.path, fields, status))
                self.send_response(status)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """It is written down already."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 512

            def handle_error(self, request: object, client_address: object) -> None:
                """Who asked was killed: what it was told stands written all the same."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let nobody in any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

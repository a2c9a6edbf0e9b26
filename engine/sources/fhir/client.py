"""HTTP to one server: to an address that may be connected to, bounded in time and size, exact about what has left.

What only asks keeps its connection for the next time, and asks again on a new one if the server has closed that. What
writes has a connection of its own, for on one that is closed just then nobody can tell whether it was heard.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.sources.source import Surroundings

LARGEST: Final = 64 * 1024 * 1024
CONNECT_SECONDS: Final = 10.0
_PIECE = 256 * 1024


class Answer(msgspec.Struct, frozen=True):
    """What the server has said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as data; None if it is no JSON."""
        try:
            return msgspec.json.decode(self.body) if self.body else None
        except msgspec.DecodeError:
            return None


class Client:
    """Makes requests below one address; may be used by several threads."""

    def __init__(self, url: str, headers: Mapping[str, str], ca: str, surroundings: Surroundings) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._path = parts.path.rstrip("/")
        self._headers = dict(headers)
        self._permits = surroundings.permits
        self._tls = ssl.create_default_context(cadata=ca or None) if parts.scheme == "https" else None
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()

    def get(self, path: str, seconds: float) -> Answer:
        """Ask; raises NotNow or Refused."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        try:
            if connection is not None:
                try:
                    return self._asked(connection, "GET", path, {}, None, seconds)
                except (OSError, http.client.HTTPException):
                    connection.close()
            return self._asked(self._connected(seconds), "GET", path, {}, None, seconds)
        except (OSError, http.client.HTTPException) as error:
            raise NotNow(_words(error)) from None

    def send(self, method: str, path: str, headers: Mapping[str, str], body: Any, seconds: float) -> Answer:
        """Write; raises NotNow when nothing has left, Unsure when nobody knows."""
        written = msgspec.json.encode(body)
        try:
            connection = self._connected(seconds)
        except (OSError, http.client.HTTPException) as error:
            raise NotNow(_words(error)) from None
        try:
            more = {"Content-Type": "application/fhir+json", **headers}
            return self._asked(connection, method, path, more, written, seconds)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise Unsure(_words(error)) from None
        except Refused as error:  # its answer is too large: by then it has done it, or not
            raise Unsure(error.reason) from None

    def close(self) -> None:
        """Let the connections go."""
        with self._lock:
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    def _connected(self, seconds: float) -> http.client.HTTPConnection:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)]
        permitted = [address for address in found if self._permits(self._host, address, self._port)]
        if not permitted:
            raise Refused("this address is inside the house, and not allowed (CALLWEAVE_ALLOW_HOSTS)")
        line = socket.create_connection((permitted[0], self._port), min(seconds, CONNECT_SECONDS))
        connection = http.client.HTTPConnection(self._host, self._port, timeout=seconds)
        connection.auto_open = 0  # it would resolve the name itself
        try:
            connection.sock = line if self._tls is None else self._tls.wrap_socket(line, server_hostname=self._host)
        except OSError:
            line.close()
            raise
        return connection

    def _asked(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
        seconds: float,
    ) -> Answer:
        end = time.monotonic() + seconds
        if connection.sock is None:
            raise ConnectionError
        connection.sock.settimeout(seconds)
        connection.request(method, f"{self._path}/{path}", body, {**self._headers, **headers})
        response = connection.getresponse()
        pieces, size = [], 0
        while piece := response.read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                connection.close()
                raise Refused(f"an answer of more than {LARGEST // 1024 // 1024} MiB")
            if time.monotonic() > end:
                connection.close()
                raise TimeoutError
        named = {name.lower(): value for name, value in response.headers.items()}
        if method == "GET" and not response.will_close:
            with self._lock:
                self._idle.append(connection)
        else:
            connection.close()
        return Answer(response.status, named, b"".join(pieces))


def _words(error: Exception) -> str:
    """The error for people, without the address: there may be a secret in it."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "the name is not known"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason or type(error).__name__}"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "the server closed the connection"

"""The line of a browser's telephone: its SIP, passed between the page and the web socket of our own Asterisk.

Asterisk's web server listens on the loopback, where ARI is, and is reached by nobody from outside; so nothing more is
open to the network than the designer, and what protects the designer protects this. It goes on from 127.0.0.2, not
127.0.0.1: whoever comes from there is the trunk `local` to Asterisk, and may call any number of any tenant.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import simple_websocket  # type: ignore[import-untyped]
from wsproto import ConnectionType
from wsproto.events import AcceptConnection, Request

from engine.adapters.ari.browser_phones import SOURCE

PROTOCOL = "sip"
LONGEST_MESSAGE = 65_536
LOOK_SECONDS = 20.0
"""How often it is asked whether this person may still telephone."""
LONGEST = 3600.0
PING_SECONDS = 20
CONNECT_SECONDS = 5.0


class NoLine(Exception):
    """Asterisk does not take a web socket: it is not there, or has none."""


class ToAsterisk(simple_websocket.ws.Base):  # type: ignore[misc]
    """Our end of a web socket to Asterisk, opened from an address of our own choice."""

    connected: bool

    def __init__(self, address: str) -> None:
        """`address` is ARI's URL. Raises NoLine."""
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 8088
        try:
            to_asterisk = socket.create_connection((self._host, self._port), CONNECT_SECONDS, (SOURCE, 0))
            super().__init__(to_asterisk, ConnectionType.CLIENT, max_message_size=LONGEST_MESSAGE)
        except (OSError, simple_websocket.ConnectionError) as error:
            raise NoLine(str(error)) from None

    def handshake(self) -> None:
        """Ask for SIP."""
        host = f"{self._host}:{self._port}"
        self.sock.sendall(self.ws.send(Request(host=host, target="/ws", subprotocols=[PROTOCOL])))
        while not self.connected:
            received = self.sock.recv(self.receive_bytes)
            if not received:
                raise simple_websocket.ConnectionError()
            self.ws.receive_data(received)
            for event in self.ws.events():
                if not isinstance(event, AcceptConnection):
                    raise simple_websocket.ConnectionError()
                self.connected = True
                break
        self.sock.settimeout(None)

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        """Close it, and wake who waits for a message: Asterisk does not always answer a close with its own."""
        super().close(reason, message)
        self.event.set()
        self.sock.shutdown(socket.SHUT_RDWR)


def serve(page: Any, asterisk: ToAsterisk, may_go_on: Callable[[], bool]) -> None:
    """Pass messages both ways, until either side closes, an hour has passed, or this person may no more."""
    answers = threading.Thread(target=_pass_on, args=(asterisk, page), name="browser phone", daemon=True)
    answers.start()
    until, look = time.monotonic() + LONGEST, time.monotonic() + LOOK_SECONDS
    try:
        while (now := time.monotonic()) < until:
            if now >= look:
                if not may_go_on():
                    break
                look = now + LOOK_SECONDS
            said = page.receive(timeout=min(look, until) - now)
            if said is not None:
                asterisk.send(said)
    except (simple_websocket.ConnectionClosed, OSError):
        pass  # one of the two has gone: so does the other
    finally:
        close(asterisk)
        close(page)
        answers.join(CONNECT_SECONDS)


def _pass_on(asterisk: ToAsterisk, page: Any) -> None:
    with contextlib.suppress(simple_websocket.ConnectionClosed, OSError):
        while True:
            page.send(asterisk.receive())
    close(page)


def close(end: Any) -> None:
    """Close one end, if it is still open."""
    with contextlib.suppress(simple_websocket.ConnectionClosed, OSError):
        end.close()

"""The guard for what speaks HTTP by `requests`: a connection goes to an address that may be asked, or to none.

The name is resolved once, and the connection goes to what was looked at (DNS rebinding); certificates are still those
of the name.
"""

from __future__ import annotations

import socket
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from engine.adapters.guard import Allowed, chosen

INSIDE = "this address is inside the house, and not allowed (CALLWEAVE_ALLOW_HOSTS)"


def guard(session: Session, allowed: Allowed) -> None:
    """Let a session reach only whom requests may go to, and through no proxy."""
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(allowed))


class _Adapter(HTTPAdapter):
    """Connects by the guard."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        """The pools, with connections of ours."""
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = _pools(self._allowed)


def _pools(allowed: Allowed) -> dict[str, Any]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, allowed)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, allowed)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connected(wanted: HTTPConnection, allowed: Allowed) -> socket.socket:
    """A connection to one of the name's addresses that may be asked."""
    port = wanted.port or wanted.default_port
    try:
        found = socket.getaddrinfo(wanted.host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NewConnectionError(wanted, f"{wanted.host} is not known: {error}") from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    last: OSError | None = None
    for address in chosen(allowed, wanted.host, addresses, port):
        try:
            seconds = wanted.timeout if isinstance(wanted.timeout, int | float) else None
            return socket.create_connection((address, port), timeout=seconds)
        except TimeoutError as error:
            raise ConnectTimeoutError(wanted, f"no connection to {wanted.host}") from error
        except OSError as error:
            last = error
    if last is not None:
        raise NewConnectionError(wanted, f"no connection to {wanted.host}: {last}") from last
    raise NewConnectionError(wanted, INSIDE)

"""A connection to a server that somebody has filled in, as far as the operator allows it (`guard`)."""

from __future__ import annotations

import socket
import ssl

from engine.adapters.gateway import NotNow, Refused
from engine.adapters.guard import Allowed, chosen


def reach(allowed: Allowed | None, host: str, port: int, timeout: float) -> socket.socket:
    """A connected socket, in a thread; raises NotNow, or Refused where the address is not allowed. None allows all."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotNow(f"the name {host} is not known") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    permitted = addresses if allowed is None else chosen(allowed, host, addresses, port)
    if not permitted:
        raise Refused(f"{host} is inside the house, and not allowed (CALLWEAVE_ALLOW_HOSTS)")
    reason = ""
    for address in permitted:
        try:
            return socket.create_connection((address, port), timeout)
        except TimeoutError:
            reason = f"no connection within {timeout:g} s"
        except OSError as error:
            reason = error.strerror or type(error).__name__
    raise NotNow(f"{host}:{port} is not reached: {reason}")


def trusted(ca: str) -> ssl.SSLContext:
    """Checks certificates by the system's authorities, or by these alone (PEM)."""
    return ssl.create_default_context(cadata=ca) if ca else ssl.create_default_context()

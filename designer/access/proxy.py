"""Behind a TLS proxy: believe what it says of the caller's address and scheme, and nobody else."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TrustedProxy:
    """Applies X-Forwarded-For, -Proto and -Host of requests that come from the proxy's address or network."""

    def __init__(self, application: Application, trusted: str) -> None:
        self._networks = [ipaddress.ip_network(part.strip(), strict=False) for part in trusted.split(",")]
        self._direct = application
        self._behind = ProxyFix(application, x_for=1, x_proto=1, x_host=1)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request."""
        try:
            address = ipaddress.ip_address(environ.get("REMOTE_ADDR", ""))
        except ValueError:
            return self._direct(environ, start_response)
        if any(address in network for network in self._networks):
            return self._behind(environ, start_response)
        return self._direct(environ, start_response)

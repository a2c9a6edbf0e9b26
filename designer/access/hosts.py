"""Under which names the designer is reached: a request for another one is refused before anything looks at it.

A page of somebody else's may give its own name our address (DNS rebinding) and then is, to a browser, a page of ours.
So a name has to be known: `localhost`, those of `CALLWEAVE_HOST` and `CALLWEAVE_URL`, and what `CALLWEAVE_KNOWN_AS`
adds. An address in numbers is nobody's name and cannot be turned round; and whether the process is alive may be asked
under any. A proxy that is trusted is believed while nobody has said by `CALLWEAVE_URL` what our name is: it has names
of its own. This stands before the live socket as well, which the application never sees.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from designer import problems
from designer.problems import Problem
from engine.host.settings import Settings

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

ASKED_BY_ANY = ("/healthz", "/readyz")
UNKNOWN = "Nothing is served here under this name. An operator adds it to CALLWEAVE_URL or CALLWEAVE_KNOWN_AS."
TWO = "The request names two hosts, or none."
MESSAGES = {UNKNOWN, TWO}
"""Sentences of this module; each has its translation."""
_FROM_PROXY = "werkzeug.proxy_fix.orig"
"""What is in the environment of a request that `TrustedProxy` has believed."""
_WHOLE = re.compile(r"[^/]*//([^/?#]*)")
_WRITTEN = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\\\[\],]+)(?::\d{1,5})?")


def served(settings: Settings) -> frozenset[str]:
    """The names that are ours."""
    given = [settings.host, urlsplit(settings.address).hostname or "", *settings.known_as.split(",")]
    return frozenset({"localhost", *(_plain(name.strip()) for name in given)} - {""})


class KnownHosts:
    """Lets requests in whose `Host` is one of ours; the others are answered by a problem, 421 or 400."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._application: Application = app.wsgi_app
        self._names = served(settings)
        self._believes_proxy = settings.url is None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request."""
        problem = None if environ.get("PATH_INFO") in ASKED_BY_ANY else self._wrong(environ)
        if problem is None:
            return self._application(environ, start_response)
        plain = {**environ, "HTTP_HOST": "localhost"}  # what was sent is repeated nowhere
        with self._app.request_context(plain):
            return self._app.process_response(problems.answer(problem))(environ, start_response)

    def _wrong(self, environ: dict[str, Any]) -> Problem | None:
        host = environ.get("HTTP_HOST")
        if host is None and environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
            return None  # no browser asks so: a balancer that looks whether we live
        target = str(environ.get("RAW_URI") or "/")
        whole = None if target.startswith("/") or target == "*" else _WHOLE.match(target)  # GET http://host/path
        if not host or (whole is not None and whole[1] != host):
            return Problem(400, TWO)
        written = _WRITTEN.fullmatch(host)
        if written is not None and self._believes_proxy and _FROM_PROXY in environ:
            return None
        name = "" if written is None else _plain(written[1])
        return None if name in self._names or _is_number(name) else Problem(421, UNKNOWN)


def _plain(name: str) -> str:
    """As names are compared: small, without a last dot, in the letters of DNS."""
    name = name.lower().removesuffix(".").strip("[]")
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return name


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

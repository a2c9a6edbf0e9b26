"""A client for other people's servers: guarded, bounded in time and size, and exact about what has left.

A connection goes to an address that the guard has seen, not to one that is resolved a second time (DNS rebinding).
Redirects are followed by hand, so that each is looked at like the first address. An error says whether a byte of the
request may have left, for on that hangs whether it may be made again. Each request has a connection of its own: on one
that is kept open, a server that closes it just then leaves open whether it has read the request.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from engine.adapters.gateway import LeaseOver, NotNow, Refused, Unsure
from engine.adapters.guard import Allowed

MAX_REDIRECTS = 3
LARGEST = 64 * 1024
"""Bytes of an answer that are read (DECISIONS 13)."""
CONNECT_SECONDS = 10.0
_SAFE = {"GET", "HEAD"}
_HARMLESS = {"accept", "accept-language", "content-type", "user-agent"}


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A server's answer; `body` has at most LARGEST bytes, `whole` says whether that is all."""

    status: int
    media_type: str
    charset: str
    body: bytes
    whole: bool

    @property
    def text(self) -> str:
        """The body as text; what does not fit its charset becomes �."""
        try:
            return self.body.decode(self.charset or "utf-8", "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")


class _Forbidden(Exception):
    """The guard does not let us there."""


class _Again(Exception):
    """aiohttp makes a GET, PUT or DELETE a second time by itself when its connection was closed; we do not."""


class _Resolver(AbstractResolver):
    """Resolves names to the addresses that the guard permits."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        self._inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The permitted addresses of a name; raises _Forbidden if it has only others."""
        found = await self._inner.resolve(host, port, family)
        permitted = [entry for entry in found if self._allowed.permits(host, entry["host"], port)]
        if found and not permitted:
            raise _Forbidden
        return permitted

    async def close(self) -> None:
        """Nothing is open."""


class Client:
    """Makes requests. `may_act` is asked when the connection stands, before the first byte of a request leaves."""

    def __init__(self, allowed: Allowed, may_act: Callable[[], bool], *, at_once: int) -> None:
        self._allowed = allowed
        self._may_act = may_act
        self._at_once = at_once
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: float,
        follow: bool = True,
    ) -> Received:
        """Make one request; NotNow if it has certainly not left, Refused if it must not, Unsure if nobody knows."""
        progress = SimpleNamespace(left=False, begun=False)
        try:
            async with asyncio.timeout(timeout):
                return await self._followed(method, URL(url, encoded=False), headers, body, follow, progress)
        except _Forbidden:
            raise Refused("this address is inside the house, and not allowed (CALLWEAVE_ALLOW_HOSTS)") from None
        except ValueError as error:
            raise Refused(f"no usable address: {error}") from None
        except TimeoutError:
            reason = f"no answer within {timeout:g} s" if progress.left else f"no connection within {timeout:g} s"
            raise _not_known(progress, reason) from None
        except _Again:
            raise Unsure("the server closed the connection") from None
        except (aiohttp.ClientError, OSError, ssl.SSLError) as error:
            raise _not_known(progress, _words(error)) from None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _followed(
        self, method: str, url: URL, headers: Mapping[str, str], body: bytes | None, follow: bool, progress: Any
    ) -> Received:
        for _ in range(MAX_REDIRECTS + 1):
            self._check(url)
            progress.begun = False
            async with self._opened().request(
                method, url, headers=headers, data=body, allow_redirects=False, trace_request_ctx=progress
            ) as response:
                target = response.headers.get("Location")
                if not follow or target is None or response.status not in (301, 302, 303, 307, 308):
                    return await _received(response)
                following = url.join(URL(target))
                if following.origin() != url.origin():  # what was meant for one server is not shown to another
                    headers = {n: v for n, v in headers.items() if n.lower() in _HARMLESS}
                if method not in _SAFE and response.status in (301, 302, 303):
                    method, body = "GET", None
                    headers = {n: v for n, v in headers.items() if not n.lower().startswith("content-")}
                url = following
        raise Refused(f"more than {MAX_REDIRECTS} redirects")

    def _check(self, url: URL) -> None:
        if url.scheme not in ("http", "https") or not url.host or url.port is None:
            raise ValueError(f"not http or https: {url.scheme or 'nothing'}")
        if url.user is not None or url.password is not None:
            raise ValueError("a name and password in an address; they belong into a header")
        try:
            ipaddress.ip_address(url.host)
        except ValueError:
            return
        if not self._allowed.permits(url.host, url.host, url.port):
            raise _Forbidden

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_connection_create_end.append(self._about_to_send)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=_Resolver(self._allowed), use_dns_cache=False, limit=self._at_once, force_close=True,
                ),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, trace_configs=[trace],
            )  # fmt: skip
        return self._session

    async def _about_to_send(self, session: aiohttp.ClientSession, context: SimpleNamespace, params: Any) -> None:
        if not self._may_act():
            raise LeaseOver("the lease is over")
        progress = context.trace_request_ctx
        if progress.begun:
            raise _Again
        progress.left = progress.begun = True


async def _received(response: aiohttp.ClientResponse) -> Received:
    body = bytearray()
    whole = True
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            whole = False
            break
    return Received(
        status=response.status, media_type=response.content_type, charset=response.charset or "",
        body=bytes(body[:LARGEST]), whole=whole,
    )  # fmt: skip


def _not_known(progress: Any, reason: str) -> NotNow | Unsure:
    return Unsure(reason) if progress.left else NotNow(reason)


def _words(error: Exception) -> str:
    """The error for people, without the address: there may be a secret in it."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the name is not known"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"no connection: {error.os_error.strerror or type(error.os_error).__name__}"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the server closed the connection"
    return type(error).__name__

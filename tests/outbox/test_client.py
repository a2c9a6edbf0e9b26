"""The client for other people's servers: where it goes, what it reads, and what it says of what has left."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from engine.adapters.gateway import LeaseOver, NotNow, Refused, Unsure
from engine.adapters.guard import Allowed
from engine.adapters.http.client import LARGEST, Client, Received
from tests.outbox.server import Asked, Server


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def inner() -> Iterator[Server]:
    """A server that nobody is allowed to ask."""
    made = Server()
    yield made
    made.close()


def ask(url: str, *, allowed: str, method: str = "GET", may_act: bool = True, **fields: Any) -> Received:
    async def once() -> Received:
        client = Client(Allowed.read(allowed), lambda: may_act, at_once=5)
        try:
            given: dict[str, Any] = {"headers": {}, "body": None, "timeout": 5.0, **fields}
            return await client.ask(method, url, **given)
        finally:
            await client.close()

    return asyncio.run(once())


def test_what_is_inside_is_not_asked_by_whatever_name(inner: Server) -> None:
    port = inner.port
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "127.1", "0", "[::1]"):
        with pytest.raises(Refused):
            ask(f"http://{host}:{port}/", allowed="")
    assert inner.asked == []
    assert ask(inner.url, allowed="127.0.0.1").status == 200


def test_a_redirect_is_looked_at_like_an_address(server: Server, inner: Server) -> None:
    server.behaviour = lambda asked: (302, {"Location": inner.url}, b"")
    with pytest.raises(Refused, match="inside the house"):
        ask(server.url, allowed=f"127.0.0.1:{server.port}")
    assert inner.asked == []


def test_a_name_that_changes_its_address_is_connected_to_where_it_was_looked_at(
    inner: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["127.0.0.1"], ["93.184.216.34", "127.0.0.1"]])
    looked: list[str] = []

    async def resolve(self: Any, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[Any]:
        looked.append(host)
        return [
            {"hostname": host, "host": address, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
            for address in next(answers)
        ]

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", resolve)
    with pytest.raises(Refused):
        ask(f"http://rebind.example:{inner.port}/", allowed="")
    with pytest.raises((NotNow, Unsure)):  # to the public address alone, which nobody answers from here
        ask(f"http://rebind.example:{inner.port}/", allowed="", timeout=1.0)
    assert looked == ["rebind.example"] * 2 and inner.asked == []


def test_redirects_are_followed_a_few_times_and_take_no_secrets_along(server: Server, inner: Server) -> None:
    server.behaviour = lambda asked: (307, {"Location": f"{inner.url}/there"}, b"")
    secret = {"X-Api-Key": "s3cret", "Authorization": "Bearer s3cret", "Accept": "text/plain"}
    assert ask(server.url, allowed="127.0.0.1", method="POST", headers=secret, body=b"x").status == 200
    [asked] = inner.asked
    assert (asked.method, asked.body) == ("POST", b"x") and asked.headers["accept"] == "text/plain"
    assert "s3cret" not in str(asked.headers)
    server.behaviour = lambda asked: (301, {"Location": "/again"}, b"")
    with pytest.raises(Refused, match="more than 3 redirects"):
        ask(server.url, allowed="127.0.0.1")
    inner.asked.clear()
    server.behaviour = lambda asked: (303, {"Location": f"{inner.url}/there"}, b"")
    ask(server.url, allowed="127.0.0.1", method="POST", headers={"Content-Type": "text/plain"}, body=b"x")
    assert (inner.asked[0].method, inner.asked[0].body) == ("GET", b"")
    assert ask(server.url, allowed="127.0.0.1", follow=False).status == 303


@pytest.mark.parametrize("size", [0, LARGEST, LARGEST + 1, 5_000_000])
def test_no_more_is_read_than_is_kept(server: Server, size: int) -> None:
    server.behaviour = lambda asked: (200, {}, b"x" * size)
    received = ask(server.url, allowed="127.0.0.1")
    assert len(received.body) == min(size, LARGEST) and received.whole is (size <= LARGEST)


def drop(asked: Asked) -> None:
    return None


def late(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    time.sleep(2)
    return 200, {}, b""


@pytest.mark.parametrize(("behaviour", "words"), [(drop, "closed the connection"), (late, "no answer within 1 s")])
def test_what_may_have_arrived_is_unsure_and_no_request_is_made_twice(
    server: Server, behaviour: Any, words: str
) -> None:
    server.behaviour = behaviour
    for method in ("GET", "POST", "PUT", "DELETE"):
        with pytest.raises(Unsure, match=words):
            ask(server.url, allowed="127.0.0.1", method=method, timeout=1.0)
    assert [asked.method for asked in server.asked] == ["GET", "POST", "PUT", "DELETE"]


def test_what_was_not_connected_has_not_left() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(NotNow, match="no connection"):
            ask(f"http://127.0.0.1:{closed.getsockname()[1]}/", allowed="127.0.0.1", method="POST")
    with pytest.raises(NotNow, match="the name is not known"):
        ask("http://no-such-name.invalid/", allowed="")


def test_the_lease_is_looked_at_when_the_connection_stands(server: Server) -> None:
    with pytest.raises(LeaseOver):
        ask(server.url, allowed="127.0.0.1", may_act=False)
    assert server.asked == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "https://", "http://user:pw@example.com/", "gopher://x/"])
def test_odd_addresses_are_refused(url: str) -> None:
    with pytest.raises(Refused):
        ask(url, allowed="")

"""More slow clients than there are threads: they are cut off, and nobody else has to wait for them."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.product import free_port

SERVER = """
import sys
from flask import Flask, request
from designer import server, slow_clients
from engine.host.settings import Settings
slow_clients.HEAD_SECONDS = slow_clients.BODY_SECONDS = 2.0
server.THREADS, server.CONNECTIONS = 4, 64
server.sweeping.start = lambda stores: None
def make():
    app = Flask("slow")
    app.extensions["callweave"] = type("Parts", (), {"stores": None})
    @app.route("/", methods=["GET", "POST"])
    def page():
        return str(len(request.get_data()))
    return app
server.Server(Settings(port=int(sys.argv[1]), data=sys.argv[2]), make).run()
"""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A server of four threads."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port), str(tmp_path)])
    try:
        until_served(port, 60, body=b"0")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def test_slow_heads_and_bodies_hold_no_thread_for_long(port: int) -> None:
    slow = []
    for number in range(12):
        client = socket.create_connection(("127.0.0.1", port), 10)
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
        client.sendall(head + (b"\r\nx" if number % 2 else b"X-Never: "))
        slow.append(client)
    began = time.monotonic()
    dripping = True
    while dripping and time.monotonic() - began < 40:  # a byte now and then, as long as anybody listens
        dripping = False
        for client in slow:
            with suppress(OSError):
                client.sendall(b"x")
                dripping = True
        time.sleep(0.2)
    assert not dripping, "every slow client is cut off"
    until_served(port, 20, body=b"0")
    body = b"y" * 300_000
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/", data=body, method="POST")
    assert urllib.request.urlopen(asked, timeout=20).read() == b"300000"
    for client in slow:
        client.close()


def test_a_large_body_that_comes_at_a_fair_pace_is_taken(port: int) -> None:
    """Longer than the two seconds of a small one, but at more bytes a second than the slowest that is let pass."""
    with closing(socket.create_connection(("127.0.0.1", port), 30)) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\nConnection: close\r\n\r\n")
        for _ in range(10):
            client.sendall(b"z" * 20_000)
            time.sleep(0.3)
        client.settimeout(30)
        answer = b""
        while piece := client.recv(4096):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"200000")


def until_served(port: int, seconds: float, path: str = "/", body: bytes | None = None, at: str = "127.0.0.1") -> None:
    """Wait until a server answers, with this body if one is given."""
    end = time.monotonic() + seconds
    while True:
        try:
            said = urllib.request.urlopen(f"http://{at}:{port}{path}", timeout=10).read()
            assert body is None or said == body
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)

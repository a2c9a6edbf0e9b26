"""Requests that are no HTTP, or HTTP that two readers would read differently, on the wire: refused, answered once, and no 5xx."""

from __future__ import annotations

import socket
from contextlib import suppress

from tests.hostile.test_slow_clients import port

__all__ = ["port"]
GET, POST = b"GET / HTTP/1.1\r\nHost: a\r\n", b"POST / HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
REFUSED = {
    "two lengths": POST + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
    "a length and chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + GET + b"\r\n",
    "chunked twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "a length below nothing": POST + b"Content-Length: -1\r\n\r\n",
    "a length with a sign": POST + b"Content-Length: +3\r\n\r\nabc",
    "a space before the colon": GET + b"Content-Length : 3\r\n\r\n",
    "a folded line": GET + b"X-A: b\r\n c\r\n\r\n",
    "a bare CR": GET + b"X-A: b\rSet-Cookie: c\r\n\r\n",
    "a NUL": GET + b"X-A: b\0c\r\n\r\n",
    "two hosts": GET + b"Host: b\r\n\r\n",
    "two thousand headers": GET + b"".join(b"X-%d: a\r\n" % number for number in range(2_000)) + b"\r\n",
    "a header without end": GET + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
    "an address without end": b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "a chunk of less than nothing": CHUNKED + b"-5\r\nabc\r\n0\r\n\r\n",
    "a chunk that is no number": CHUNKED + b"xyz\r\nabc\r\n0\r\n\r\n",
    "a chunk without its end": CHUNKED + b"3\r\nabcdef\r\n0\r\n\r\n",
    "chunks that break off": CHUNKED + b"500\r\nabc",
}


def test_what_could_be_read_in_two_ways_is_refused_once(port: int) -> None:
    for what, sent in REFUSED.items():
        answer = said(port, sent)
        if not answer and len(sent) > 8_190:
            continue  # cut off while the rest was still on its way
        assert answer.count(b"HTTP/1.") == 1, (what, answer[:200])
        assert 400 <= int(answer.split(b" ", 2)[1]) < 500, (what, answer[:200])
    assert said(port, GET + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 200"), "and it goes on"


def said(port: int, sent: bytes) -> bytes:
    """All that is answered until the connection ends."""
    with socket.create_connection(("127.0.0.1", port), 30) as client:
        answer = b""
        with suppress(ConnectionError):
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            while piece := client.recv(65_536):
                answer += piece
        return answer

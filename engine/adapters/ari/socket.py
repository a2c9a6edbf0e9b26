"""The client's side of a WebSocket (RFC 6455), as far as Asterisk needs it: texts both ways on one connection.

Every key and every prompt of every call passes here, so it is a protocol without tasks and queues in between: what is
read from the connection is handed out in the same call, and all that is sent in one round of the event loop goes out in
one write. Frames to a server must be masked; ours are masked with zero, for a mask protects proxies, and there is none.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CONTINUED, _CLOSE, _PING, _PONG = 0x1, 0x0, 0x8, 0x9, 0xA
_LAST, _MASKED = 0x80, 0x80
_NO_MASK = b"\0\0\0\0"
_LONGEST_ANSWER = 65_536


class NotAccepted(Exception):
    """The server does not speak WebSocket with us; `status` is HTTP's."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


async def connect(url: str, authorization: str, on_text: Callable[[bytes], None], *, heartbeat: float) -> Socket:
    """Open a WebSocket. Raises OSError, NotAccepted. A server that is silent for two heartbeats has gone."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    loop = asyncio.get_running_loop()
    key = base64.b64encode(os.urandom(16))
    _, socket = await loop.create_connection(
        lambda: Socket(on_text, key, heartbeat), parts.hostname, parts.port, ssl=parts.scheme == "wss" or None
    )
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    lines = [
        f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key.decode()}", "Sec-WebSocket-Version: 13", f"Authorization: {authorization}", "", "",
    ]  # fmt: skip
    try:
        await socket.opened("\r\n".join(lines).encode())
    except BaseException:
        socket.abort()
        raise
    return socket


class Socket(asyncio.Protocol):
    """One connection. `ended` comes when it is over; an exception of `on_text` ends it, and is raised there."""

    def __init__(self, on_text: Callable[[bytes], None], key: bytes, heartbeat: float) -> None:
        self._on_text = on_text
        self._accept = base64.b64encode(hashlib.sha1(key + _MAGIC).digest())
        self._heartbeat = heartbeat
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._open = False
        self._rest = b""
        self._begun = b""  # of a text in several frames
        self._frames: list[bytes] = []
        self._heard = True
        self._beat: asyncio.TimerHandle | None = None

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return not self._open

    def send(self, text: bytes) -> None:
        """Send a text; it goes out with all others of this round of the event loop."""
        self._frame(_TEXT, text)

    async def ended(self) -> None:
        """Wait for the end of the connection."""
        await asyncio.shield(self._ended)

    async def opened(self, request: bytes) -> None:
        """Ask to be let in, and wait until we are."""
        self._transport.write(request)
        await self._opened
        self._beat = self._loop.call_later(self._heartbeat, self._on_beat)

    def close(self) -> None:
        """Say goodbye and end the connection."""
        if self._open:
            self._frame(_CLOSE, b"\x03\xe8")
            self._flush()
            self._open = False
            self._transport.close()

    def abort(self) -> None:
        """End the connection without a word."""
        self._open = False
        self._transport.abort()

    # what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is there."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by name

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._open = False
        if self._beat is not None:
            self._beat.cancel()
        if not self._opened.done():
            self._opened.set_exception(ConnectionResetError("the server closed the connection"))
        if not self._ended.done():
            self._ended.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Some bytes: hand out every text that is complete."""
        self._heard = True
        if self._rest:
            data = self._rest + data
        try:
            at = self._read(data) if self._open else self._read_answer(data)
        except Exception as error:
            if not self._ended.done():
                self._ended.set_exception(error)
            self.abort()
            raise
        self._rest = data[at:]

    # inside

    def _read(self, data: bytes) -> int:
        """Take the complete frames; where the rest begins."""
        at, end = 0, len(data)
        while end - at >= 2:
            first, length, begin = data[at], data[at + 1], at + 2
            if length >= 126:
                size = {126: 2, 127: 8}.get(length)
                if size is None:
                    raise ConnectionError("a frame from the server is masked")
                begin += size
                length = int.from_bytes(data[at + 2 : begin])
            stop = begin + length
            if stop > end or begin > end:
                break
            at = stop
            if first == _LAST | _TEXT:
                self._on_text(data[begin:stop])
            else:
                self._take(first, data[begin:stop])
        return at

    def _take(self, first: int, payload: bytes) -> None:
        """A frame that is not a whole text."""
        code = first & 0x0F
        if code == _PING:
            self._frame(_PONG, payload)
        elif code == _CLOSE:
            self.close()
        elif code in (_TEXT, _CONTINUED):
            self._begun += payload
            if first & _LAST:
                text, self._begun = self._begun, b""
                self._on_text(text)

    def _read_answer(self, data: bytes) -> int:
        """The server's answer to our wish; frames may follow at once."""
        head, found, _ = data.partition(b"\r\n\r\n")
        if not found:
            if len(data) > _LONGEST_ANSWER:
                raise ConnectionError("the server's answer is no HTTP")
            return 0
        lines = head.split(b"\r\n")
        words = lines[0].split()
        status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
        accepts = any(
            name.strip().lower() == b"sec-websocket-accept" and value.strip() == self._accept
            for name, _, value in (line.partition(b":") for line in lines[1:])
        )
        if status != 101 or not accepts:
            if not self._opened.done():
                self._opened.set_exception(NotAccepted(status))
            return len(data)
        self._open = True
        if not self._opened.done():
            self._opened.set_result(None)
        begin = len(head) + 4
        return begin + self._read(data[begin:])

    def _frame(self, code: int, payload: bytes) -> None:
        if not self._open:
            return
        length = len(payload)
        if length < 126:
            head = bytes((_LAST | code, _MASKED | length))
        elif length < 65_536:
            head = bytes((_LAST | code, _MASKED | 126)) + length.to_bytes(2)
        else:
            head = bytes((_LAST | code, _MASKED | 127)) + length.to_bytes(8)
        if not self._frames:
            self._loop.call_soon(self._flush)
        self._frames += (head, _NO_MASK, payload)

    def _flush(self) -> None:
        frames, self._frames = self._frames, []
        if frames and not self._transport.is_closing():
            self._transport.write(b"".join(frames))

    def _on_beat(self) -> None:
        """A server from which nothing came since our last question has gone."""
        if not self._heard:
            self.abort()
            return
        self._heard = False
        self._frame(_PING, b"")
        self._beat = self._loop.call_later(self._heartbeat, self._on_beat)

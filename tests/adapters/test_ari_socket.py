"""The WebSocket against one that is not ours (aiohttp's): texts of every size, pieces, pings, ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvloop
from aiohttp import WSMsgType, web

from engine.adapters.ari import socket as ours

SIZES = (0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000)


@asynccontextmanager
async def server(behave: Callable[[web.WebSocketResponse], Awaitable[None]]) -> AsyncIterator[str]:
    async def events(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(max_msg_size=0, autoping=True)
        await socket.prepare(request)
        await behave(socket)
        return socket

    app = web.Application()
    app.router.add_get("/ari/events", events)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}/ari/events?app=x"
    finally:
        await runner.cleanup()


async def echo(socket: web.WebSocketResponse) -> None:
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(message.data)


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_texts_of_every_size_come_back_in_order(run: Callable[..., None]) -> None:
    async def main() -> None:
        got: list[bytes] = []
        async with server(echo) as url:
            socket = await ours.connect(url, "Basic x", got.append, heartbeat=60)
            for size in SIZES:
                socket.send(b"x" * size)
            async with asyncio.timeout(10):
                while len(got) < len(SIZES):
                    await asyncio.sleep(0.01)
            socket.close()
            await asyncio.wait_for(socket.ended(), 5)
        assert [len(text) for text in got] == list(SIZES)

    run(main())


def test_a_text_that_comes_byte_by_byte_and_one_in_several_frames() -> None:
    frame = b"\x81\x03abc" + b"\x01\x02de" + b"\x89\x00" + b"\x80\x01f" + b"\x81\x7e\x00\x80" + b"y" * 128

    async def main() -> None:
        got: list[bytes] = []
        sent: list[bytes] = []
        socket = ours.Socket(got.append, b"key", 60)
        socket._open = True
        socket._frame = lambda code, payload: sent.append(bytes([code]))  # type: ignore[method-assign, assignment]
        for byte in frame:
            socket.data_received(bytes([byte]))
        assert got == [b"abc", b"def", b"y" * 128]
        assert sent == [b"\x0a"], "the ping in between is answered"

    asyncio.run(main())


def test_a_server_that_closes_and_one_that_falls_silent() -> None:
    async def bye(socket: web.WebSocketResponse) -> None:
        await socket.close()

    async def main() -> None:
        async with server(bye) as url:
            socket = await ours.connect(url, "Basic x", lambda text: None, heartbeat=60)
            await asyncio.wait_for(socket.ended(), 5)
            assert socket.closed

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            key = next(line for line in head.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key")).split()[1]
            accept = ours.base64.b64encode(ours.hashlib.sha1(key + ours._MAGIC).digest())
            writer.write(b"HTTP/1.1 101 OK\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n\x81\x02hi")
            await reader.read()
            writer.close()

        got: list[bytes] = []
        quiet = await asyncio.start_server(silent, "127.0.0.1", 0)
        url = f"ws://127.0.0.1:{quiet.sockets[0].getsockname()[1]}/ari/events"
        socket = await ours.connect(url, "Basic x", got.append, heartbeat=0.2)
        assert got == [b"hi"], "what follows the server's answer at once is not lost"
        await asyncio.wait_for(socket.ended(), 5)
        quiet.close()

    asyncio.run(main())


def test_whoever_does_not_let_us_in_is_named() -> None:
    async def main() -> None:
        async with server(echo) as url:
            with pytest.raises(ours.NotAccepted, match="404"):
                await ours.connect(url.replace("events", "elsewhere"), "Basic x", lambda text: None, heartbeat=60)

    asyncio.run(main())


def test_a_fault_of_whoever_reads_ends_the_connection_and_is_raised() -> None:
    async def main() -> None:
        def broken(text: bytes) -> None:
            raise ZeroDivisionError

        async with server(echo) as url:
            socket = await ours.connect(url, "Basic x", broken, heartbeat=60)
            socket.send(b"x")
            with pytest.raises(ZeroDivisionError):
                await asyncio.wait_for(socket.ended(), 5)

    asyncio.run(main())

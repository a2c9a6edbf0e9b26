"""A server that speaks ARI's WebSocket as far as a test tells it to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec
from aiohttp import WSMsgType, web

from engine.adapters.ari import AriConfig

Behave = Callable[[web.WebSocketResponse, dict[str, str]], Awaitable[None]]


@asynccontextmanager
async def fake_ari(behave: Behave, limit: float = 2.0) -> AsyncIterator[AriConfig]:
    """A server that does this at each request; gives how to reach it."""

    async def events(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != "Basic dXNlcjpzZWNyZXQ=":
            return web.Response(status=401)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await behave(socket, json.loads(message.data))
        return socket

    app = web.Application()
    app.router.add_get("/ari/events", events)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    config = AriConfig.read(f"http://user:secret@127.0.0.1:{runner.addresses[0][1]}")
    try:
        yield msgspec.structs.replace(config, time_limit=limit)
    finally:
        await runner.cleanup()


def answer_to(request: dict[str, str], status: int = 200, body: str = "") -> str:
    """The answer to a request."""
    return json.dumps(
        {"type": "RESTResponse", "request_id": request["request_id"], "status_code": status, "reason_phrase": "So",
         "transaction_id": request["transaction_id"], "uri": request["uri"], "message_body": body}
    )  # fmt: skip

"""The client against a server that answers, is silent, refuses or breaks off."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from engine.adapters.ari import AriConfig, translate
from engine.adapters.ari.client import AriClient
from engine.adapters.ari.errors import AriForbidden, AriGone, AriTimedOut, AriUnreachable
from engine.adapters.ari.messages import AriEvent, ChannelDtmfReceived
from tests.adapters.fake_ari import Behave, answer_to, fake_ari


async def served(
    behave: Behave, scene: Callable[[AriClient, list[AriEvent]], Awaitable[None]], limit: float = 2.0
) -> None:
    """A client, connected to a server that behaves so at each request."""
    async with fake_ari(behave, limit) as config:
        seen: list[AriEvent] = []
        client = AriClient(config, seen.append)
        await client.connect()
        listening = asyncio.create_task(client.listen())
        try:
            await scene(client, seen)
        finally:
            await client.close()
            await listening


def test_answers_find_their_questions_in_any_order() -> None:
    asked: list[dict[str, str]] = []

    async def behave(socket: web.WebSocketResponse, request: dict[str, str]) -> None:
        asked.append(request)
        if len(asked) == 3:
            for other in reversed(asked):
                await socket.send_str(answer_to(other, body=other["uri"]))

    async def scene(client: AriClient, _: list[AriEvent]) -> None:
        answers = await asyncio.gather(*(client.ask(translate.answer(leg)) for leg in "abc"))
        assert answers == [f"channels/{leg}/answer" for leg in "abc"]

    asyncio.run(served(behave, scene))


def test_an_error_says_what_to_do_and_strange_messages_do_no_harm() -> None:
    async def behave(socket: web.WebSocketResponse, request: dict[str, str]) -> None:
        for strange in ("garbage", '{"type":"ChannelVarset","variable":"x"}', '{"type":"StasisEnd"}', "[]", '"x"'):
            await socket.send_str(strange)
        await socket.send_str(answer_to({**request, "request_id": "unknown"}))
        key = {"type": "ChannelDtmfReceived", "digit": "5", "duration_ms": 100, "channel": {"id": "a", "state": "Up"}}
        await socket.send_str(json.dumps(key))
        await socket.send_str(answer_to(request, 404))

    async def scene(client: AriClient, seen: list[AriEvent]) -> None:
        with pytest.raises(AriGone, match="404 So"):
            await client.ask(translate.answer("a"))
        (key,) = seen
        assert isinstance(key, ChannelDtmfReceived) and key.digit == "5"

    asyncio.run(served(behave, scene))


def test_an_answer_that_does_not_come_is_said_once() -> None:
    async def behave(socket: web.WebSocketResponse, request: dict[str, str]) -> None:
        if request["method"] == "DELETE":
            await asyncio.sleep(0.5)
            await socket.send_str(answer_to(request))

    async def scene(client: AriClient, _: list[AriEvent]) -> None:
        said: list[object] = []
        client.send(translate.stop("p"), lambda error, body: said.append(error))
        await asyncio.sleep(0.8)
        assert [type(error) for error in said] == [AriTimedOut]

    asyncio.run(served(behave, scene, limit=0.2))


def test_a_connection_that_breaks_tells_those_who_wait() -> None:
    async def behave(socket: web.WebSocketResponse, _: dict[str, str]) -> None:
        await socket.close()

    async def scene(client: AriClient, _: list[AriEvent]) -> None:
        said: list[object] = []
        client.send(translate.stop("p"), lambda error, body: said.append(error))
        await asyncio.sleep(0.2)
        await client.close()
        assert [type(error) for error in said] == [AriUnreachable]
        with pytest.raises(AriUnreachable):
            await client.ask(translate.stop("p"))

    asyncio.run(served(behave, scene))


def test_nobody_there_and_a_wrong_password() -> None:
    async def main() -> None:
        client = AriClient(AriConfig.read("http://user:secret@127.0.0.1:9"), lambda event: None)
        with pytest.raises(AriUnreachable) as unreachable:
            await client.connect()
        assert unreachable.value.refused

    asyncio.run(main())

    async def behave(socket: web.WebSocketResponse, request: dict[str, str]) -> None:
        await socket.send_str(answer_to(request))

    async def scene(client: AriClient, _: list[AriEvent]) -> None:
        url = client._config.url.split("//")[1].split("/")[0]
        stranger = AriClient(AriConfig.read(f"http://user:wrong@{url}"), lambda event: None)
        with pytest.raises(AriForbidden) as forbidden:
            await stranger.connect()
        assert "wrong" not in str(forbidden.value)

    asyncio.run(served(behave, scene))

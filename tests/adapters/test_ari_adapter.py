"""The adapter against an Asterisk that does what a real one does seldom: answers late, wrongly or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web

from engine.adapters.ari import AriTelephony
from engine.commands import Answer, Gather, HangUp, Part, PlayPrompt, Say
from engine.events import CallAnswered, CallEnded, CommandFailed
from tests.adapters.fake_ari import answer_to, fake_ari
from tests.adapters.listener import Told

HELLO = (Say(text="Hello", language="en"),)


class Ready:
    """Prompts that are all there."""

    def at_hand(self, parts: Sequence[Part]) -> list[str]:
        return ["/prompts/hello"]

    async def media(self, parts: Sequence[Part]) -> list[str]:
        return ["/prompts/hello"]

    def release(self, clips: Sequence[str]) -> None:
        return None


def channel(leg: str, state: str = "Ring") -> dict[str, Any]:
    dialplan = {"context": "callweave", "exten": "7001", "app_name": "Stasis", "app_data": "callweave,7001"}
    return {"id": leg, "state": state, "caller": {"name": "", "number": "1001"}, "dialplan": dialplan}


class Pbx:
    """Plays nothing yet; answers with a status by the end of the URI, else 204. `silent`: no answer to these."""

    def __init__(self, *there: dict[str, Any], statuses: dict[str, int] | None = None, silent: str = "") -> None:
        self.there = list(there)
        self.statuses = statuses or {}
        self.silent = silent
        self.asked: list[tuple[str, str]] = []
        self.before_stock: list[dict[str, Any]] = []
        self.sockets: list[web.WebSocketResponse] = []

    async def __call__(self, socket: web.WebSocketResponse, request: dict[str, str]) -> None:
        self.asked.append((request["method"], request["uri"]))
        if socket not in self.sockets:
            self.sockets.append(socket)
        if (request["method"], request["uri"]) == ("GET", "channels"):
            for event in self.before_stock:
                await socket.send_str(json.dumps(event))
            await socket.send_str(answer_to(request, 200, json.dumps(self.there)))
            return
        if request["uri"] == "bridges":
            await socket.send_str(answer_to(request, 200, "[]"))
            return
        if self.silent and request["uri"].endswith(self.silent):
            return
        if request["uri"].startswith("playbacks/"):
            await socket.send_str(answer_to(request, 404))
            return
        status = next((code for end, code in self.statuses.items() if request["uri"].endswith(end)), 204)
        await socket.send_str(answer_to(request, status))

    async def says(self, kind: str, **fields: Any) -> None:
        await self.sockets[-1].send_str(json.dumps({"type": kind, **fields}))


def acted(pbx: Pbx, scene: Callable[[AriTelephony, Told], Awaitable[None]], limit: float = 2.0) -> None:
    async def main() -> None:
        async with fake_ari(pbx, limit) as config:
            told = Told()
            telephony = AriTelephony(config, told, Ready())
            running = asyncio.create_task(telephony.run())
            await told.stock_taken()
            await scene(telephony, told)
            await telephony.close()
            await asyncio.wait_for(running, 5)

    asyncio.run(main())


def test_who_comes_while_we_take_stock_is_there_too() -> None:
    pbx = Pbx(channel("old", "Up"))
    pbx.before_stock = [{"type": "StasisStart", "args": ["7002"], "channel": channel("new")}]

    async def scene(telephony: AriTelephony, told: Told) -> None:
        assert {leg.leg: (leg.called, leg.answered) for leg in told.found[0]} == {
            "old": ("7001", True), "new": ("7002", False),
        }  # fmt: skip
        assert [offer.leg for offer in told.offers] == ["new"]

    acted(pbx, scene)


def test_a_channel_that_is_gone_is_the_end_of_its_leg_and_no_fault() -> None:
    async def scene(telephony: AriTelephony, told: Told) -> None:
        telephony.perform(PlayPrompt(id="1", leg="a", prompt=HELLO), "s-1-1")
        assert (await told.event(CallEnded)).cause == "normal"
        telephony.perform(PlayPrompt(id="2", leg="a", prompt=HELLO), "s-1-2")
        await asyncio.sleep(0.05)
        assert len(told.events) == 1

    acted(Pbx(channel("a", "Up"), statuses={"play/a-p0": 404}), scene)


def test_a_leg_that_nobody_knows_is_lost() -> None:
    async def scene(telephony: AriTelephony, told: Told) -> None:
        for _ in range(3):
            telephony.perform(Answer(id="1", leg="nobody"), "s-1-1")
        await asyncio.sleep(0.05)
        assert [(leg, type(event)) for leg, event in told.events] == [("nobody", CallEnded)]
        assert (await told.event(CallEnded)).cause == "lost"

    acted(Pbx(), scene)


def test_an_answer_that_does_not_come_fails_the_command() -> None:
    async def scene(telephony: AriTelephony, told: Told) -> None:
        telephony.perform(PlayPrompt(id="1", leg="a", prompt=HELLO), "s-1-1")
        failed = await told.event(CommandFailed)
        assert failed.reason == "Asterisk could not play the prompt: Asterisk did not answer within 0.3 s"

    acted(Pbx(channel("a", "Up"), silent="play/a-p0"), scene, limit=0.3)


def test_a_call_that_cannot_be_taken_fails_the_command() -> None:
    async def scene(telephony: AriTelephony, told: Told) -> None:
        telephony.perform(Answer(id="1", leg="a"), "s-1-1")
        assert (await told.event(CommandFailed)).reason == "Asterisk could not answer the call: 500 So"
        telephony.perform(Answer(id="2", leg="b"), "s-1-2")
        assert (await told.event(CallAnswered)).leg == "b"

    acted(Pbx(channel("a"), channel("b"), statuses={"a/answer": 500}), scene)


def test_a_hang_up_that_failed_is_tried_again() -> None:
    pbx = Pbx(channel("a", "Up"), statuses={"channels/a": 500})

    async def scene(telephony: AriTelephony, told: Told) -> None:
        telephony.perform(HangUp(id="1", leg="a", cause="busy"), "s-1-1")
        await asyncio.sleep(0.1)
        pbx.statuses.clear()
        await asyncio.sleep(1.2)
        assert pbx.asked.count(("DELETE", "channels/a")) == 2
        await pbx.says("StasisEnd", channel=channel("a", "Up"))
        assert (await told.event(CallEnded)).cause == "busy"

    acted(pbx, scene)


def test_after_a_break_the_legs_that_are_left_are_told_and_the_others_lost() -> None:
    pbx = Pbx(channel("a", "Up"), channel("b", "Up"))

    async def scene(telephony: AriTelephony, told: Told) -> None:
        telephony.perform(Gather(id="1", leg="a", timeout=0.3), "s-1-1")
        telephony.perform(Gather(id="1", leg="b", timeout=0.3), "s-1-1")
        pbx.there = [channel("b", "Up")]
        await pbx.sockets[-1].close()
        assert [leg.leg for leg in await told.stock_taken(2)] == ["b"]
        assert (await told.event(CallEnded)).leg == "a"
        await asyncio.sleep(0.5)
        assert len(told.events) == 1, "timers of before are gone"

    acted(pbx, scene)


def test_an_asterisk_without_any_connection_loses_its_calls() -> None:
    async def main() -> None:
        told = Told()
        pbx = Pbx(channel("a", "Up"))
        async with fake_ari(pbx) as config:
            telephony = AriTelephony(config, told, Ready())
            running = asyncio.create_task(telephony.run())
            await told.stock_taken()
        assert (await told.event(CallEnded)).cause == "lost"
        await telephony.close()
        await asyncio.wait_for(running, 5)

    asyncio.run(main())


def test_where_no_asterisk_is_when_an_engine_begins_nobody_is_on_the_line() -> None:
    async def main() -> None:
        async with fake_ari(Pbx()) as config:
            pass  # from now on nothing listens there
        told = Told()
        telephony = AriTelephony(config, told, Ready())
        running = asyncio.create_task(telephony.run())
        assert await told.stock_taken() == [], "the host takes leave of those whom the engine before it had"
        await asyncio.sleep(0.5)
        assert len(told.found) == 1 and not telephony.ready, "it is said once"
        await telephony.close()
        await asyncio.wait_for(running, 5)

    asyncio.run(main())

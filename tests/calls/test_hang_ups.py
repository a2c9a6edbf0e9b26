"""The caller hangs up at each moment of each voice node, on a real Asterisk: by the right outlet, and nothing behind.

One flow for each row of the table; many call at a time. A hang-up leads where the node's own `hung_up` leads, else where
the flow says, else the session is completed with the outcome `hung_up`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from tests.calls.test_calls_out import ari, until
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.caller import Caller, CallRefused
from tests.telephony.peers import Peers, Phone

LONG = "One. " * 40
PATIENCE = 20.0
Node = dict[str, Any]
Moment = Callable[[Caller, Peers], Awaitable[Phone | None]]
MENU: Node = {"type": "menu", "config": {"prompt": LONG, "timeout": 30, "choices": [{"key": "1", "label": "One"}]}}
GATHER: Node = {"type": "gather", "config": {"prompt": LONG, "max_digits": 5, "timeout": 30, "digit_timeout": 20}}
RECORD: Node = {"type": "record", "config": {"prompt": LONG, "silence_seconds": 0, "max_seconds": 60}}
SAY: Node = {"type": "say", "config": {"prompt": LONG}}


def quickly(node: Node, **config: Any) -> Node:
    """The same node with another configuration: without a prompt to wait for."""
    return {**node, "config": {**node["config"], **config}}


def dial(number: str, **config: Any) -> Node:
    return {"type": "dial", "config": {"to": [number], "ring_seconds": 30, **config}}


def meet(**config: Any) -> Node:
    return {"type": "conference", "config": {"room": "row {{ call.to }}", **config}}


async def at_once(caller: Caller, peers: Peers) -> None:
    """Answered, and gone: the prompt is being made."""


async def playing(caller: Caller, peers: Peers) -> None:
    await caller.until_heard(timeout=PATIENCE)


async def waiting(caller: Caller, peers: Peers) -> None:
    await caller.until_heard(timeout=PATIENCE)
    await caller.until_quiet(0.6)


async def key_pressed(caller: Caller, peers: Peers) -> None:
    await caller.until_heard(timeout=PATIENCE)
    await caller.press("4")


async def a_while(caller: Caller, peers: Peers) -> None:
    await asyncio.sleep(1.0)


def rings(number: str) -> Moment:
    async def moment(caller: Caller, peers: Peers) -> Phone:
        return await peers.rings(number, PATIENCE)

    return moment


def joined(number: str) -> Moment:
    async def moment(caller: Caller, peers: Peers) -> Phone:
        phone = await peers.rings(number, PATIENCE)
        await phone.answer()
        await asyncio.sleep(1.0)
        return phone

    return moment


TABLE: dict[str, tuple[Node, Moment]] = {
    "say, while it is made": (SAY, at_once),
    "say, while it plays": (SAY, playing),
    "menu, while its prompt is made": (MENU, at_once),
    "menu, while its prompt plays": (MENU, playing),
    "menu, waiting for a key": (quickly(MENU, prompt="Yes?"), waiting),
    "menu, just after a wrong key": (MENU, key_pressed),
    "gather, while its prompt is made": (GATHER, at_once),
    "gather, while its prompt plays": (GATHER, playing),
    "gather, waiting for a key": (quickly(GATHER, prompt="Yes?"), waiting),
    "gather, just after a key": (GATHER, key_pressed),
    "record, while its prompt plays": (RECORD, playing),
    "dial, while it rings": (dial("8601"), rings("8601")),
    "dial, while it is whispered": (dial("8602", whisper=LONG), joined("8602")),
    "dial, while they talk": (dial("8603"), joined("8603")),
    "conference, asked for the PIN": (meet(pin="4711"), playing),
    "conference, waiting for the moderator": (meet(hold_until_moderator=True), a_while),
    "conference, alone": (meet(), a_while),
    "conference, while one invited rings": (meet(invite=["8604"]), rings("8604")),
    "conference, while they talk": (meet(invite=["8605"]), joined("8605")),
}
"""What the caller does before he hangs up; the node leaves by `hung_up`."""
BEFORE: dict[str, tuple[Node, Node]] = {
    "say, in a recorded call": ({"type": "record_call", "config": {"action": "start"}}, SAY),
    "say, after a change of language": ({"type": "language", "config": {"language": "en"}}, SAY),
    "record_call, at its end": (SAY, {"type": "record_call", "config": {"action": "stop"}}),
    "hang_up, after a prompt": (SAY, {"type": "hang_up", "config": {}}),
}
"""Nodes that do not wait: the one before, the one after; the caller leaves while the prompt plays."""
LEFT: dict[str, tuple[Node, Moment, str]] = {
    "dial, refused": (dial("8606"), rings("8606"), "busy"),
    "dial, left in the whisper": (dial("8607", whisper=LONG), joined("8607"), "no_answer"),
    "dial, left in the talk": (dial("8608"), joined("8608"), "completed"),
    "conference, the invited refuses": (meet(invite=["8609"]), rings("8609"), "nobody"),
}
"""What the other one does before he hangs up, or refuses; the node's outlet."""
WAYS = ("own", "flow", "nowhere")
"""Where a hang-up leads, and so the outcome: own, gone, hung_up."""
AT_ONCE = 8


def flow_of(name: str, node: Node, *, outlets: Node, before: Node | None = None, way: str = "own") -> Node:
    """A flow that answers, does what is to be done before, and comes to the node `it`."""
    nodes: Node = {"pick_up": {"type": "answer", "outlets": {"done": "before" if before else "it"}}, "it": node}
    if before:
        nodes["before"] = {**before, "outlets": {"done": "it"}}
    for one in ("before", "it", "pick_up"):
        if way == "own" and one in nodes and nodes[one]["type"] != "language":
            nodes[one] = {**nodes[one], "outlets": {**nodes[one].get("outlets", {}), "hung_up": "own"}}
    nodes["it"] = {**nodes["it"], "outlets": {**nodes["it"].get("outlets", {}), **outlets}}
    for outlet in {"own": ["own"], "flow": ["gone"], "nowhere": []}[way] + list(outlets.values()):
        nodes[outlet] = {"type": "end", "config": {"outcome": outlet}}
    flow = {"callweave": 1, "name": name, "languages": ["en"], "start": "pick_up", "nodes": nodes}
    return flow | ({"on_hang_up": "gone"} if way == "flow" else {})


async def before_answer(copy: RunningCopy, number: str) -> None:
    """Somebody calls and gives up at once; where he was answered already, he hangs up."""
    async with Caller(copy.sip_port, number=f"1380000{number}") as caller:
        await caller.dial(number)
        with contextlib.suppress(AssertionError, TimeoutError, CallRefused):
            await caller.cancel()


async def hangs_up(copy: RunningCopy, peers: Peers, number: str, moment: Moment) -> None:
    """Somebody calls, and hangs up at the moment; whoever he talked with is let go."""
    async with Caller(copy.sip_port, number=f"1380000{number}") as caller:
        await caller.call(number, timeout=PATIENCE)
        phone = await moment(caller, peers)
        await caller.hang_up(timeout=PATIENCE)
        if phone is not None:
            await asyncio.wait_for(phone.over.wait(), PATIENCE)


async def is_left(copy: RunningCopy, peers: Peers, number: str, moment: Moment) -> None:
    """Somebody calls, and the other one hangs up at the moment, or refuses; the flow then ends the call."""
    async with Caller(copy.sip_port, number=f"1380000{number}") as caller:
        await caller.call(number, timeout=PATIENCE)
        phone = await moment(caller, peers)
        assert phone is not None
        if phone.answered_at:
            await phone.hang_up()
        else:
            phone.refuse(486)
        await caller.ended(PATIENCE)


def test_each_party_at_each_moment_of_each_voice_node(api: Api, copy: RunningCopy) -> None:
    calls: dict[str, tuple[str, str, Callable[[Peers, str], Awaitable[None]]]] = {}
    numbers = iter(range(7601, 7699))

    def row(name: str, outcome: str, flow: Node, play: Callable[[Peers, str], Awaitable[None]]) -> None:
        number = str(next(numbers))
        calls[name] = (api.bound(flow, number), outcome, lambda peers, _="": play(peers, number))

    def leaving(moment: Moment) -> Callable[[Peers, str], Awaitable[None]]:
        return lambda peers, number: hangs_up(copy, peers, number, moment)

    for name, (node, moment) in TABLE.items():
        row(name, "own", flow_of(name, node, outlets={}), leaving(moment))
    for name, (before, node) in BEFORE.items():
        row(name, "own", flow_of(name, node, outlets={}, before=before), leaving(playing))
    for way, outcome in zip(WAYS[1:], ("gone", "hung_up"), strict=True):
        name = f"menu, a hang-up leads: {way}"
        row(name, outcome, flow_of(name, MENU, outlets={}, way=way), leaving(playing))
    for name, (node, moment, outlet) in LEFT.items():
        flow = flow_of(name, node, outlets={outlet: outlet})
        row(name, outlet, flow, lambda peers, number, moment=moment: is_left(copy, peers, number, moment))
    flow = flow_of("record, while it records", quickly(RECORD, prompt="Yes?"), outlets={"empty": "empty"})
    row("record, while it records", "empty", flow, leaving(waiting))  # what was said comes first; here nothing
    row(
        "answer, before it", "own", flow_of("answer, before it", SAY, outlets={}),
        lambda peers, number: before_answer(copy, number),
    )  # fmt: skip

    async def main() -> None:
        few = asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> str:
            async with few:
                try:
                    await calls[name][2](peers, "")
                except (AssertionError, OSError, TimeoutError, CallRefused) as error:
                    return f"{name}: {error!r}"
            return ""

        async with Peers(copy.sip_peer_port) as peers:
            wrong = await asyncio.gather(*map(one, calls))
        assert not any(wrong), [text for text in wrong if text]

    asyncio.run(main())
    wrong = {}
    for name, (flow, outcome, _) in calls.items():
        (session,) = api.ended_sessions(flow, 1)
        if (session["status"], session["outcome"]) != ("completed", outcome):
            wrong[name] = (session["status"], session["outcome"], f"not {outcome}")
    assert not wrong
    until(lambda: ari(copy, "channels") == ari(copy, "bridges") == [])
    until(lambda: ari(copy, "recordings/stored") == [])

"""A hundred people at a menu: their engine is killed, then hangs; the other takes them on, and all finish by their keys.

From the kill to the moment at which the last of the hundred hears the menu again. A hang shows by three seconds of silence;
a death is seen at once.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

from tests.calls.at_the_menu import patient
from tests.product import RunningCopy
from tests.product_api import Api
from tests.prove.proof import Proof
from tests.telephony.caller import Caller

CALLS = 100
NUMBER = "7301"


def prove(proof: Proof) -> None:
    copy = proof.copy()
    api = Api(copy)
    flow = api.bound(patient(), NUMBER)
    ended = 0
    for what, number, within in (("killed", signal.SIGKILL, 2.0), ("halted", signal.SIGSTOP, 5.0)):
        active, standby = _engines(copy)
        memory = _memory(standby)
        seconds = asyncio.run(_scene(copy, api, flow, active, number))
        ended += CALLS
        proof.claim(
            f"engine {what}: within {within:g} s all hear the menu again", len(seconds) == CALLS and max(seconds) <= within,
            f"{len(seconds)} of {CALLS}, the last after {max(seconds):.2f} s",
        )  # fmt: skip
        newest = sorted(api.ended_sessions(flow, ended, 60), key=lambda session: str(session["id"]))[-CALLS:]
        served = [session for session in newest if session["outcome"] == "served"]
        keys = {_keys(api, session["id"]) for session in served}
        well = len(served) == CALLS and keys == {("1", "12")}
        proof.claim(f"engine {what}: all finish by their keys", well, f"{len(served)} served, keys {keys}")
        proof.figure(f"seconds_to_the_first_{what}", min(seconds))
        proof.figure(f"seconds_to_the_last_{what}", max(seconds))
        proof.figure(f"standby_rss_megabytes_{what}", memory)


def _engines(copy: RunningCopy) -> tuple[int, int]:
    until = time.monotonic() + 40
    while "engine standby" not in (processes := copy.processes()) or "engine" not in processes:
        assert time.monotonic() < until, copy.tail()
        time.sleep(0.1)
    time.sleep(2)  # the standby compiles what it will need
    return processes["engine"], processes["engine standby"]


async def _scene(copy: RunningCopy, api: Api, flow: str, active: int, number: signal.Signals) -> list[float]:
    """Seconds from the signal until each heard the menu again; they press their keys then."""
    at = asyncio.get_running_loop().create_future()
    over = asyncio.Event()
    heard: list[float] = []
    known = {session["id"] for session in api.everything(f"/sessions?flow={flow}")}

    async def person(phone: str) -> None:
        async with Caller(copy.sip_port, number=phone) as caller:
            await caller.call(NUMBER, 30)
            await caller.press("5")
            began = await asyncio.shield(at)
            heard.append(await caller.until_heard(20, began) - began)
            await over.wait()
            await caller.press("1")
            await caller.until_quiet(0.5)
            await caller.press("12#")
            await caller.ended(40)

    def at_menu() -> int:
        sessions = api.everything(f"/sessions?flow={flow}")
        return sum(session["node"] == "what" and session["id"] not in known for session in sessions)

    async with asyncio.timeout(200), asyncio.TaskGroup() as group:
        for phone in range(CALLS):
            group.create_task(person(f"139{phone:08d}"))
            await asyncio.sleep(0.02)
        while await asyncio.to_thread(at_menu) < CALLS:
            await asyncio.sleep(0.2)
        await asyncio.sleep(5)  # the menu is over for all: what they hear from now on is the next engine's
        os.kill(active, number)
        at.set_result(time.monotonic())
        while len(heard) < CALLS:
            await asyncio.sleep(0.05)
        over.set()
    return heard


def _keys(api: Api, session: str) -> tuple[str, str]:
    results = api("GET", f"/sessions/{session}")["results"]
    return results["what"]["value"], results["bed"]["value"]


def _memory(pid: int) -> int:
    """Resident megabytes that are this process's alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty"))) // 1024

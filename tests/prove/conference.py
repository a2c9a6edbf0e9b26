"""A conference of a hundred: all send sound all the time, five of them a tone; controlled by the API.

Each of the five must hear the other four well over the noise, whoever is muted must fall silent for the others, and
when the room is closed everybody's flow goes on and nothing is left in Asterisk.
"""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any

from tests.calls.test_joined import MEET, ROOM
from tests.product import RunningCopy
from tests.product_api import Api
from tests.prove.calls import cpu_seconds
from tests.prove.proof import Proof
from tests.telephony import hearing, pcap
from tests.telephony.caller import Caller
from tests.telephony.crowd import Crowd

MEMBERS = 100
TONES = (300, 500, 750, 1100, 1600)
LISTENS = 4.0
MUTES = 20
QUICK = 0.3


def prove(proof: Proof) -> None:
    copy = proof.copy()
    api = Api(copy)
    flow = api.bound(MEET, "7321")
    folder = proof.folder / "sipp"
    pcap.write(folder / "sound.pcap", b"\xff" * 160, 150.0)
    crowd = Crowd(copy.sip_port, folder)
    others = MEMBERS - len(TONES)
    crowd.begin("member", [("7321", f"1390{number:07d}") for number in range(others)], rate=10)
    asyncio.run(_meet(proof, copy, api))
    seen = crowd.end()
    proof.claim("SIPp's members were all let go as they should", seen.successful == others and not seen.failed, seen)
    sessions = api.ended_sessions(flow, MEMBERS)
    outcomes = Counter((session["status"], session["outcome"]) for session in sessions)
    proof.claim("everybody's flow went on", outcomes == {("completed", "met"): MEMBERS}, dict(outcomes))
    left = _left(copy)
    proof.claim("no channel and no bridge is left", left == "[][]", left)


async def _meet(proof: Proof, copy: RunningCopy, api: Api) -> None:
    async with AsyncExitStack() as stack:
        callers: list[Caller] = []
        for tone in TONES:
            caller = await stack.enter_async_context(Caller(copy.sip_port, number=f"1380000{tone:04d}"))
            await caller.call("7321", 30)
            caller.rtp.sound = hearing.humming(tone)
            callers.append(caller)
        room = await _until_in(api, MEMBERS)
        proof.claim("a hundred are in the room", len(room["members"]) == MEMBERS, len(room["members"]))
        before = {name: cpu_seconds(pid) for name, pid in copy.processes().items()}
        since = time.monotonic()
        await asyncio.sleep(LISTENS)
        took = time.monotonic() - since
        used = {name: cpu_seconds(pid) - before[name] for name, pid in copy.processes().items() if name in before}
        over = [
            hearing.above_noise(caller.sound(since), tone, TONES)
            for caller, own in zip(callers, TONES, strict=True)
            for tone in TONES
            if tone != own
        ]
        proof.claim("each of five hears the four others at least 20 dB over the noise", min(over) >= 20, f"{min(over):.1f} dB at the least")
        legs = {member["number"]: member["leg"] for member in room["members"]}
        await _mute(proof, api, callers, legs)
        await asyncio.to_thread(api, "POST", f"/conferences/{ROOM}/end", {})
        for caller in callers:
            await caller.ended(30)
        proof.figure("decibels_over_noise_median", sorted(over)[len(over) // 2])
        for name in ("asterisk", "engine"):
            proof.figure(f"cpu_of_a_core_{name}", used[name] / took)


async def _mute(proof: Proof, api: Api, callers: list[Caller], legs: dict[str, str]) -> None:
    """Mute and unmute the second, again and again, and listen with the first."""
    took: list[float] = []
    member = {"member": legs[callers[1].number]}
    for number in range(MUTES):
        began = time.monotonic()
        await asyncio.to_thread(api, "POST", f"/conferences/{ROOM}/{'unmute' if number % 2 else 'mute'}", member)
        took.append(time.monotonic() - began)
    await asyncio.to_thread(api, "POST", f"/conferences/{ROOM}/mute", member)
    await asyncio.sleep(0.5)
    since = time.monotonic()
    await asyncio.sleep(1.0)
    level = hearing.level(callers[0].sound(since), TONES[1])
    proof.claim("one who is muted is not heard", level < 50, f"{level:.0f} of 4000")
    took.sort()
    proof.claim("the API has done it within 300 ms", took[-2] < QUICK, f"{took[-2] * 1000:.0f} ms for all but one of {MUTES}")
    proof.figure("mute_ms_median", took[len(took) // 2] * 1000)
    proof.figure("mute_ms_most", took[-1] * 1000)


async def _until_in(api: Api, count: int) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            for room in (await asyncio.to_thread(api, "GET", "/conferences"))["items"]:
                if sum(member["state"] == "in" for member in room["members"]) == count:
                    return dict(room)
            await asyncio.sleep(0.2)


def _left(copy: RunningCopy) -> str:
    """What Asterisk still has: its channels and its bridges."""
    saved = json.loads((copy.data / "asterisk" / "ari.json").read_text())
    keys = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    keys.add_password(None, f"http://127.0.0.1:{saved['port']}", "callweave", saved["password"])
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(keys))
    left = ""
    for _ in range(50):
        left = "".join(
            opener.open(f"http://127.0.0.1:{saved['port']}/ari/{what}", timeout=5).read().decode()
            for what in ("channels", "bridges")
        )
        if left == "[][]":
            break
        time.sleep(0.1)
    return left

"""A call of the doctor's own through a trunk: does it ring, is it taken, does sound come and go, does a key arrive?

It has an ARI application of its own, so the engine's calls are not touched. The trunk `local` is called with a far end
that the doctor plays itself; any other trunk calls a number at which somebody takes the call and presses a key.
"""

from __future__ import annotations

import asyncio
import uuid

import msgspec

from callweave.doctor.far_end import FarEnd
from callweave.doctor.finding import Finding
from engine.adapters.ari.client import AriClient
from engine.adapters.ari.config import AriConfig
from engine.adapters.ari.errors import AriError
from engine.adapters.ari.messages import AriEvent, ChannelDestroyed, ChannelDtmfReceived, QueryString, StasisStart
from engine.adapters.ari.translate import Request
from engine.host.settings import Settings

APPLICATION = "callweave-doctor"
RING = 40
KEY = 15.0
"""Seconds in which somebody presses a key."""


class Statistics(msgspec.Struct):
    """Of ARI's `rtp_statistics`."""

    rxcount: int = 0


async def loop(settings: Settings) -> Finding:
    """A call through the trunk `local` to ourselves."""
    try:
        async with FarEnd(settings.sip_peer_port) as end:
            found = await call(settings, "doctor", "local", key_within=5.0)
            if found.well and not end.heard:
                return Finding(found.part, False, "no sound went out: look at rtp.conf and the firewall's RTP ports")
            return found
    except OSError:
        word = f"port {settings.sip_peer_port} is in use by somebody who takes our calls: end that, or set"
        return Finding("trunk local", False, f"{word} CALLWEAVE_SIP_PEER_PORT")


async def call(settings: Settings, number: str, trunk: str, *, key_within: float = KEY) -> Finding:
    """Call a number through a trunk, and say what came of it."""
    part = f"trunk {trunk}"
    if settings.ari_address is None:
        return Finding(part, False, "there is no Asterisk yet: start `callweave up`")
    started, ended, key = (asyncio.Event() for _ in range(3))
    cause = 0

    def on_event(event: AriEvent) -> None:
        nonlocal cause
        match event:
            case StasisStart():
                started.set()
            case ChannelDtmfReceived():
                key.set()
            case ChannelDestroyed():
                cause = event.cause
                ended.set()

    client = AriClient(AriConfig.read(settings.ari_address, application=APPLICATION), on_event)
    leg = f"doctor-{uuid.uuid4().hex[:8]}"
    try:
        await client.connect()
        listening = asyncio.create_task(client.listen())
        try:
            await client.ask(_originate(number, trunk, leg))
            await _either(started, ended, RING + 5.0)
            if not started.is_set():
                return Finding(part, False, f"{number} did not take the call ({_why(cause)})")
            sound = (QueryString("media", "sound:beep"), QueryString("media", "sound:beep"))
            await client.ask(Request("POST", f"channels/{leg}/play", sound))
            await _either(key, ended, key_within)
            answer = await client.ask(Request("GET", f"channels/{leg}/rtp_statistics"))
            heard = msgspec.json.decode(answer, type=Statistics).rxcount
            await client.ask(Request("DELETE", f"channels/{leg}"))
        finally:
            listening.cancel()
    except AriError as error:
        return Finding(part, False, f"the call failed: {error}")
    finally:
        await client.close()
    if not heard:
        return Finding(part, False, "no sound came in: look at NAT, at the RTP ports in the firewall, at the codecs")
    if not key.is_set():
        return Finding(part, False, "sound came, but no key: look at dtmf_mode (rfc4733, auto_info) on both sides")
    return Finding(part, True, f"{number} took the call; sound and a key came")


def _originate(number: str, trunk: str, leg: str) -> Request:
    asked = {"endpoint": f"PJSIP/{number}@{trunk}", "app": APPLICATION, "channelId": leg, "timeout": str(RING)}
    return Request("POST", "channels", tuple(QueryString(name, value) for name, value in asked.items()))


async def _either(one: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    tasks = [asyncio.create_task(event.wait()) for event in (one, other)]
    await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def _why(cause: int) -> str:
    known = {1: "there is no such number", 17: "busy", 19: "no answer", 21: "refused", 34: "the trunk has no room",
             3: "the far end cannot be reached", 27: "the far end cannot be reached"}  # fmt: skip
    return known.get(cause, f"cause {cause}" if cause else f"no answer in {RING} s")

"""Calls of the doctor's own: an ARI application of its own, so that the engine's calls are not touched.

A party may say a tone and be listened to. What it says is recorded by Asterisk and fetched, for that needs no port and
no folder that both of us see; a recording holds its party up, so nobody speaks and is listened to at once.
"""

from __future__ import annotations

import asyncio
import uuid
from typing import Self
from urllib.parse import quote

import msgspec

from callweave.doctor import tones
from callweave.doctor.asking import NoAnswer, fetch
from engine.adapters.ari.client import AriClient
from engine.adapters.ari.config import AriConfig
from engine.adapters.ari.errors import AriError
from engine.adapters.ari.messages import (
    AriEvent,
    ChannelDestroyed,
    ChannelDtmfReceived,
    QueryString,
    RecordingFailed,
    RecordingFinished,
    StasisStart,
)
from engine.adapters.ari.translate import Request, answer
from engine.host.settings import Settings

APPLICATION = "callweave-doctor"
RING = 40
BACK = "loop"
"""What the dialplan says of a call that came to the number that is being tried."""
LISTEN = 2
NO_ASTERISK = "there is no Asterisk yet: start `callweave up`"


class Party:
    """One end of a call."""

    def __init__(self, leg: str) -> None:
        self.leg = leg
        self.started = asyncio.Event()
        self.ended = asyncio.Event()
        self.pressed = asyncio.Event()
        self.keys = ""
        self.cause = 0


class Line:
    """`async with Line(settings) as line`; raises AriError, at the entrance and whenever Asterisk refuses something."""

    def __init__(self, settings: Settings) -> None:
        assert settings.ari_address is not None
        self.came: asyncio.Queue[Party] = asyncio.Queue()
        """Calls that came to the number that is being tried."""
        self._settings = settings
        self._client = AriClient(AriConfig.read(settings.ari_address, application=APPLICATION), self._on_event)
        self._listening: asyncio.Task[None] | None = None
        self._parties: dict[str, Party] = {}
        self._recorded: dict[str, asyncio.Event] = {}

    async def __aenter__(self) -> Self:
        try:
            await self._client.connect()
        except AriError:
            await self._client.close()
            raise
        self._listening = asyncio.create_task(self._client.listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        for party in self._parties.values():
            if not party.ended.is_set():
                self._client.send(_request("DELETE", f"channels/{party.leg}"))
        try:
            async with asyncio.timeout(2):
                await asyncio.gather(*(party.ended.wait() for party in self._parties.values()))
        except TimeoutError:
            pass  # Asterisk does not answer any more, which has been said
        if self._listening is not None:
            self._listening.cancel()
        await self._client.close()

    async def call(self, endpoint: str, *, caller: str = "") -> Party:
        """Have somebody called; whoever takes the call has `started`."""
        party = self._parties.setdefault(leg := f"doctor-{uuid.uuid4().hex[:8]}", Party(leg))
        asked = {"endpoint": endpoint, "app": APPLICATION, "channelId": leg, "timeout": str(RING)}
        try:
            await self._client.ask(_request("POST", "channels", **asked, **({"callerId": caller} if caller else {})))
        except AriError:
            del self._parties[leg]
            raise
        return party

    async def answer(self, party: Party) -> None:
        """Take a call that came."""
        await self._client.ask(answer(party.leg))

    async def beep(self, party: Party) -> None:
        """Beep twice, for who listens."""
        await self._client.ask(_request("POST", f"channels/{party.leg}/play", media="sound:beep,sound:beep"))

    async def packets(self, party: Party) -> int:
        """How many packets of sound have come from there."""
        said = await self._client.ask(_request("GET", f"channels/{party.leg}/rtp_statistics"))
        return msgspec.json.decode(said, type=_Statistics).rxcount

    async def press(self, party: Party, key: str) -> None:
        """Press a key at this end; the other one hears it."""
        await self._client.ask(_request("POST", f"channels/{party.leg}/dtmf", dtmf=key, duration="150"))

    async def speak(self, party: Party, hertz: int) -> None:
        """Say a tone from now on."""
        where = f"channels/{party.leg}/play/{_tone(party)}"
        await self._client.ask(_request("POST", where, media=f"tone:{hertz}"))

    async def hush(self, party: Party) -> None:
        """Say nothing any more."""
        await self._client.ask(_request("DELETE", f"playbacks/{_tone(party)}"))

    async def listen(self, party: Party) -> tones.Sound:
        """What comes from there for two seconds."""
        name = f"{party.leg}-{len(self._recorded)}"
        over = self._recorded[name] = asyncio.Event()
        asked = {"name": name, "format": "wav", "maxDurationSeconds": str(LISTEN), "ifExists": "overwrite"}
        await self._client.ask(_request("POST", f"channels/{party.leg}/record", **asked))
        await either(over, party.ended, LISTEN + 8.0)
        stored = f"recordings/stored/{quote(name)}"
        try:
            file = await asyncio.to_thread(fetch, self._settings.ari_address, f"{stored}/file")
        except NoAnswer:
            return tones.from_wav(b"")  # nothing came that could be recorded
        await self._client.ask(_request("DELETE", stored))
        return tones.from_wav(file)

    async def expect(self, number: str) -> None:
        """From now on a call to this number is ours, however it is written; empty: none is."""
        await self._client.ask(_request("POST", "asterisk/variable", variable="CALLWEAVE_LOOP", value=number))

    def _on_event(self, event: AriEvent) -> None:
        match event:
            case StasisStart(args=[first]) if first == BACK:
                party = self._parties.setdefault(event.channel.id, Party(event.channel.id))
                self.came.put_nowait(party)
            case StasisStart() if event.channel.id in self._parties:
                self._parties[event.channel.id].started.set()
            case ChannelDtmfReceived() if event.channel.id in self._parties:
                party = self._parties[event.channel.id]
                party.keys += event.digit
                party.pressed.set()
            case ChannelDestroyed() if event.channel.id in self._parties:
                party = self._parties[event.channel.id]
                party.cause = event.cause
                party.ended.set()
            case RecordingFinished() | RecordingFailed() if event.recording.name in self._recorded:
                self._recorded[event.recording.name].set()


class _Statistics(msgspec.Struct):
    """Of ARI's `rtp_statistics`."""

    rxcount: int = 0


async def either(one: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    """Wait until one of them is set, but no longer than this."""
    tasks = [asyncio.create_task(event.wait()) for event in (one, other)]
    await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def why(cause: int) -> str:
    """Why a call was not taken, in words."""
    known = {1: "there is no such number", 17: "busy", 19: "no answer", 21: "refused", 34: "the trunk has no room",
             3: "the far end cannot be reached", 27: "the far end cannot be reached"}  # fmt: skip
    return known.get(cause, f"cause {cause}" if cause else f"no answer in {RING} s")


def _tone(party: Party) -> str:
    return f"{party.leg}-tone"


def _request(method: str, uri: str, **query: str) -> Request:
    return Request(method, uri, tuple(QueryString(name, value) for name, value in query.items()))

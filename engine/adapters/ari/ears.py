"""Hears what parties say while they are listened to, and has it understood.

Beside the leg a channel hears what its party says; a second one carries that to us over a WebSocket, and both stand in
a bridge of their own, so nothing changes for the party. They come with each question and go with its answer. What an
earlier engine left is taken down: the question is asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import structlog

from engine.adapters.ari import bridges, messages, sounds, translate
from engine.adapters.ari.client import Then
from engine.adapters.ari.errors import AriError, AriGone, AriUnreachable
from engine.adapters.ari.exchange import Exchange, unless_gone
from engine.adapters.leg import ListeningFailed, SpeechBegan, SpeechUnderstood
from engine.adapters.recognition import NotUnderstood, Recognizer, Recognizers, Utterances
from engine.commands import Listen
from engine.lazy import Lazy

if TYPE_CHECKING:
    import aiohttp
else:
    aiohttp = Lazy("aiohttp")


_log = structlog.get_logger()
Told = Callable[[SpeechBegan | SpeechUnderstood | ListeningFailed], None]
TIME_LIMIT = 5.0
"""Seconds for the WebSocket to be there."""
_unless_gone = unless_gone("a listening channel is not as it should be")


class _Ear:
    def __init__(self, name: str, number: int, command: Listen, recognizer: Recognizer, told: Told) -> None:
        self.name = name
        self.number = number
        self.command = command
        self.recognizer = recognizer
        self.told = told
        self.hearing: asyncio.Task[None] | None = None
        self.spoke = False


class Ears:
    """All parties that are listened to."""

    def __init__(self, exchange: Exchange, recognizers: Recognizers) -> None:
        self._exchange = exchange
        self._recognizers = recognizers
        self._ears: dict[str, _Ear] = {}
        self._parts: dict[str, int] = {}

    def begin(self, leg: str, number: int, command: Listen, told: Told) -> None:
        """Listen to a party; without a recognizer for its language only keys are an answer."""
        recognizer = self._recognizers.of(command.language)
        if recognizer is None:
            _log.info("nobody understands this language, only keys count", leg=leg, language=command.language)
            return
        part = self._parts[leg] = self._parts.get(leg, 0) + 1
        ear = self._ears[leg] = _Ear(sounds.ear_name(leg, part), number, command, recognizer, told)
        wire = sounds.wire_name(ear.name)
        self._exchange.send(bridges.make(ear.name), self._or_failed(leg, ear))
        self._exchange.send(sounds.hear(leg, ear.name, self._exchange.application), self._or_failed(leg, ear))
        self._exchange.send(sounds.wire(wire, self._exchange.application), self._or_failed(leg, ear))
        self._exchange.send(sounds.connection(wire), self._on_connection(leg, ear))

    def drop(self, leg: str) -> None:
        """It is enough."""
        ear = self._ears.pop(leg, None)
        if ear is not None:
            if ear.hearing is not None:
                ear.hearing.cancel()
            self._take_down(ear.name)

    def listens(self, channel: str) -> bool:
        """A channel has come; whether it is one of these."""
        name = sounds.ear_of(channel)
        if name is None:
            return False
        if any(ear.name == name for ear in self._ears.values()):
            self._exchange.send(bridges.add(name, channel), _unless_gone)
        else:
            self._exchange.send(translate.hang_up(channel, "normal"), _unless_gone)
        return True

    def gone(self, leg: str) -> None:
        """The party has hung up."""
        self.drop(leg)
        self._parts.pop(leg, None)

    def found(self, names: Iterable[str]) -> None:
        """Channels and bridges that are there already: an earlier engine's ears are of no use to us."""
        for name in {sounds.ear_of(name) for name in names} - {None}:
            assert name is not None
            leg = name.rpartition("-")[0]
            self._parts[leg] = max(self._parts.get(leg, 0), sounds.part_of(name))
            self._take_down(name)

    def forget(self) -> None:
        """The connection broke: what is left is taken down after the next one is made."""
        for ear in self._ears.values():
            if ear.hearing is not None:
                ear.hearing.cancel()
        self._ears.clear()

    # steps

    async def _hear(self, leg: str, ear: _Ear, url: str) -> None:
        utterances = Utterances()
        try:
            async with aiohttp.ClientSession() as client:
                async with asyncio.timeout(TIME_LIMIT):
                    connection = await client.ws_connect(url, protocols=("media",), max_msg_size=65_536)
                async for message in connection:
                    if message.type is not aiohttp.WSMsgType.BINARY:
                        continue
                    for news in utterances.take(message.data):
                        if news == "ended":
                            await self._understand(ear, utterances.speech)
                            return
                        ear.spoke = True
                        ear.told(SpeechBegan(ear.number))
            self._failed(leg, ear, "Asterisk has ended the connection")
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            self._failed(leg, ear, str(error) or "no connection in time")

    async def _understand(self, ear: _Ear, speech: bytes) -> None:
        try:
            found = await ear.recognizer.understand(speech, ear.command.phrases, ear.command.language)
        except NotUnderstood as error:
            ear.told(ListeningFailed(ear.number, str(error), spoke=True))
            return
        ear.told(SpeechUnderstood(ear.number, found.label, found.text, found.confidence))

    def _failed(self, leg: str, ear: _Ear, reason: str) -> None:
        if self._ears.get(leg) is ear:
            _log.error("a party cannot be listened to", leg=leg, reason=reason)
            ear.told(ListeningFailed(ear.number, f"the party cannot be listened to: {reason}", spoke=ear.spoke))

    def _take_down(self, name: str) -> None:
        self._exchange.send(translate.hang_up(sounds.wire_name(name), "normal"), _unless_gone)
        self._exchange.send(translate.hang_up(name, "normal"), _unless_gone)
        self._exchange.send(bridges.destroy(name), _unless_gone)

    # what Asterisk answered

    def _or_failed(self, leg: str, ear: _Ear) -> Then:
        def then(error: AriError | None, _: str) -> None:
            if error is not None and not isinstance(error, AriUnreachable):
                self._failed(leg, ear, "the party has gone" if isinstance(error, AriGone) else str(error))

        return then

    def _on_connection(self, leg: str, ear: _Ear) -> Then:
        def then(error: AriError | None, body: str) -> None:
            if self._ears.get(leg) is not ear or error is not None:
                return
            url = sounds.media_url(self._exchange.events_url, messages.read_variable(body).value)
            ear.hearing = asyncio.create_task(self._hear(leg, ear, url))

        return then

"""Sound under the conversation: a channel of its own whispers it to the party, again and again, until it is stopped.

The whisper lies over whatever the party hears: prompts, a dial, a room. A party that hears nothing at all gets no
packets either, and then there is nothing to lie over; so between prompts the leg is given silence, and no longer while
it stands in a bridge, where silence would take the place of the others. What is played is noted with the channel: the
next engine finds it there and goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from pathlib import Path
from uuid import uuid4

import msgspec
import structlog

from engine.adapters.ari import messages, sounds, translate
from engine.adapters.ari.client import Then
from engine.adapters.ari.errors import AriError, AriGone, AriUnreachable
from engine.adapters.ari.exchange import Exchange, answer, unless_gone
from engine.adapters.ari.messages import PlaybackFinished
from engine.adapters.prompts import PromptFailed
from engine.commands import Audio, PlayBackground

_log = structlog.get_logger()
BYTES_A_SECOND = 16_000
AT_ONCE = 10.0
"""Seconds of sound that one playback has at least: a short recording is given several times."""
MOST_AT_ONCE = 50
_unless_gone = unless_gone("a background sound is not as it should be")


class _Sound(msgspec.Struct):
    leg: str
    name: str
    """The channel that whispers."""
    audio: str
    volume: int
    clip: str = ""
    waiting: PlayBackground | None = None
    """The start that is not answered yet."""
    playbacks: set[str] = set()


class Background:
    """Every sound that goes on under a conversation; at most one for a leg."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._sounds: dict[str, _Sound] = {}
        self._parts: dict[str, int] = {}
        self._joined: set[str] = set()
        self._making: set[asyncio.Task[None]] = set()

    def perform(self, command: PlayBackground) -> None:
        """Start a sound in place of the one before, or stop it; answered by `CommandDone` or `CommandFailed`."""
        if command.action == "stop":
            self._stop(command.leg)
            answer(self._exchange, command)
        else:
            self._spawn(self._start(command))

    def listens(self, channel: str) -> bool:
        """A channel has come; whether it is one that whispers."""
        leg = sounds.background_of(channel)
        if leg is None:
            return False
        sound = self._sounds.get(leg)
        if sound is None or sound.name != channel:
            self._exchange.send(translate.hang_up(channel, "normal"))
            return True
        self._exchange.send(sounds.note(channel, sound.audio, sound.volume))
        self._play(sound)
        self._play(sound)
        self._silence(leg)
        return True

    def ended(self, event: PlaybackFinished) -> bool:
        """A playback has ended: its like follows the one that is heard now. Whether it was one of these."""
        leg = sounds.background_of(translate.leg_of(event))
        sound = self._sounds.get(leg) if leg is not None else None
        if sound is not None and event.playback.id in sound.playbacks:
            sound.playbacks.discard(event.playback.id)
            if event.playback.state == "failed":
                _log.warning("a background sound cannot be played", leg=sound.leg)
                self._stop(sound.leg)
            else:
                self._play(sound)
        return leg is not None

    def played(self, leg: str) -> None:
        """Something is played to the party: after it, there is silence for the sound to lie over."""
        if leg in self._sounds:
            self._silence(leg)

    def joined(self, leg: str) -> None:
        """The party comes among others, whom it is to hear."""
        self._joined.add(leg)
        if leg in self._sounds:
            self._exchange.send(sounds.silence(leg, on=False), _unless_gone)

    def alone(self, leg: str) -> None:
        """The party is among others no more."""
        if leg in self._joined:
            self._joined.discard(leg)
            self.played(leg)

    def gone(self, leg: str) -> None:
        """The party has hung up."""
        self._stop(leg)
        self._joined.discard(leg)
        self._parts.pop(leg, None)

    def found(self, channels: Iterable[str]) -> None:
        """Channels that whisper already: an earlier engine began it, and its note says what."""
        for channel in channels:
            leg = sounds.background_of(channel)
            if leg is not None:
                self._parts[leg] = max(self._parts.get(leg, 0), sounds.part_of(channel))
                self._exchange.send(sounds.noted(channel), self._on_noted(leg, channel))

    def forget(self) -> None:
        """The connection broke: what still sounds is found again."""
        for sound in self._sounds.values():
            self._release(sound)
        self._sounds.clear()
        self._joined.clear()
        for task in self._making:
            task.cancel()

    def sounds(self, leg: str) -> bool:
        """Whether a sound goes on under the party's conversation."""
        return leg in self._sounds

    # steps

    async def _start(self, command: PlayBackground) -> None:
        try:
            clip = await self._exchange.prompts.quieter(Audio(asset=command.audio), command.volume)
        except PromptFailed as error:
            answer(self._exchange, command, str(error))
            return
        self._stop(command.leg)
        part = self._parts[command.leg] = self._parts.get(command.leg, 0) + 1
        name = sounds.background_name(command.leg, part)
        sound = _Sound(command.leg, name, command.audio, command.volume, clip, command)
        self._sounds[command.leg] = sound
        self._exchange.send(sounds.whisper(command.leg, name, self._exchange.application), self._on_whisper(sound))

    async def _go_on(self, leg: str, channel: str, audio: str, volume: int) -> None:
        try:
            clip = await self._exchange.prompts.quieter(Audio(asset=audio), volume)
        except PromptFailed as error:
            _log.warning("a background sound ends", leg=leg, reason=str(error))
            self._exchange.send(translate.hang_up(channel, "normal"), _unless_gone)
            return
        if leg in self._sounds:  # another has been asked for meanwhile
            self._exchange.prompts.release([clip])
            self._exchange.send(translate.hang_up(channel, "normal"), _unless_gone)
            return
        sound = self._sounds[leg] = _Sound(leg, channel, audio, volume, clip)
        self._play(sound)  # after what the earlier engine left playing
        self._play(sound)
        self._silence(leg)

    def _play(self, sound: _Sound) -> None:
        playback = f"{sound.name}-{uuid4().hex[:12]}"
        sound.playbacks.add(playback)
        media = [sound.clip] * _times(sound.clip)
        self._exchange.send(translate.play(sound.name, playback, media), _unless_gone)

    def _silence(self, leg: str) -> None:
        if leg not in self._joined:
            self._exchange.send(sounds.silence(leg, on=True), _unless_gone)

    def _stop(self, leg: str) -> None:
        sound = self._sounds.pop(leg, None)
        if sound is None:
            return
        self._release(sound)
        self._exchange.send(translate.hang_up(sound.name, "normal"), _unless_gone)
        if leg not in self._joined:
            self._exchange.send(sounds.silence(leg, on=False), _unless_gone)
        if sound.waiting is not None:
            answer(self._exchange, sound.waiting, "another sound was asked for, or the party has gone")
            sound.waiting = None

    def _release(self, sound: _Sound) -> None:
        if sound.clip:
            self._exchange.prompts.release([sound.clip])
            sound.clip = ""

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._making.add(task)
        task.add_done_callback(self._making.discard)

    # what Asterisk answered

    def _on_whisper(self, sound: _Sound) -> Then:
        def then(error: AriError | None, _: str) -> None:
            command, sound.waiting = sound.waiting, None
            if command is None or isinstance(error, AriUnreachable):
                return
            if error is None:
                answer(self._exchange, command)
                return
            reason = "the party has gone" if isinstance(error, AriGone) else str(error)
            answer(self._exchange, command, f"the sound cannot be played: {reason}")
            if self._sounds.get(sound.leg) is sound:
                self._stop(sound.leg)

        return then

    def _on_noted(self, leg: str, channel: str) -> Then:
        def then(error: AriError | None, body: str) -> None:
            noted = sounds.read_note(messages.read_variable(body).value) if error is None else None
            if noted is not None and leg not in self._sounds:
                self._spawn(self._go_on(leg, channel, *noted))
            elif error is None:
                self._exchange.send(translate.hang_up(channel, "normal"), _unless_gone)

        return then


def _times(clip: str) -> int:
    """How often a clip is given at once."""
    try:
        seconds = Path(f"{clip}.wav").stat().st_size / BYTES_A_SECOND
    except OSError:
        return 1
    return min(MOST_AT_ONCE, max(1, round(AT_ONCE / max(seconds, 0.02))))

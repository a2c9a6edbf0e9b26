"""What can happen to a leg, whoever tells it: Asterisk, the stand-in, or a test."""

from __future__ import annotations

import msgspec

from engine.commands import CallCommand


class Perform(msgspec.Struct, frozen=True):
    """The engine asks for something."""

    command: CallCommand


class Answered(msgspec.Struct, frozen=True):
    """The call was taken, as `TakeCall` asked."""


class AnswerFailed(msgspec.Struct, frozen=True):
    """The call could not be taken."""

    reason: str


class PlaybackEnded(msgspec.Struct, frozen=True):
    """A playback came to its end; also one that we had stopped."""

    playback: int


class PlaybackFailed(msgspec.Struct, frozen=True):
    """A prompt could not be made or played."""

    playback: int
    reason: str


class KeyPressed(msgspec.Struct, frozen=True):
    """The party pressed one key: 0–9, *, #, A–D."""

    key: str

    def __repr__(self) -> str:
        """Without the key: it may belong to a secret, and this text may reach a log."""
        return "KeyPressed(•)"


class TimerFired(msgspec.Struct, frozen=True):
    """The time that `SetTimer` asked for is over."""

    timer: int


class PartyGone(msgspec.Struct, frozen=True):
    """The party is no longer there, for whatever reason."""

    cause: str


Input = Perform | Answered | AnswerFailed | PlaybackEnded | PlaybackFailed | KeyPressed | TimerFired | PartyGone

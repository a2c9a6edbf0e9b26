"""What can happen to a leg, whoever tells it: Asterisk, the stand-in, or a test."""

from __future__ import annotations

import msgspec

from engine.commands import Gather, LegCommand, PlayPrompt
from engine.events import CommandFailed, ConferenceEnded, DialEnded


class Perform(msgspec.Struct, frozen=True):
    """The engine asks for something."""

    command: LegCommand


class Withdraw(msgspec.Struct, frozen=True):
    """What a command asked for is not wanted any more; nothing is reported of it."""

    command_id: str


class Aside(msgspec.Struct, frozen=True):
    """Something is said to the party, or asked of it, while it is among others."""

    command: PlayPrompt | Gather


class AsideDropped(msgspec.Struct, frozen=True):
    """What was said aside is not wanted any more; nothing is reported of it."""


class OthersLeft(msgspec.Struct, frozen=True):
    """The party is among others no more: the event that answers the command."""

    event: DialEnded | ConferenceEnded | CommandFailed


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


class RecordingEnded(msgspec.Struct, frozen=True):
    """What the party said is kept as this asset; nothing was said if `seconds` is 0."""

    recording: int
    asset: str
    seconds: float


class RecordingFailed(msgspec.Struct, frozen=True):
    """What the party said could not be recorded or kept."""

    recording: int
    reason: str


class SpeechBegan(msgspec.Struct, frozen=True):
    """The party has begun to speak."""

    listening: int


class SpeechUnderstood(msgspec.Struct, frozen=True):
    """The party has spoken: the phrase that it was taken for, if any, and the words, as far as they were understood."""

    listening: int
    label: str
    text: str
    confidence: float


class ListeningFailed(msgspec.Struct, frozen=True):
    """The party cannot be heard or understood; `spoke` if it has spoken in vain."""

    listening: int
    reason: str
    spoke: bool = False


class FaxTaken(msgspec.Struct, frozen=True):
    """A fax has come in whole, and is kept as this asset."""

    fax: int
    asset: str
    pages: int
    station: str


class FaxFailed(msgspec.Struct, frozen=True):
    """No fax has come in, or not all of it."""

    fax: int
    reason: str


class FaxToneHeard(msgspec.Struct, frozen=True):
    """The party is a fax machine. Whatever was played to it has ended."""


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


Input = (
    Perform | Withdraw | Aside | AsideDropped | OthersLeft | Answered | AnswerFailed | PlaybackEnded | PlaybackFailed
    | RecordingEnded | RecordingFailed | SpeechBegan | SpeechUnderstood | ListeningFailed
    | FaxTaken | FaxFailed | FaxToneHeard | KeyPressed | TimerFired | PartyGone
)  # fmt: skip

"""What a leg asks of whoever drives it, to be done in this order."""

from __future__ import annotations

import msgspec

from engine.commands import Dial, JoinConference, Listen, Part, ReceiveFax, Record
from engine.events import AnyEvent


class TakeCall(msgspec.Struct, frozen=True):
    """Answer the call; tell `Answered` or `AnswerFailed`. What follows need not wait for it."""


class Play(msgspec.Struct, frozen=True):
    """Play these parts under this number; tell `PlaybackEnded` or `PlaybackFailed`."""

    playback: int
    parts: tuple[Part, ...]


class StopPlayback(msgspec.Struct, frozen=True):
    """Stop this playback at once, or see that it never begins."""

    playback: int


class StartRecording(msgspec.Struct, frozen=True):
    """Record the party under this number; tell `RecordingEnded` or `RecordingFailed`, always."""

    recording: int
    command: Record


class StopRecording(msgspec.Struct, frozen=True):
    """End this recording; what came of it is told as if it had ended by itself."""

    recording: int


class DropRecording(msgspec.Struct, frozen=True):
    """End this recording and forget it; nothing is told of it any more."""

    recording: int


class StartListening(msgspec.Struct, frozen=True):
    """Hear what the party says, under this number: tell `SpeechBegan`, then `SpeechUnderstood` or `ListeningFailed`.

    Where nobody can understand the language nothing is told.
    """

    listening: int
    command: Listen


class StopListening(msgspec.Struct, frozen=True):
    """What the party says is not wanted any more; nothing is told of it."""

    listening: int


class TakeFax(msgspec.Struct, frozen=True):
    """Take a fax under this number; tell `FaxTaken` or `FaxFailed`, always."""

    fax: int
    command: ReceiveFax


class DropFax(msgspec.Struct, frozen=True):
    """Nobody waits for this fax any more: let the machine go; nothing is told of the fax."""

    fax: int


class SetTimer(msgspec.Struct, frozen=True):
    """Tell `TimerFired` after so many seconds; there is never more than one timer."""

    timer: int
    seconds: float


class CancelTimer(msgspec.Struct, frozen=True):
    """Forget the timer."""

    timer: int


class JoinOthers(msgspec.Struct, frozen=True):
    """Bring the party among others, as the command says; tell `OthersLeft` when that is over."""

    command: Dial | JoinConference


class LeaveOthers(msgspec.Struct, frozen=True):
    """The party no longer wants to be among others, or has gone."""


class PassKey(msgspec.Struct, frozen=True):
    """The party pressed a key among others."""

    key: str

    def __repr__(self) -> str:
        """Without the key."""
        return "PassKey(•)"


class EndCall(msgspec.Struct, frozen=True):
    """Hang up; tell `PartyGone` when it is done."""

    cause: str


class Report(msgspec.Struct, frozen=True):
    """Tell the engine."""

    event: AnyEvent

    def __repr__(self) -> str:
        """Without what is in the event: gathered keys may be a secret."""
        return f"Report({self.event.type})"


Action = (
    TakeCall | Play | StopPlayback | StartRecording | StopRecording | DropRecording | StartListening | StopListening
    | TakeFax | DropFax | SetTimer
    | CancelTimer | JoinOthers | LeaveOthers | PassKey | EndCall | Report
)  # fmt: skip

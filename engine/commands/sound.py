"""Commands about what is heard and kept of a call."""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.commands.command import Command
from engine.commands.prompt import Part


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said to a recognizer: any of `words` means `label`."""

    label: str
    words: tuple[str, ...]


class Listen(Command, frozen=True, kw_only=True):
    """Play a prompt and listen for phrases; keys still count. Answered by `SpeechHeard` or `DigitsGathered`."""

    leg: str
    prompt: tuple[Part, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    language: str = ""
    timeout: float = 8.0


class Record(Command, frozen=True, kw_only=True):
    """Record what the party says until silence, a key or the limit. Answered by `Recorded`."""

    leg: str
    max_seconds: float = 60.0
    silence_seconds: float = 3.0
    finish_key: str = "#"
    beep: bool = True


class RecordCall(Command, frozen=True, kw_only=True):
    """Start, stop or interrupt the recording of the whole call. Answered by `CommandDone`.

    `pause` leaves out what is said until the next `start`, `hide` keeps silence in its place.
    """

    leg: str
    action: Literal["start", "stop", "pause", "hide"] = "start"


class PlayBackground(Command, frozen=True, kw_only=True):
    """Start or stop a sound under the conversation; `volume` in percent. Answered by `CommandDone`."""

    leg: str
    action: Literal["start", "stop"] = "start"
    audio: str = ""
    volume: int = 30


SoundCommand = Listen | Record | RecordCall | PlayBackground

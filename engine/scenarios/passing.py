"""What ends of itself while time passes: a prompt that is played.

On the live line the adapter tells it. Where a session is played in memory, winding the clock does, unless a mock or an
event by hand has told it before. Whatever is a person's to do (keys, an answered telephone) is left to mocks and hands:
a clock that is wound by three days may well come to a question on its way, and there it waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from engine.commands import Audio, Command, Digits, Part, Pause, PlayPrompt
from engine.events import AnyEvent, PlaybackFinished
from engine.flow.lint.hearing import spoken_seconds

AUDIO_SECONDS = 3.0
"""What a stored recording is taken to last: here nobody can look at it."""


class End(NamedTuple):
    """What comes of itself, and when."""

    at: datetime
    event: AnyEvent


def end_of(command: Command, asked: datetime) -> End | None:
    """How a command that was given at this moment ends of itself; None if it does not."""
    if not isinstance(command, PlayPrompt):
        return None
    at = asked + timedelta(seconds=seconds_to_say(command.prompt))
    return End(at, PlaybackFinished(at=at, command_id=command.id))


def seconds_to_say(prompt: Iterable[Part]) -> float:
    """About how long a prompt lasts."""
    return sum(map(_seconds, prompt))


def _seconds(part: Part) -> float:
    match part:
        case Pause():
            return part.seconds
        case Audio():
            return AUDIO_SECONDS
        case Digits():
            return spoken_seconds(part.digits)
    return spoken_seconds(part.text)

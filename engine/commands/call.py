"""Commands to a live party on the telephone. `leg` names the party."""

from __future__ import annotations

from engine.commands.command import Command
from engine.commands.prompt import Part


class Answer(Command, frozen=True, kw_only=True):
    """Take the call. Answered by `CallAnswered`."""

    leg: str


class PlayPrompt(Command, frozen=True, kw_only=True):
    """Play a prompt to its end, or to the first key if `barge_in`. Answered by `PlaybackFinished`."""

    leg: str
    prompt: tuple[Part, ...]
    barge_in: bool = False


class Gather(Command, frozen=True, kw_only=True):
    """Play a prompt and gather keys. Answered by `DigitsGathered`.

    `timeout` is the seconds to the first key after the prompt has ended, `digit_timeout` the seconds from key to key.
    """

    leg: str
    prompt: tuple[Part, ...] = ()
    min_digits: int = 1
    max_digits: int = 1
    finish_key: str = ""
    timeout: float = 8.0
    digit_timeout: float = 4.0
    secret: bool = False


class HangUp(Command, frozen=True, kw_only=True):
    """End the call of this party. `cause` is a word: `normal`, `busy`, `congestion`."""

    leg: str
    cause: str = "normal"


CallCommand = Answer | PlayPrompt | Gather | HangUp

"""What happens to a live party on the telephone. `leg` names the party."""

from __future__ import annotations

from typing import Literal

from engine.events.event import Answering, Event


class CallOffered(Event, frozen=True, kw_only=True):
    """Somebody calls one of our numbers; nobody has answered yet."""

    leg: str
    caller: str = ""
    called: str = ""


class CallAnswered(Answering, frozen=True, kw_only=True):
    """The call is up: both sides hear each other."""

    leg: str


class PlaybackFinished(Answering, frozen=True, kw_only=True):
    """The prompt was heard to its end, or the caller cut it short by a key."""

    interrupted: bool = False


class DigitsGathered(Answering, frozen=True, kw_only=True):
    """Keys that the caller pressed; none, if `ended_by` is a time-out before the first key."""

    digits: str = ""
    ended_by: Literal["max_digits", "finish_key", "timeout"] = "max_digits"


class CallEnded(Event, frozen=True, kw_only=True):
    """The party has gone. `cause` is `normal`, `busy`, `cancelled`, `lost` or the like."""

    leg: str
    cause: str = "normal"


CallEvent = CallOffered | CallAnswered | PlaybackFinished | DigitsGathered | CallEnded

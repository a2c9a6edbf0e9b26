"""What happens to a live party on the telephone. `leg` names the party."""

from __future__ import annotations

from typing import Any, Literal

from engine.events.event import Answering, Event


class CallOffered(Event, frozen=True, kw_only=True):
    """Somebody calls one of our numbers; nobody has answered yet. `line` is the endpoint that it came by, if known.

    `returned` is what is known of a call of ours that he returns, as templates see it in `call.returned`.
    """

    leg: str
    caller: str = ""
    called: str = ""
    line: str = ""
    returned: dict[str, Any] = {}


class CallAnswered(Answering, frozen=True, kw_only=True):
    """The call is up: both sides hear each other. `by` is who answered, as far as it was asked for."""

    leg: str
    by: Literal["human", "machine", "unsure"] = "human"


class CallFailed(Answering, frozen=True, kw_only=True):
    """A call of ours was not answered (DECISIONS 20). `fate` is the outlet's word, `cause` what the line said."""

    fate: Literal["busy", "no_answer", "failed"] = "failed"
    cause: str = ""
    rang: bool = False


class DialEnded(Answering, frozen=True, kw_only=True):
    """A second party was called and joined, and the two have talked for so many seconds; or it did not come to that.

    `to` is the number of the one who answered.
    """

    fate: Literal["completed", "busy", "no_answer", "failed"] = "completed"
    to: str = ""
    seconds: float = 0.0
    cause: str = ""


class ConferenceEnded(Answering, frozen=True, kw_only=True):
    """The caller has left the room, or nobody came. `invited` has each invited party's fate by its number.

    `cause` is `left`, `removed`, `closed` (by a moderator or from outside) or `moderator_left`.
    """

    fate: Literal["done", "nobody"] = "done"
    seconds: float = 0.0
    invited: dict[str, str] = {}
    cause: str = ""


class Recorded(Answering, frozen=True, kw_only=True):
    """What the caller said is kept as an asset; nothing was said if `seconds` is 0.

    It is told before `CallEnded` where the caller ends his words by hanging up.
    """

    asset: str = ""
    seconds: float = 0.0


class SpeechHeard(Answering, frozen=True, kw_only=True):
    """The caller spoke: the phrase that it was taken for, if any, and the words as they were understood."""

    label: str = ""
    text: str = ""
    confidence: float = 0.0
    spoke: bool = False
    """Whether something was said at all, understood or not."""


class CommandDone(Answering, frozen=True, kw_only=True):
    """What was asked for is done, and there is no more to be said of it."""


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


CallEvent = (
    CallOffered | CallAnswered | CallFailed | CallEnded | PlaybackFinished | DigitsGathered | SpeechHeard | DialEnded
    | ConferenceEnded | Recorded | CommandDone
)  # fmt: skip

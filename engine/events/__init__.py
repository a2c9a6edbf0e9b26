"""What the world reports, in the past tense."""

from engine.events.call import CallAnswered, CallEnded, CallEvent, CallOffered, DigitsGathered, PlaybackFinished
from engine.events.event import Answering, Event
from engine.events.session import CommandFailed, SessionCancelled, SessionEvent, SessionFailed, SessionStarted

AnyEvent = CallEvent | SessionEvent
"""Every event there is: the type to decode by."""

__all__ = [
    "Answering", "AnyEvent", "CallAnswered", "CallEnded", "CallEvent", "CallOffered", "CommandFailed", "DigitsGathered",
    "Event", "PlaybackFinished", "SessionCancelled", "SessionEvent", "SessionFailed",
    "SessionStarted",
]  # fmt: skip

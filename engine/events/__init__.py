"""What the world reports, in the past tense."""

from engine.events.call import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallFailed,
    CallOffered,
    CommandDone,
    ConferenceEnded,
    DialEnded,
    DigitsGathered,
    PlaybackFinished,
    Recorded,
    SpeechHeard,
)
from engine.events.data import (
    DataEvent,
    FieldsUpdated,
    HttpAnswered,
    JobFinished,
    LookupAnswered,
    RecordChanged,
    SourceWritten,
)
from engine.events.event import Answering, Event
from engine.events.fax import FaxEvent, FaxReceived, FaxSent, FaxToneDetected
from engine.events.mail import MailEvent, MailSent
from engine.events.message import MessageEvent, MessageReceived, MessageSent
from engine.events.recording import CallRecorded, RecordingEvent, RecordingLost
from engine.events.session import (
    CommandFailed,
    SessionCancelled,
    SessionEvent,
    SessionExpired,
    SessionFailed,
    SessionMoved,
    SessionStarted,
    reason_of,
)
from engine.events.supervision import SupervisionEvent, SupervisorCame, SupervisorLeft
from engine.events.timer import SignalReceived, TaskDecided, TimerEvent, TimerFired

AnyEvent = (
    CallEvent | DataEvent | FaxEvent | MailEvent | MessageEvent | RecordingEvent | SessionEvent | SupervisionEvent
    | TimerEvent
)  # fmt: skip
"""Every event there is: the type to decode by."""

__all__ = [
    "Answering", "AnyEvent", "CallAnswered", "CallEnded", "CallEvent", "CallFailed", "CallOffered", "CallRecorded",
    "CommandDone", "CommandFailed", "ConferenceEnded", "DataEvent", "DialEnded", "DigitsGathered", "Event", "FaxEvent",
    "FaxReceived", "FaxSent", "FaxToneDetected", "FieldsUpdated", "HttpAnswered", "JobFinished", "LookupAnswered",
    "MailEvent", "MailSent",
    "MessageEvent", "MessageReceived", "MessageSent", "PlaybackFinished", "RecordChanged", "Recorded", "RecordingEvent",
    "RecordingLost", "SessionCancelled", "SessionEvent", "SessionExpired", "SessionFailed", "SessionMoved",
    "SessionStarted", "SignalReceived", "SourceWritten", "SpeechHeard", "SupervisionEvent", "SupervisorCame",
    "SupervisorLeft", "TaskDecided", "TimerEvent", "TimerFired", "reason_of",
]  # fmt: skip

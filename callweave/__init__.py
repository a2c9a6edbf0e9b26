"""What authors of nodes and embedders import (CONTRACT §7); the command line lives beside it.

    program = compile_flow(document)
    turn = start(program, contact={"phone": "13800000000"}, at=datetime.now(UTC))
    blob = dump(turn.session)
    turn = advance(program, restore(program, blob), DigitsGathered(command_id=turn.commands[-1].id, digits="1"))
"""

from engine import fields
from engine.commands import AskAdapter
from engine.events import (
    CallAnswered,
    CallEnded,
    CallFailed,
    CallOffered,
    CallRecorded,
    CommandDone,
    CommandFailed,
    ConferenceEnded,
    DialEnded,
    DigitsGathered,
    Event,
    FaxReceived,
    FaxSent,
    FaxToneDetected,
    FieldsUpdated,
    HttpAnswered,
    JobFinished,
    LookupAnswered,
    MailSent,
    MessageReceived,
    MessageSent,
    PlaybackFinished,
    RecordChanged,
    Recorded,
    RecordingLost,
    SessionCancelled,
    SessionExpired,
    SessionMoved,
    SessionStarted,
    SignalReceived,
    SourceWritten,
    SpeechHeard,
    SupervisorCame,
    SupervisorLeft,
    TaskDecided,
    TimerFired,
)
from engine.flow import FlowErrors, compile_flow
from engine.function_node import FunctionNode
from engine.node import Finish, Leave, Node, NodeConfig, Outlet, Wait
from engine.session import Session, Turn, advance, dump, restore, start

__all__ = [
    "AskAdapter", "CallAnswered", "CallEnded", "CallFailed", "CallOffered", "CallRecorded", "CommandDone",
    "CommandFailed", "ConferenceEnded", "DialEnded", "DigitsGathered", "Event", "FaxReceived", "FaxSent",
    "FaxToneDetected", "FieldsUpdated", "Finish", "FlowErrors", "FunctionNode", "HttpAnswered", "JobFinished", "Leave",
    "LookupAnswered", "MailSent", "MessageReceived", "MessageSent", "Node", "NodeConfig", "Outlet", "PlaybackFinished",
    "RecordChanged", "Recorded", "RecordingLost", "Session", "SessionCancelled", "SessionExpired", "SessionMoved",
    "SessionStarted", "SignalReceived", "SourceWritten", "SpeechHeard", "SupervisorCame", "SupervisorLeft",
    "TaskDecided", "TimerFired", "Turn", "Wait", "advance", "compile_flow", "dump", "fields", "restore", "start",
]  # fmt: skip

"""One live party, as a machine without sockets or clocks; the ARI adapter and the stand-in both drive it."""

from engine.adapters.leg.actions import (
    Action,
    CancelTimer,
    DropFax,
    DropRecording,
    EndCall,
    JoinOthers,
    LeaveOthers,
    PassKey,
    Play,
    Report,
    SetTimer,
    StartListening,
    StartRecording,
    StopListening,
    StopPlayback,
    StopRecording,
    TakeCall,
    TakeFax,
)
from engine.adapters.leg.doing import Doing
from engine.adapters.leg.inputs import (
    Answered,
    AnswerFailed,
    Aside,
    AsideDropped,
    FaxFailed,
    FaxTaken,
    FaxToneHeard,
    Input,
    KeyPressed,
    ListeningFailed,
    OthersLeft,
    PartyGone,
    Perform,
    PlaybackEnded,
    PlaybackFailed,
    RecordingEnded,
    RecordingFailed,
    SpeechBegan,
    SpeechUnderstood,
    TimerFired,
    Withdraw,
)
from engine.adapters.leg.keys import TYPE_AHEAD
from engine.adapters.leg.machine import Leg
from engine.adapters.leg.transitions import TRANSITIONS

__all__ = [
    "TRANSITIONS", "TYPE_AHEAD", "Action", "AnswerFailed", "Answered", "Aside", "AsideDropped", "CancelTimer", "Doing",
    "DropFax", "DropRecording", "EndCall", "FaxFailed", "FaxTaken", "FaxToneHeard", "Input", "JoinOthers", "KeyPressed",
    "LeaveOthers", "Leg", "ListeningFailed", "OthersLeft", "PartyGone", "PassKey", "Perform", "Play",
    "PlaybackEnded", "PlaybackFailed", "RecordingEnded", "RecordingFailed", "Report", "SetTimer", "SpeechBegan",
    "SpeechUnderstood", "StartListening", "StartRecording", "StopListening", "StopPlayback", "StopRecording",
    "TakeCall", "TakeFax", "TimerFired", "Withdraw",
]  # fmt: skip

"""One live party, as a machine without sockets or clocks; the ARI adapter and the stand-in both drive it."""

from engine.adapters.leg.actions import (
    Action,
    CancelTimer,
    EndCall,
    JoinOthers,
    LeaveOthers,
    PassKey,
    Play,
    Report,
    SetTimer,
    StopPlayback,
    TakeCall,
)
from engine.adapters.leg.doing import Doing
from engine.adapters.leg.inputs import (
    Answered,
    AnswerFailed,
    Aside,
    AsideDropped,
    Input,
    KeyPressed,
    OthersLeft,
    PartyGone,
    Perform,
    PlaybackEnded,
    PlaybackFailed,
    TimerFired,
    Withdraw,
)
from engine.adapters.leg.machine import TRANSITIONS, TYPE_AHEAD, Leg

__all__ = [
    "TRANSITIONS", "TYPE_AHEAD", "Action", "AnswerFailed", "Answered", "Aside", "AsideDropped", "CancelTimer", "Doing",
    "EndCall", "Input", "JoinOthers", "KeyPressed", "LeaveOthers", "Leg", "OthersLeft", "PartyGone", "PassKey",
    "Perform", "Play", "PlaybackEnded", "PlaybackFailed", "Report", "SetTimer", "StopPlayback", "TakeCall",
    "TimerFired", "Withdraw",
]  # fmt: skip

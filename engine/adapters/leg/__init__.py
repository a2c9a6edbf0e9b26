"""One live party, as a machine without sockets or clocks; the ARI adapter and the stand-in both drive it."""

from engine.adapters.leg.actions import Action, CancelTimer, EndCall, Play, Report, SetTimer, StopPlayback, TakeCall
from engine.adapters.leg.inputs import (
    Answered,
    AnswerFailed,
    Input,
    KeyPressed,
    PartyGone,
    Perform,
    PlaybackEnded,
    PlaybackFailed,
    TimerFired,
)
from engine.adapters.leg.machine import TRANSITIONS, TYPE_AHEAD, Doing, Leg

__all__ = [
    "TRANSITIONS", "TYPE_AHEAD", "Action", "AnswerFailed", "Answered", "CancelTimer", "Doing", "EndCall", "Input",
    "KeyPressed", "Leg", "PartyGone", "Perform", "Play", "PlaybackEnded", "PlaybackFailed", "Report", "SetTimer",
    "StopPlayback", "TakeCall", "TimerFired",
]  # fmt: skip

"""What is asked of a leg: it leaves whatever it was doing, and does that; or does nothing any more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.adapters.leg import calling, fax, gathering, listening, others, playing, recording
from engine.adapters.leg.inputs import Perform, Withdraw
from engine.commands import Answer, Dial, Gather, HangUp, JoinConference, Listen, PlayPrompt, ReceiveFax, Record

if TYPE_CHECKING:
    from engine.adapters.leg.machine import Leg


def perform(leg: Leg, happening: Perform, at: datetime) -> None:
    """Begin what a command asks for."""
    leg.drop()
    others.leave(leg)
    match happening.command:
        case Answer() as command:
            calling.answer(leg, command, at)
        case PlayPrompt() as command:
            playing.begin(leg, command, at)
        case Gather() as command:
            gathering.begin(leg, command, at)
        case Dial() | JoinConference() as command:
            others.join(leg, command)
        case Record() as command:
            recording.begin(leg, command)
        case Listen() as command:
            listening.begin(leg, command, at)
        case ReceiveFax() as command:
            fax.begin(leg, command)
        case HangUp() as command:
            calling.hang_up(leg, command)


def withdraw(leg: Leg, happening: Withdraw, at: datetime) -> None:
    """A command's outcome is not wanted any more."""
    if any(command is not None and command.id == happening.command_id for command in (leg.pending, leg.joined)):
        leg.drop()
        others.leave(leg)

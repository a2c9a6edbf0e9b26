"""The call itself, taken and ended: rules of the leg's machine that are about that alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.adapters.leg import others
from engine.adapters.leg.actions import EndCall
from engine.adapters.leg.doing import Doing
from engine.adapters.leg.inputs import Answered, AnswerFailed, PartyGone, Perform
from engine.commands import Answer, HangUp
from engine.events import CallAnswered, CommandFailed

if TYPE_CHECKING:
    from engine.adapters.leg.machine import Leg


def answer(leg: Leg, command: Answer, at: datetime) -> None:
    """Take the call; one that is up already is answered."""
    leg.pending = command
    if leg.answered:
        answered(leg, Answered(), at)
    else:
        leg.doing = Doing.ANSWERING
        leg.take_call()


def answered(leg: Leg, happening: Answered, at: datetime) -> None:
    """It is up."""
    leg.finish(CallAnswered(at=at, command_id=leg.pending.id, leg=leg.name))


def not_answered(leg: Leg, happening: AnswerFailed, at: datetime) -> None:
    """It could not be taken, and that is said."""
    leg.answered = False
    leg.finish(CommandFailed(at=at, command_id=leg.pending.id, reason=happening.reason))


def answer_lost(leg: Leg, happening: AnswerFailed, at: datetime) -> None:
    """It could not be taken, for something that was played or asked: that fails by itself."""
    leg.answered = False


def hang_up(leg: Leg, command: HangUp) -> None:
    """End it."""
    leg.doing = Doing.LEAVING
    leg.to_do(EndCall(command.cause))


def hang_up_again(leg: Leg, happening: Perform, at: datetime) -> None:
    """We have hung up, and only that may be asked for once more."""
    if isinstance(happening.command, HangUp):
        leg.to_do(EndCall(happening.command.cause))


def gone(leg: Leg, happening: PartyGone, at: datetime) -> None:
    """The party has hung up, or we have: nothing is waited for any more."""
    leg.end()
    others.leave(leg)
    leg.go(happening.cause, at)

"""A party among others, in a dial or a room: rules of the leg's machine that are about that alone.

While it is among others its keys are theirs, and something may be said to it aside: heard by this party only, and no
answer to what the engine waits for.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.adapters.leg import gathering, playing
from engine.adapters.leg.actions import JoinOthers, LeaveOthers, PassKey, Report
from engine.adapters.leg.doing import Doing
from engine.adapters.leg.inputs import Aside, AsideDropped, KeyPressed, OthersLeft
from engine.commands import Dial, Gather, JoinConference

if TYPE_CHECKING:
    from engine.adapters.leg.machine import Leg


def join(leg: Leg, command: Dial | JoinConference) -> None:
    """Be brought among others."""
    leg.take_call()
    leg.keys.clear()
    leg.joined = command
    leg.doing = Doing.JOINED
    leg.to_do(JoinOthers(command))


def leave(leg: Leg) -> None:
    """Be among others no more, if it was."""
    if leg.joined is not None:
        leg.joined = None
        leg.doing = Doing.IDLE
        leg.to_do(LeaveOthers())


def left(leg: Leg, happening: OthersLeft, at: datetime) -> None:
    """The others have gone."""
    if leg.joined is None or happening.event.command_id != leg.joined.id:
        return
    leg.drop()
    leg.joined = None
    leg.doing = Doing.IDLE
    leg.to_do(Report(happening.event))


def aside(leg: Leg, happening: Aside, at: datetime) -> None:
    """Something is said to it, or asked of it."""
    if leg.joined is None:
        return
    leg.drop()
    leg.keys.clear()
    if isinstance(happening.command, Gather):
        gathering.begin(leg, happening.command, at)
    else:
        playing.begin(leg, happening.command, at)


def drop_aside(leg: Leg, happening: AsideDropped, at: datetime) -> None:
    """It is not wanted any more."""
    if leg.joined is not None:
        leg.drop()


def pass_key(leg: Leg, happening: KeyPressed, at: datetime) -> None:
    """A key is the others'."""
    leg.to_do(PassKey(happening.key))

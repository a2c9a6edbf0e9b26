"""A fax taken from the party on the line: rules of the leg's machine that are about a fax alone.

The machine at the other end hangs up as soon as its last page has gone, and then the pages are yet to be kept: so the
leg does not end before they are, or are known to be lost. A machine cannot be spoken to: whoever wants something else
of it meanwhile lets it go.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.adapters.leg import others
from engine.adapters.leg.actions import DropFax, Report, TakeFax
from engine.adapters.leg.doing import Doing
from engine.adapters.leg.inputs import FaxFailed, FaxTaken, FaxToneHeard
from engine.commands import ReceiveFax
from engine.events import CommandFailed, FaxReceived, FaxToneDetected

if TYPE_CHECKING:
    from engine.adapters.leg.machine import Leg


def begin(leg: Leg, command: ReceiveFax) -> None:
    """Take a fax; keys that were typed ahead are for nothing here."""
    leg.take_call()
    leg.keys.clear()
    leg.fax += 1
    leg.pending = command
    leg.doing = Doing.FAXING
    leg.to_do(TakeFax(leg.fax, command))


def drop(leg: Leg) -> None:
    """What is being received is not wanted any more."""
    if leg.doing is Doing.FAXING:
        leg.to_do(DropFax(leg.fax))
        leg.fax += 1


def taken(leg: Leg, happening: FaxTaken, at: datetime) -> None:
    """It is kept."""
    if happening.fax == leg.fax:
        event = FaxReceived(
            at=at, command_id=leg.pending.id, asset=happening.asset, pages=happening.pages, station=happening.station
        )
        leg.finish(event)


def failed(leg: Leg, happening: FaxFailed, at: datetime) -> None:
    """It did not come in."""
    if happening.fax == leg.fax:
        leg.finish(CommandFailed(at=at, command_id=leg.pending.id, reason=happening.reason))


def kept(leg: Leg, happening: FaxTaken | FaxFailed, at: datetime) -> None:
    """The machine has hung up, and its pages are kept or lost: now the leg may end."""
    if happening.fax != leg.fax:
        return
    if isinstance(happening, FaxTaken):
        taken(leg, happening, at)
    else:
        failed(leg, happening, at)
    leg.go(leg.gone_by, at)


def tone(leg: Leg, happening: FaxToneHeard, at: datetime) -> None:
    """Nobody listens to what is being asked: it is left, and whoever asked says what is to be done with a machine."""
    leg.drop()
    others.leave(leg)
    leg.keys.clear()
    leg.to_do(Report(FaxToneDetected(at=at, leg=leg.name)))

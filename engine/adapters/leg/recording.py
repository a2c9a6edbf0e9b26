"""What a party says, recorded: rules of the leg's machine that are about a recording alone.

Whoever ends his words by hanging up has said them: so the leg does not end before its recording is kept, or is known to
be lost. A recording that nobody waits for any more is dropped by whoever drives the leg.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.adapters.leg.actions import DropRecording, StartRecording, StopRecording
from engine.adapters.leg.doing import Doing
from engine.adapters.leg.inputs import KeyPressed, PartyGone, RecordingEnded, RecordingFailed
from engine.commands import Record
from engine.events import CommandFailed, Recorded

if TYPE_CHECKING:
    from engine.adapters.leg.machine import Leg


def begin(leg: Leg, command: Record) -> None:
    """Record; keys that were typed ahead are for nothing here."""
    leg.take_call()
    leg.keys.clear()
    leg.recording += 1
    leg.pending = command
    leg.doing = Doing.RECORDING
    leg.to_do(StartRecording(leg.recording, command))


def drop(leg: Leg) -> None:
    """What is being recorded is not wanted any more."""
    if leg.doing in (Doing.RECORDING, Doing.SAID):
        leg.to_do(DropRecording(leg.recording))
        leg.recording += 1


def key(leg: Leg, happening: KeyPressed, at: datetime) -> None:
    """The finish key ends it; any other is part of what is heard."""
    if happening.key in leg.pending.finish_key:
        leg.doing = Doing.SAID
        leg.to_do(StopRecording(leg.recording))


def ended(leg: Leg, happening: RecordingEnded, at: datetime) -> None:
    """It is kept."""
    if happening.recording == leg.recording:
        leg.finish(Recorded(at=at, command_id=leg.pending.id, asset=happening.asset, seconds=happening.seconds))


def failed(leg: Leg, happening: RecordingFailed, at: datetime) -> None:
    """It is lost, and that is said."""
    if happening.recording == leg.recording:
        leg.finish(CommandFailed(at=at, command_id=leg.pending.id, reason=happening.reason))


def gone(leg: Leg, happening: PartyGone, at: datetime) -> None:
    """The party has hung up, perhaps to end what it said."""
    leg.gone_by = happening.cause
    leg.doing = Doing.KEEPING


def kept(leg: Leg, happening: RecordingEnded | RecordingFailed, at: datetime) -> None:
    """What was said is kept or lost: now the leg may end."""
    if isinstance(happening, RecordingEnded):
        ended(leg, happening, at)
    else:
        failed(leg, happening, at)
    leg.go(leg.gone_by, at)

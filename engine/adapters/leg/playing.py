"""Something is said to a party that need not answer: rules of the leg's machine that are about a `PlayPrompt` alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.adapters.leg.actions import PassKey
from engine.adapters.leg.doing import Doing
from engine.adapters.leg.inputs import KeyPressed, PlaybackEnded, PlaybackFailed
from engine.commands import PlayPrompt
from engine.events import CommandFailed, PlaybackFinished

if TYPE_CHECKING:
    from engine.adapters.leg.machine import Leg


def begin(leg: Leg, command: PlayPrompt, at: datetime) -> None:
    """Let a prompt be heard; whoever has typed ahead knows the way, and is not held up."""
    leg.pending = command
    if command.barge_in and leg.keys:
        leg.finish(PlaybackFinished(at=at, command_id=command.id, interrupted=True))
    elif command.prompt:
        leg.doing = Doing.PLAYING
        leg.play(command.prompt)
    else:
        leg.finish(PlaybackFinished(at=at, command_id=command.id))


def key(leg: Leg, happening: KeyPressed, at: datetime) -> None:
    """A key is for what follows, and ends the prompt where it may."""
    if leg.keys.forgiven(happening.key, at):
        return
    if leg.joined is not None:  # what is said aside is no question: the key is for the others
        leg.to_do(PassKey(happening.key))
        return
    leg.keys.keep(happening.key, at)
    if leg.pending.barge_in:
        leg.stop()
        leg.finish(PlaybackFinished(at=at, command_id=leg.pending.id, interrupted=True))


def heard(leg: Leg, happening: PlaybackEnded, at: datetime) -> None:
    """It was heard to its end."""
    if leg.was_heard(happening.playback):
        leg.finish(PlaybackFinished(at=at, command_id=leg.pending.id))


def not_heard(leg: Leg, happening: PlaybackFailed, at: datetime) -> None:
    """It could not be played, or the prompt of a question could not."""
    if leg.was_heard(happening.playback):
        leg.finish(CommandFailed(at=at, command_id=leg.pending.id, reason=happening.reason))

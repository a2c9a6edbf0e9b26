"""A party is asked for keys: rules of the leg's machine that are about a `Gather` alone.

A key stops the prompt and counts. The time for the first key is counted from the prompt's end, the time for each
further one from the key before.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.adapters.leg.doing import Doing
from engine.adapters.leg.inputs import KeyPressed, PlaybackEnded, TimerFired
from engine.commands import Gather
from engine.events import DigitsGathered

if TYPE_CHECKING:
    from engine.adapters.leg.machine import Leg


def begin(leg: Leg, command: Gather, at: datetime) -> None:
    """Ask; keys that were typed ahead are an answer, and then nothing is said."""
    leg.pending = command
    leg.digits = ""
    if leg.keys:
        leg.doing = Doing.FIRST_KEY
        while leg.keys and leg.pending is command:
            _take(leg, leg.keys.take(), at)
        leg.keys.skip_forgiven(at)
    elif command.prompt:
        leg.doing = Doing.PROMPTING
        leg.play(command.prompt)
    else:
        _await_first_key(leg)


def prompt_heard(leg: Leg, happening: PlaybackEnded, at: datetime) -> None:
    """The prompt is over: from now on the time counts."""
    if leg.was_heard(happening.playback):
        _await_first_key(leg)


def key(leg: Leg, happening: KeyPressed, at: datetime) -> None:
    """One more."""
    if not leg.keys.forgiven(happening.key, at):
        leg.stop()
        _take(leg, happening.key, at)


def timed_out(leg: Leg, happening: TimerFired, at: datetime) -> None:
    """No further key: what there is is the answer."""
    if leg.timed_out(happening.timer):
        leg.finish(DigitsGathered(at=at, command_id=leg.pending.id, digits=leg.digits, ended_by="timeout"))


def _await_first_key(leg: Leg) -> None:
    leg.doing = Doing.FIRST_KEY
    leg.set_timer(leg.pending.timeout)


def _take(leg: Leg, pressed: str, at: datetime) -> None:
    gather: Gather = leg.pending
    leg.cancel_timer()
    if pressed in gather.finish_key:
        leg.finish(DigitsGathered(at=at, command_id=gather.id, digits=leg.digits, ended_by="finish_key"))
        return
    leg.digits += pressed
    if len(leg.digits) >= gather.max_digits:
        if gather.finish_key:
            leg.keys.forgive(gather.finish_key, at + timedelta(seconds=gather.digit_timeout))
        leg.finish(DigitsGathered(at=at, command_id=gather.id, digits=leg.digits, ended_by="max_digits"))
    else:
        leg.doing = Doing.NEXT_KEY
        leg.set_timer(gather.digit_timeout)

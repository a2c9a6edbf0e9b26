"""What a party says, taken for an answer: rules of the leg's machine that are about a `Listen` alone.

Whoever speaks or presses a key while the prompt is heard is not held up. The time for an answer is counted from the
prompt's end. Keys are an answer whatever becomes of the listening; that it failed is told only when no key came, or
when the party has spoken in vain.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.adapters.leg.actions import StartListening, StopListening
from engine.adapters.leg.doing import Doing
from engine.adapters.leg.inputs import (
    KeyPressed,
    ListeningFailed,
    PlaybackEnded,
    PlaybackFailed,
    SpeechBegan,
    SpeechUnderstood,
    TimerFired,
)
from engine.commands import Listen
from engine.events import CommandFailed, DigitsGathered, SpeechHeard

if TYPE_CHECKING:
    from engine.adapters.leg.machine import Leg

LONGEST = 30.0
"""Seconds for what is said and for understanding it, after which it counts as not understood."""


def begin(leg: Leg, command: Listen, at: datetime) -> None:
    """Ask; a key that was typed ahead is the answer."""
    leg.pending = command
    if key := leg.keys.take():
        leg.finish(DigitsGathered(at=at, command_id=command.id, digits=key))
        return
    leg.doing = Doing.LISTENING
    leg.listening += 1
    leg.trouble = ""
    leg.play(command.prompt)
    leg.to_do(StartListening(leg.listening, command))


def drop(leg: Leg) -> None:
    """What is said is not wanted any more."""
    if leg.doing is Doing.LISTENING:
        leg.to_do(StopListening(leg.listening))
        leg.listening += 1


def key(leg: Leg, happening: KeyPressed, at: datetime) -> None:
    """A key is an answer as well."""
    if not leg.keys.forgiven(happening.key, at):
        _end(leg, DigitsGathered(at=at, command_id=leg.pending.id, digits=happening.key))


def prompt_heard(leg: Leg, happening: PlaybackEnded, at: datetime) -> None:
    """The prompt is over: from now on the time counts."""
    if leg.was_heard(happening.playback):
        leg.set_timer(leg.pending.timeout)


def not_heard(leg: Leg, happening: PlaybackFailed, at: datetime) -> None:
    """The prompt could not be played."""
    if leg.was_heard(happening.playback):
        _end(leg, CommandFailed(at=at, command_id=leg.pending.id, reason=happening.reason))


def speech_began(leg: Leg, happening: SpeechBegan, at: datetime) -> None:
    """Nobody is talked over."""
    if happening.listening == leg.listening:
        leg.stop()
        leg.set_timer(LONGEST)


def understood(leg: Leg, happening: SpeechUnderstood, at: datetime) -> None:
    """The party has spoken."""
    if happening.listening == leg.listening:
        _end(leg, SpeechHeard(
            at=at, command_id=leg.pending.id, label=happening.label, text=happening.text,
            confidence=happening.confidence, spoke=True,
        ))  # fmt: skip


def failed(leg: Leg, happening: ListeningFailed, at: datetime) -> None:
    """What is said cannot be heard: a key may still come."""
    if happening.listening != leg.listening:
        return
    leg.trouble = happening.reason
    if happening.spoke:
        _end(leg, CommandFailed(at=at, command_id=leg.pending.id, reason=happening.reason))


def timed_out(leg: Leg, happening: TimerFired, at: datetime) -> None:
    """No answer."""
    if not leg.timed_out(happening.timer):
        return
    if leg.trouble:
        _end(leg, CommandFailed(at=at, command_id=leg.pending.id, reason=leg.trouble))
    else:
        _end(leg, SpeechHeard(at=at, command_id=leg.pending.id))


def _end(leg: Leg, event: SpeechHeard | DigitsGathered | CommandFailed) -> None:
    leg.stop()
    leg.cancel_timer()
    drop(leg)
    leg.finish(event)

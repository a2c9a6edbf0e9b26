"""What each kind of event does to a session: one table, and the functions that stand in it.

A function says whether the event meant anything: a late answer, a doubled one, a timer too early do not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from engine.events import (
    Answering,
    CallAnswered,
    CallEnded,
    CallOffered,
    CallRecorded,
    Event,
    FaxToneDetected,
    MessageReceived,
    RecordChanged,
    RecordingLost,
    SessionCancelled,
    SessionExpired,
    SessionFailed,
    SessionMoved,
    SessionStarted,
    SignalReceived,
    SupervisorCame,
    SupervisorLeft,
    TimerFired,
)
from engine.session.walk import Walk


def _answered(walk: Walk, event: Any) -> bool:
    """A command's answer; one that nobody waits for is dropped."""
    run = walk.session.run
    if event.command_id not in run.pending:
        return False
    run.pending = run.pending.copy()
    run.pending.remove(event.command_id)
    return walk.hand(event)


def _call_answered(walk: Walk, event: CallAnswered) -> bool:
    if event.command_id not in walk.session.run.pending:
        return False
    walk.party_is_up(event.leg)
    return _answered(walk, event)


def _started(walk: Walk, event: Event) -> bool:
    """The session's first event."""
    if walk.state.turns:
        return False
    walk.walk(walk.place)
    return True


def _call_offered(walk: Walk, event: CallOffered) -> bool:
    """A call by which the session begins, or for which it has been waiting."""
    if walk.state.turns:
        return _calls_back(walk, event)
    walk.state.legs = {event.leg: False}
    walk.state.had_leg = True
    returned = {"returned": event.returned} if event.returned else {}
    walk.session.call_is({"from": event.caller, "to": event.called, "direction": "in"} | returned)
    return _started(walk, event)


def _calls_back(walk: Walk, event: CallOffered) -> bool:
    """The contact calls a session that waits for it; a call that the node passes over stays with its number."""
    state, node = walk.state, walk.session.run.node
    if state.legs or not walk.is_called(event.caller):
        return False
    before = state.had_leg, state.call
    walk.party_is_up(event.leg)
    state.legs = {event.leg: False}
    walk.session.call_is({"from": event.caller, "to": event.called, "direction": "in"})
    walk.hand(event)
    if walk.session.run.node == node and walk.is_called(event.caller):
        state.legs, (state.had_leg, call) = {}, before
        walk.session.call_is(call)
    return True


def _call_ended(walk: Walk, event: CallEnded) -> bool:
    return walk.party_is_gone(event.leg)


def _fax_tone_detected(walk: Walk, event: FaxToneDetected) -> bool:
    """The caller is a machine: the flow goes on where faxes are taken, if it does so anywhere."""
    return event.leg in walk.state.legs and walk.go_to_fax()


def _timer_fired(walk: Walk, event: Event) -> bool:
    run = walk.session.run
    if run.wake is None or walk.state.at < run.wake:
        return False
    run.wake = None
    return walk.hand(event)


def _record_changed(walk: Walk, event: RecordChanged) -> bool:
    walk.session.know(record=event.record)
    return walk.hand(event) if walk.is_heard("record", "") else True


def _message_received(walk: Walk, event: MessageReceived) -> bool:
    """A message that somebody waits for, or by which the session begins."""
    if not walk.state.turns:
        walk.session.hear({"text": event.text, "from": event.sender, "to": event.to})
        return _started(walk, event)
    if not walk.is_heard("message", event.sender):
        return False
    walk.session.hear({"text": event.text, "from": event.sender, "to": event.to})
    return walk.hand(event)


def _signal_received(walk: Walk, event: SignalReceived) -> bool:
    return walk.is_heard("signal", event.name) and walk.hand(event)


def _is_meant(walk: Walk, standing_at: list[str]) -> bool:
    """Whether the session stands at one of these nodes of its own flow; none means any."""
    return not standing_at or walk.state.runs[0].node in standing_at


def _cancelled(walk: Walk, event: SessionCancelled) -> bool:
    if not _is_meant(walk, event.standing_at):
        return False
    walk.end("cancelled", event.reason or None)
    return True


def _broken(walk: Walk, event: SessionFailed) -> bool:
    walk.end("failed", event.reason or None)
    return True


def _expired(walk: Walk, event: SessionExpired) -> bool:
    walk.end("expired", None)
    return True


def _moved(walk: Walk, event: SessionMoved) -> bool:
    """The session stands in another version from now on; not if its node has no counterpart of the same type there."""
    if not _is_meant(walk, event.standing_at):
        return False
    program = walk.session.program.library.program(event.key)
    return program is not None and walk.move(program, event.nodes)


def _noted(walk: Walk, event: Event) -> bool:
    """Something that the journal keeps, and that changes nothing."""
    return bool(walk.state.turns)


def _unknown(walk: Walk, event: Event) -> bool:
    """Nothing that concerns a session."""
    return False


_HAPPENINGS: dict[type[Event], Callable[[Walk, Any], bool]] = {
    CallAnswered: _call_answered,
    SessionStarted: _started,
    CallOffered: _call_offered,
    CallEnded: _call_ended,
    FaxToneDetected: _fax_tone_detected,
    TimerFired: _timer_fired,
    RecordChanged: _record_changed,
    MessageReceived: _message_received,
    SignalReceived: _signal_received,
    SessionCancelled: _cancelled,
    SessionExpired: _expired,
    SessionMoved: _moved,
    SessionFailed: _broken,
    CallRecorded: _noted,
    RecordingLost: _noted,
    SupervisorCame: _noted,
    SupervisorLeft: _noted,
}
"""What an event does to a session; any other answer to a command is `answered`."""


@cache
def happening(kind: type[Event]) -> Callable[[Walk, Any], bool]:
    """What events of this type do."""
    return _HAPPENINGS.get(kind) or (_answered if issubclass(kind, Answering) else _unknown)

"""The whole engine in one function: `advance(program, session, event) -> Turn(session, commands, journal)`.

It knows no clock, no socket and no database. So the telephone, the simulator, the tests and the replay of last week's
session are the same engine, and whatever goes wrong outside is an event like any other. A turn never raises for what
the world does: a late answer, a doubled one, an event for a session that has ended changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.events import Event, SessionStarted
from engine.flow.program import Program
from engine.session.happenings import happening
from engine.session.session import Session
from engine.session.state import LIVE, Run, State, microseconds
from engine.session.turn import Turn
from engine.session.walk import Walk


def start(
    program: Program,
    *,
    contact: Mapping[str, Any] | None = None,
    record: Mapping[str, Any] | None = None,
    at: datetime,
    event: Event | None = None,
    inputs: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> Turn:
    """A new session's first turn. `event` is what began it: a call offered, or (by default) a plain start.

    `inputs` are the flow's first variables; from `seed` comes all chance in the session.
    """
    contact = contact or {}
    language = program.language_for(contact.get("language"))
    run = Run(program.start, dict(inputs or {}))
    state = State(at=microseconds(at), language=language, seed=seed, runs=[run])
    turn = Walk(Session(program, state, contact, record or {}))
    first = _take(turn, event if event is not None else SessionStarted(at=at))
    assert first is not None, "a session can be started once, by a call or without one"
    return first


def advance(program: Program, session: Session, event: Event) -> Turn:
    """One turn: what the event makes of the session. The given session stays as it is."""
    if session.state.status not in LIVE:
        return Turn(session, (), ())
    turn = Walk(session.copy())
    if event.at is not None:
        at = microseconds(event.at)
        if at > turn.state.at:
            turn.state.at = at
    return _take(turn, event) or Turn(session, (), ())


def _take(walk: Walk, event: Event) -> Turn | None:
    """Do what the event asks for; None if it means nothing to this session."""
    if not happening(type(event))(walk, event):
        return None
    session, state = walk.session, walk.state
    state.turns += 1
    if state.status in LIVE:
        state.status = "running" if state.legs or session.run.pending else "waiting"
    return Turn(session, tuple(walk.commands), tuple(walk.steps))

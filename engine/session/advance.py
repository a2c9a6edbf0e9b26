"""The whole engine in one function: `advance(program, session, event) -> Turn(session, commands, journal)`.

It knows no clock, no socket and no database. So the telephone, the simulator, the tests and the replay of last week's
session are the same engine, and whatever goes wrong outside is an event like any other. A turn never raises for what
the world does: a late answer, a doubled one, an event for a session that has ended changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from engine.commands import Command, HangUp
from engine.events import (
    Answering,
    CallAnswered,
    CallEnded,
    CallOffered,
    Event,
    SessionCancelled,
    SessionFailed,
    SessionStarted,
)
from engine.flow.program import Place, Program
from engine.node import Action, Leave, Wait
from engine.session.session import LIVE, Run, Session, State, Status, microseconds

MAX_STEPS_A_TURN = 1_000
MAX_STEPS = 100_000


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One node walked in a turn: left by `outlet`; None if the session waits there or has ended there."""

    node: str
    outlet: str | None = None
    value: Any = None


class Turn(NamedTuple):
    """What one event made of a session; the session is the same one if the event meant nothing.

    `commands` are what is asked of the outside, in order; `journal` lists the nodes walked.
    """

    session: Session
    commands: tuple[Command, ...]
    journal: tuple[Step, ...]


def start(
    program: Program,
    *,
    contact: Mapping[str, Any] | None = None,
    record: Mapping[str, Any] | None = None,
    at: datetime,
    event: Event | None = None,
) -> Turn:
    """A new session's first turn. `event` is what began it: a call offered, or (by default) a plain start."""
    contact = contact or {}
    language = program.language_for(contact.get("language"))
    state = State(at=microseconds(at), language=language, runs=[Run(program.start)])
    turn = _Turn(program, Session(program, state, contact, record or {}))
    first = turn.take(event if event is not None else SessionStarted(at=at))
    assert first is not None, "a session can be started once, by a call or without one"
    return first


def advance(program: Program, session: Session, event: Event) -> Turn:
    """One turn: what the event makes of the session. The given session stays as it is."""
    if session.state.status not in LIVE:
        return Turn(session, (), ())
    turn = _Turn(program, session.copy())
    if event.at is not None:
        turn.state.at = max(turn.state.at, microseconds(event.at))
    return turn.take(event) or Turn(session, (), ())


def _result(action: Leave) -> dict[str, Any]:
    if action.result is None:
        return {"outlet": action.outlet, **action.details}
    return {"outlet": action.outlet, "value": action.result, **action.details}


class _Turn:
    """A turn while it lasts."""

    __slots__ = ("commands", "program", "session", "state", "steps")

    def __init__(self, program: Program, session: Session) -> None:
        self.program = program
        self.session = session
        self.state = session.state
        self.commands: list[Command] = []
        self.steps: list[Step] = []

    def take(self, event: Event) -> Turn | None:
        """Do what the event asks for; None if it means nothing to this session."""
        state = self.state
        if not self.apply(event):
            return None
        state.turns += 1
        if state.status in LIVE:
            state.status = "running" if state.legs or self.session.run.pending else "waiting"
        return Turn(self.session, tuple(self.commands), tuple(self.steps))

    def apply(self, event: Event) -> bool:
        """Do what the event asks for; False if it means nothing to this session."""
        run, state = self.session.run, self.state
        if isinstance(event, Answering):
            if event.command_id not in run.pending:
                return False
            run.pending.remove(event.command_id)
            if isinstance(event, CallAnswered) and event.leg in state.legs:
                state.legs[event.leg] = True
            self.walk(self.here.node.handle(self.session, event))
            return True
        if isinstance(event, (SessionStarted, CallOffered)):
            return self.begin(event)
        if isinstance(event, CallEnded):
            return self.leg_gone(event.leg)
        if isinstance(event, SessionCancelled):
            self.end("cancelled", event.reason or None)
            return True
        if isinstance(event, SessionFailed):
            self.end("failed", event.reason or None)
            return True
        return False

    @property
    def here(self) -> Place:
        assert self.session.run.node is not None
        return self.program.places[self.session.run.node]

    def begin(self, event: Event) -> bool:
        if self.state.turns:
            return False
        if isinstance(event, CallOffered):
            self.state.legs[event.leg] = False
            self.state.had_leg = True
            self.state.call = {"from": event.caller, "to": event.called, "direction": "in"}
        self.walk(self.arrive(self.here))
        return True

    def leg_gone(self, leg: str) -> bool:
        """A party has gone: the node that speaks to it leaves, or the flow's `on_hang_up` is taken."""
        if self.state.legs.pop(leg, None) is None:
            return False
        if self.here.needs_leg and not self.state.legs:
            self.session.run.pending.clear()
            self.walk(Leave("hung_up"))
        return True

    def arrive(self, place: Place) -> Action:
        """Enter a node, unless it must speak to somebody who is not there."""
        if place.needs_leg and not self.state.legs:
            return Leave("hung_up" if self.state.had_leg else "failed")
        return place.node.enter(self.session)

    def walk(self, action: Action) -> None:
        """Go from node to node until one waits or the session ends."""
        run, state, steps = self.session.run, self.state, self.steps
        places = self.program.places
        place = self.here
        for _ in range(MAX_STEPS_A_TURN):
            run.memo = None
            state.steps += 1
            if isinstance(action, Leave):
                for command in action.commands:
                    self.give(command)
                outlet = action.outlet
                run.results[place.id] = _result(action)
                steps.append(Step(place.id, outlet, action.result))
                target = place.targets.get(outlet) or self.unconnected(outlet)
                if target is None:
                    return
                run.pending.clear()
                run.node = target
                if state.steps > MAX_STEPS:
                    break
                place = places[target]
                if place.needs_leg:
                    action = self.arrive(place)
                else:
                    action = place.node.enter(self.session)
            elif isinstance(action, Wait):
                state.steps -= 1
                run.memo = action.memo
                for command in action.commands:
                    self.give(command)
                    run.pending.append(command.id)
                steps.append(Step(place.id))
                return
            else:
                steps.append(Step(place.id))
                self.end("completed", action.outcome)
                return
        self.end("failed", "loop")

    def unconnected(self, outlet: str) -> str | None:
        """Where an outlet leads that is not connected: to `on_hang_up`, or to the end."""
        run = self.session.run
        if outlet != "hung_up":
            self.end("completed", None)
        elif self.program.on_hang_up is None or run.after_hang_up:
            self.end("completed", "hung_up")
        else:
            run.after_hang_up = True
            return self.program.on_hang_up
        return None

    def give(self, command: Command) -> None:
        """Send a command out. After our own hang-up the party counts as gone, and no `on_hang_up` follows."""
        self.commands.append(self.session.give(command))
        if isinstance(command, HangUp):
            self.state.legs.pop(command.leg, None)
            self.session.run.after_hang_up = True

    def end(self, status: Status, outcome: str | None) -> None:
        """The session is over; whoever is still on the line is let go."""
        for leg in list(self.state.legs):
            self.give(HangUp(leg=leg))
        run = self.session.run
        run.memo = None
        run.node = None
        run.pending.clear()
        self.state.status = status
        self.state.outcome = outcome

"""A session played in memory: the real `advance`, on a clock that is wound by hand.

What nobody answers by hand, mocks answer at once; moments that the clock passes come in their order, each at its own
time, and so does the end of what ends of itself (`passing.py`). Between two turns the session goes through its stored
form and back, as it does in a database. The simulator and the player of scenarios are both made of this, so that what
was simulated plays as a scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol, get_args

import msgspec

from engine.commands import Command
from engine.events import Answering, AnyEvent, CallOffered, TimerFired
from engine.faults import Fault, shown
from engine.flow.program import Program
from engine.scenarios.passing import End, end_of
from engine.session import Session, Step, Turn, advance, dump, restore, start
from engine.session.state import LIVE

MAX_TURNS = 2_000
"""Turns that one event, or one winding of the clock, may lead to by mocks and moments; there it stops."""

LEG = "caller"
"""The party's name where an event does not say one."""

_OF_A_PARTY = {"call_offered", "call_answered", "call_ended"}


MESSAGES = {
    "is no event of this kind: {reason}", "needs a time zone (is {value})",
    "{value} answers a command, and the session waits for no answer",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class NoEvent(ValueError):
    """What was given is no event; `path` and the fault say where in it, the message why."""

    def __init__(self, path: str, message: str, **params: Any) -> None:
        self.path = path
        self.fault = Fault(path, message, params)
        super().__init__(self.fault.sentence)


class Answers(Protocol):
    """Who answers commands in the world's place."""

    def answer(self, command: Command, at: datetime) -> AnyEvent | None:
        """The event that answers, or None: the command waits for an event by hand."""


class Nobody:
    """Answers nothing: every event is given by hand."""

    def answer(self, command: Command, at: datetime) -> AnyEvent | None:
        return None


class Passage(msgspec.Struct):
    """What came of one event, or of winding the clock once: every turn of it, in order."""

    session: Session
    at: datetime
    events: list[AnyEvent] = []
    """All that happened: what was given by hand, what mocks answered, moments that came."""
    commands: list[Command] = []
    steps: list[Step] = []
    heard: bool = True
    """Whether the event that was given meant anything to the session."""
    endless: bool = False
    """Whether it was stopped because turn followed turn without an end."""


class Stage:
    """One session; `begin` once, then `take` and `wind`."""

    def __init__(
        self,
        program: Program,
        *,
        contact: Mapping[str, Any],
        record: Mapping[str, Any],
        at: datetime,
        answers: Answers | None = None,
        seed: int = 0,
    ) -> None:
        self._program = program
        self._contact = contact
        self._record = record
        self._answers = answers or Nobody()
        self._seed = seed
        self._session: Session | None = None
        self._ends: dict[str, End] = {}
        """By command: what happens to it if nobody does anything."""
        self.clock = at

    @property
    def session(self) -> Session:
        """The session as it stands."""
        assert self._session is not None, "the session has not begun"
        return self._session

    def begin(self, event: CallOffered | None = None) -> Passage:
        """The first turn: of a call that is offered, or of a plain start."""
        turn = start(
            self._program, contact=self._contact, record=self._record, at=self.clock, event=event, seed=self._seed
        )
        passage = Passage(turn.session, self.clock, [] if event is None else [event])
        self._follow(passage, turn)
        return passage

    def take(self, event: AnyEvent) -> Passage:
        """One event, and what mocks answer to what it leads to."""
        passage = Passage(self.session, self.clock)
        passage.heard = self._turn(passage, event)
        return passage

    def wind(self, time: timedelta) -> Passage:
        """Let time pass; what falls due meanwhile comes in its order, each at its own moment."""
        passage = Passage(self.session, self.clock)
        until = self.clock + time
        while (due := self._due(until)) is not None:
            passage.endless = len(passage.events) >= MAX_TURNS
            if passage.endless:
                break
            self.clock = due.at
            if not self._turn(passage, due.event) or passage.endless:
                break
        if not passage.endless:
            self.clock = until
        passage.at = self.clock
        return passage

    def read(self, data: Mapping[str, Any]) -> AnyEvent:
        """The event in this data; what it leaves out is filled in: the time, the party, the command that it answers."""
        full: dict[str, Any] = {"at": self.clock.isoformat(), **data}
        if self._session is not None:
            if self._session.run.pending:
                full.setdefault("command_id", self._session.run.pending[-1])
            if self._session.state.legs:
                full.setdefault("leg", next(iter(self._session.state.legs)))
        if full.get("type") in _OF_A_PARTY:
            full.setdefault("leg", LEG)
        kind = _TYPES.get(str(full.get("type")))
        if kind is not None and issubclass(kind, Answering) and "command_id" not in full:
            message = "{value} answers a command, and the session waits for no answer"
            raise NoEvent("type", message, value=shown(full["type"]))
        return read_event(full)

    def coming(self) -> End | None:
        """What comes next of itself if nobody does anything; None if nothing does."""
        session = self.session
        if session.status not in LIVE:
            return None
        self._ends = {id: end for id, end in self._ends.items() if id in session.run.pending}
        coming = list(self._ends.values())
        if session.wake_at is not None:
            at = max(self.clock, session.wake_at)
            coming.append(End(at, TimerFired(at=at)))
        return min(coming, key=lambda end: end.at, default=None)

    def _due(self, until: datetime) -> End | None:
        """What comes next of itself, up to then."""
        first = self.coming()
        return first if first is not None and first.at <= until else None

    def _turn(self, passage: Passage, event: AnyEvent) -> bool:
        before = self.session
        turn = advance(self._program, self._stored(before), event)
        passage.events.append(event)
        heard = turn.session.state.turns != before.state.turns
        self._follow(passage, turn)
        return heard

    def _follow(self, passage: Passage, turn: Turn) -> None:
        """Note a turn, and go on as long as something is answered."""
        waiting: list[Command] = []
        while True:
            self._session = passage.session = turn.session
            passage.commands.extend(turn.commands)
            passage.steps.extend(turn.journal)
            waiting.extend(turn.commands)
            for command in turn.commands:
                if (end := end_of(command, self.clock)) is not None:
                    self._ends[command.id] = end
            event = self._answered(waiting)
            passage.endless = event is not None and len(passage.events) >= MAX_TURNS
            if event is None or passage.endless:
                return
            passage.events.append(event)
            turn = advance(self._program, self._stored(turn.session), event)

    def _answered(self, waiting: list[Command]) -> AnyEvent | None:
        """The first answer to one of these commands that the session still waits for."""
        while waiting:
            command = waiting.pop(0)
            if command.id in self.session.run.pending:
                event = self._answers.answer(command, self.clock)
                if event is not None:
                    return event
        return None

    def _stored(self, session: Session) -> Session:
        return restore(self._program, dump(session), contact=session.contact, record=session.record)


def read_event(data: Mapping[str, Any]) -> AnyEvent:
    """The event in plain data; NoEvent where it is none, or has a key that events of its kind do not have."""
    kind = data.get("type")
    event_type = _TYPES.get(kind) if isinstance(kind, str) else None
    if event_type is None:
        expected = ", ".join(sorted(_TYPES))
        raise NoEvent("type", "must be one of {expected} (is {value})", expected=expected, value=shown(kind))
    for name in data:
        if name not in event_type.__struct_fields__ and name not in ("type", *_FILLED_IN):
            raise NoEvent(name, "is not known here")
    try:
        event: AnyEvent = msgspec.convert(dict(data), AnyEvent)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$.")
        path = place.rstrip("`") or reason.partition("required field `")[2].rstrip("`")
        raise NoEvent(path, "is no event of this kind: {reason}", reason=reason) from error
    if event.at is not None and event.at.tzinfo is None:
        raise NoEvent("at", "needs a time zone (is {value})", value=shown(event.at.isoformat()))
    return event


_FILLED_IN = ("at", "leg", "command_id")
_TYPES: dict[str, type[Any]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyEvent)}

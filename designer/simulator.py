"""A flow played in memory by the real `advance`, on a clock that the user winds.

A simulation is a `Stage` with what was done on it so far. It asks nothing of the world and writes nothing down: it is
kept for half an hour in this process, and can be saved as a scenario, which plays the same again.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from engine.events import CallOffered
from engine.flow import Program
from engine.scenarios.export import expectation, scenario
from engine.scenarios.passing import End
from engine.scenarios.play import duration
from engine.scenarios.scenario import STEPS_AT_MOST
from engine.scenarios.stage import LEG, Answers, Passage, Stage
from engine.secret import mask
from engine.wire import as_data

KEPT = 30 * 60.0
"""Seconds that a simulation is kept after it was last used."""
EACH = 20
"""Simulations that a tenant may have at a time; one more lets go of the one that was not used for longest."""
ALL = 500
"""Simulations of all tenants together."""
LARGEST = 8 << 20
"""Bytes that the turns of one simulation may take."""


class SimulationFull(Exception):
    """This simulation has as many turns, or as much in them, as can be kept."""


class Simulation:
    """One session being played; every method is safe for threads."""

    def __init__(
        self,
        *,
        id: str,
        name: str,
        program: Program,
        contact: Mapping[str, Any],
        record: Mapping[str, Any],
        at: datetime,
        mocks: Mapping[str, Any],
        answers: Callable[[], Answers] | None,
        sub_flows: Callable[[], Mapping[str, Any]] = dict,
        calendars: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        self.id = id
        self.turns: list[dict[str, Any]] = []
        """What was done and what came of it, as the API gives it."""
        self._name = name
        self._sub_flows = sub_flows
        self._calendars = calendars
        self._begun_at = at
        self._contact, self._record, self._mocks = contact, record, mocks
        self._program = program
        self._answers = answers
        """Makes those who answer: what mocks have given is given again when the session is played from its start."""
        self._steps: list[dict[str, Any]] = []
        self._size = 0
        self._lock = threading.Lock()
        self._stage = self._set()

    def begin(self, call: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The first turn. A flow that speaks before it calls begins with a call to it, from the contact's number."""
        if call is None and answers_calls(self._program):
            call = {"type": "call_offered", "leg": LEG, "caller": str(self._contact.get("phone") or "")}
        with self._lock:
            return self._begin(call)

    def take(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """One event by hand; NoEvent if it is none."""
        with self._lock:
            self._room()
            return self._note({"event": dict(event)}, self._stage.take(self._stage.read(event)))

    def wind(self, written: str, length: timedelta) -> dict[str, Any]:
        """Let time pass."""
        with self._lock:
            self._room()
            return self._note({"advance_clock": written}, self._stage.wind(length))

    def back(self, turns: int) -> None:
        """Stand where it stood after so many turns, at least one: they are played again, from the start."""
        with self._lock:
            kept = self.turns[:turns]
            self.turns, self._steps, self._size = [], [], 0
            self._stage = self._set()
            self._begin(kept[0].get("event"))
            for turn in kept[1:]:
                if "event" in turn:
                    self._note({"event": turn["event"]}, self._stage.take(self._stage.read(turn["event"])))
                else:
                    written = turn["advance_clock"]
                    self._note({"advance_clock": written}, self._stage.wind(duration(written)))

    def scenario(self) -> dict[str, Any]:
        """All of it as a scenario."""
        with self._lock:
            return scenario(
                self._name, at=self._begun_at, contact=self._contact, record=self._record, mocks=self._mocks,
                flows=self._sub_flows(), calendars=self._calendars(), steps=self._steps,
            )  # fmt: skip

    def _set(self) -> Stage:
        answers = None if self._answers is None else self._answers()
        return Stage(
            self._program, contact=self._contact, record=self._record, at=self._begun_at, answers=answers
        )

    def _begin(self, call: Mapping[str, Any] | None) -> dict[str, Any]:
        event = None if call is None else self._stage.read(call)
        assert event is None or isinstance(event, CallOffered)
        return self._note({} if call is None else {"event": dict(call)}, self._stage.begin(event))

    def _room(self) -> None:
        if len(self.turns) >= STEPS_AT_MOST or self._size > LARGEST:
            raise SimulationFull

    def _note(self, done: dict[str, Any], passage: Passage) -> dict[str, Any]:
        if passage.heard:
            self._steps.append(done | {"expect": expectation(passage)})
        turn = {"number": len(self.turns) + 1, **done, **turn_data(passage, self._stage.coming())}
        self._size += len(msgspec.json.encode(turn))
        self.turns.append(turn)
        return turn


def turn_data(passage: Passage, coming: End | None) -> dict[str, Any]:
    """What came of one event, and what comes next of itself, as the API gives it: secrets are masked."""
    session = passage.session
    plain: dict[str, Any] = msgspec.to_builtins(
        {
            "node": session.node, "status": session.status, "outcome": session.outcome, "vars": session.vars,
            "results": session.results, "steps": passage.steps, "at": passage.at, "wake_at": session.wake_at,
            "heard": passage.heard, "endless": passage.endless, "contact": session.contact, "record": session.record,
            "language": session.language, "pending": session.run.pending, "legs": session.state.legs,
            "listens": [{"kind": kind, "key": key} for kind, key in session.run.listens],
        },
        enc_hook=mask,
    )  # fmt: skip
    plain["commands"] = [as_data(command) for command in passage.commands]
    plain["events"] = [as_data(event) for event in passage.events]
    plain["coming"] = None if coming is None else {"at": coming.at, "type": as_data(coming.event)["type"]}
    return plain


def answers_calls(program: Program) -> bool:
    """Whether a node that speaks to somebody can be reached before one that calls him."""
    seen: set[str] = set()
    ahead = [program.places[program.start]]
    while ahead:
        place = ahead.pop()
        if place.needs_leg:
            return True
        if place.id not in seen:
            seen.add(place.id)
            called = place.node.gives_leg
            ahead.extend(target for outlet, target in place.targets.items() if outlet not in called)
    return False


class Simulations(Protocol):
    """Where simulations are kept between two requests, apart for each tenant."""

    def put(self, tenant: str, simulation: Simulation) -> None:
        """Keep it from now on."""

    def get(self, tenant: str, id: str) -> Simulation | None:
        """The simulation, which counts as used now; None if there is none, or it was not used for too long."""


class InMemory:
    """Simulations of this process: enough for one web process (docs/decisions/0010)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], tuple[float, Simulation]] = OrderedDict()
        """The least recently used first."""

    def put(self, tenant: str, simulation: Simulation) -> None:
        """Keep it; the tenant's, or everybody's, least recently used one goes if there are too many."""
        with self._lock:
            self._forget_old()
            theirs = [key for key in self._kept if key[0] == tenant]
            if len(theirs) >= EACH:
                del self._kept[theirs[0]]
            elif len(self._kept) >= ALL:
                self._kept.popitem(last=False)
            self._kept[tenant, simulation.id] = (self._clock(), simulation)

    def get(self, tenant: str, id: str) -> Simulation | None:
        """The simulation, which counts as used now."""
        with self._lock:
            self._forget_old()
            found = self._kept.pop((tenant, id), None)
            if found is None:
                return None
            self._kept[tenant, id] = (self._clock(), found[1])
            return found[1]

    def _forget_old(self) -> None:
        ended = self._clock() - KEPT
        while self._kept and next(iter(self._kept.values()))[0] < ended:
            self._kept.popitem(last=False)

"""A turn while it lasts: from the node where the session stands, by the outlets taken, to the node where it waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import force_setattr

from engine.commands import Command, HangUp
from engine.events import Event
from engine.flow.program import Place, Program
from engine.flow.stride import result
from engine.node import Action, Descend, Finish, Leave, Wait
from engine.session.session import Session
from engine.session.state import Run, Status, microseconds
from engine.step import Step
from engine.texting.addresses import alike

MAX_STEPS_A_TURN = 1_000
MAX_STEPS = 100_000
MAX_RUNS = 100
OURS, TAKEN = 1, 2
"""What a run's `hang_up` says."""


class Walk:
    """One turn. What an event does to it is in `happenings`."""

    __slots__ = ("commands", "program", "session", "state", "steps")

    def __init__(self, session: Session) -> None:
        self.session = session
        self.program = session.here if session.run.flow else session.program
        self.state = session.state
        self.commands: list[Command] = []
        self.steps: list[Step] = []

    @property
    def place(self) -> Place:
        """Where the session stands."""
        assert self.session.run.node is not None
        return self.program.places[self.session.run.node]

    def is_heard(self, kind: str, key: str) -> bool:
        """Whether the node listens to this; a message without a sender is for whoever listens."""
        return any(k == kind and (not wanted or not key or wanted == key) for k, wanted in self.session.run.listens)

    def is_called(self, caller: str) -> bool:
        """Whether the node waits for this one to call."""
        return any(kind == "call" and alike(wanted, caller) for kind, wanted in self.session.run.listens)

    def hand(self, event: Event) -> bool:
        """Tell the node where the session stands, and go on from there."""
        place = self.place
        action = place.node.handle(self.session, event)
        if type(action) is not Wait:
            self.session.run.leave()
        self.walk(place, action)
        return True

    def party_is_up(self, leg: str) -> None:
        """A party has answered; one that we called is on the line from now on, and may hang up anew."""
        if leg not in self.state.legs:
            self.state.had_leg = True
            for run in self.state.runs:
                run.hang_up = 0 if run.hang_up == OURS else run.hang_up
        self.state.legs = {**self.state.legs, leg: True}

    def party_is_gone(self, leg: str) -> bool:
        """The node that speaks to it leaves by `hung_up`; any other goes on, and the next voice node will."""
        if leg not in self.state.legs:
            return False
        self.state.legs = {other: up for other, up in self.state.legs.items() if other != leg}
        if self.place.needs_leg and not self.state.legs:
            self.session.run.leave()
            self.walk(self.place, Leave("hung_up"))
        return True

    def go_to_fax(self) -> bool:
        """Go on at the nearest node that takes a fax, out of a sub-flow that has none. False if there is none.

        A session that is at such a node stays there.
        """
        if self.place.node.takes_fax:
            return False
        target = _fax_place(self.place, self.program)
        if target is None and len(self.state.runs) > 1 and self.session.program.takes_fax:
            target = _fax_place(None, self.session.program)
            del self.state.runs[1:]
            self.session.now_in(self.state.runs[0])
            self.program = self.session.here
        if target is None:
            return False
        self.session.run.leave()
        self.walk(target)
        return True

    def walk(self, place: Place, action: Action | None = None) -> None:
        """Go from node to node until one waits or the session ends. An action is what the first node has said already.

        What a session costs is this loop: it is bare.
        """
        session, state, steps = self.session, self.state, self.steps
        left = MAX_STEPS - state.steps
        most = MAX_STEPS_A_TURN if left > MAX_STEPS_A_TURN else left
        while len(steps) < most:
            if action is None:
                stride = place.stride
                if stride is not None:
                    taken, place, action = stride(session)
                    steps += taken
                    continue
                if place.needs_leg and not state.legs:  # the party has gone, or there never was one
                    action = Leave("hung_up" if state.had_leg else "failed")
                else:
                    action = place.enter(session)
            if type(action) is Leave:
                if action.commands:
                    self.give(action.commands)
                session.run.results[place.id] = result(action)
                steps.append(Step(place.id, action.outlet, action.result))
                target = place.targets.get(action.outlet)
                if target is not None:
                    place, action = target, None
                    continue
                onward = self.unconnected(action.outlet)
                if onward is None:
                    break
                if isinstance(onward, Leave):
                    place, action = self.place, onward
                else:
                    place, action = onward, None
                continue
            session.run.node = place.id
            if type(action) is Descend:
                inside = self.descend(action)
                if inside is None:
                    action = Leave("failed", details={"reason": "sub-flow"})
                    continue
                steps.append(place.stay)
                place, action = inside, None
            elif type(action) is Finish:
                steps.append(place.stay)
                action = self.run_is_over(action.outcome)
                if action is None:
                    break
                place = self.place
            else:
                assert type(action) is Wait
                session.run.version = place.version
                steps.append(place.stay)
                self.wait(action)
                break
        else:
            self.end("failed", "loop")
        state.steps += len(steps)

    def wait(self, action: Wait) -> None:
        """Stay at the node. Its memo, wake time and what it listens to are as this wait says; answers due stay due."""
        run = self.session.run
        run.memo = action.memo
        run.wake = None if action.until is None else microseconds(action.until)
        if action.listens or run.listens:
            run.listens = list(action.listens)
        if action.commands:
            run.pending = run.pending + self.give(action.commands)

    def descend(self, action: Descend) -> Place | None:
        """Begin a sub-flow's run, and say where; None if it is missing, or inside too many others."""
        state, session = self.state, self.session
        key = session.program.library.find(action.flow, action.version)
        program = None if key is None else session.program.library.program(key)
        if key is None or program is None or len(state.runs) >= MAX_RUNS:
            return None
        run = Run(program.start, dict(action.inputs), flow=key)
        state.runs.append(run)
        session.now_in(run)
        self.program = program
        return self.place

    def run_is_over(self, outcome: str | None, outlet: str = "completed") -> Leave | None:
        """The run has come to its end: its parent's node leaves; None if it was the session's own."""
        state, session = self.state, self.session
        if len(state.runs) == 1:
            self.end("completed", outcome)
            return None
        inner = state.runs.pop()
        session.now_in(state.runs[-1])
        self.program = session.here
        return Leave(outlet, outcome, {"outputs": inner.vars} if inner.vars else {})

    def unconnected(self, outlet: str) -> Place | Leave | None:
        """Where an outlet leads that is not connected: to `on_hang_up`, out of a sub-flow, or to the session's end."""
        if outlet != "hung_up":
            return self.run_is_over(None)
        run = self.session.run
        if self.program.on_hang_up is None or run.hang_up:
            return self.run_is_over("hung_up", "hung_up")
        run.hang_up = TAKEN
        return self.program.places[self.program.on_hang_up]

    def move(self, program: Program, nodes: Mapping[str, str]) -> bool:
        """Go on in another version of the session's flow, at the node that stands for the one where it waits.

        What it waits for stays as it was asked for: the memo, the wake time, the answers due. Sub-flows that it is in
        stay as they are. Results are read by the new nodes' ids. False if there is no such node, or of another type.
        """
        session, outer = self.session, self.state.runs[0]
        assert outer.node is not None
        before, to = session.program.places[outer.node], nodes.get(outer.node, outer.node)
        there = program.places.get(to)
        if there is None or there.node.type != before.node.type:
            return False
        outer.node = to
        outer.results = {nodes.get(id, id): result for id, result in outer.results.items()}
        session.program = program
        session.now_in(session.run)
        self.program = session.here
        self.steps.append(there.stay)
        return True

    def give(self, commands: Iterable[Command]) -> list[str]:
        """Send commands out; their ids. After our own hang-up the party counts as gone, and no `on_hang_up` follows."""
        state, ids = self.state, []
        for command in commands:
            state.commands = number = state.commands + 1
            id = str(number)
            force_setattr(command, "id", id)
            ids.append(id)
            self.commands.append(command)
            if type(command) is HangUp and command.leg in state.legs:
                state.legs = {leg: up for leg, up in state.legs.items() if leg != command.leg}
                for run in state.runs:
                    run.hang_up = run.hang_up or OURS
        return ids

    def end(self, status: Status, outcome: str | None) -> None:
        """The session is over; whoever is still on the line is let go."""
        state = self.state
        if state.legs:
            legs, state.legs = state.legs, {}
            for leg in legs:
                self.give((HangUp(leg=leg),))
        if len(state.runs) > 1:
            del state.runs[1:]
            self.session.now_in(state.runs[0])
        run = self.session.run
        run.leave()
        run.node = None
        state.status = status
        state.outcome = outcome


def _fax_place(start: Place | None, program: Program) -> Place | None:
    """The node that takes a fax: the nearest by ways from here, else the first of the flow by its name."""
    seen: set[str] = set()
    todo = [] if start is None else [start]
    while todo:
        place, *todo = todo
        if place.node.takes_fax:
            return place
        if place.id not in seen:
            seen.add(place.id)
            todo += place.targets.values()
    return next((place for _, place in sorted(program.places.items()) if place.node.takes_fax), None)

"""A turn while it lasts: from the node where the session stands, by the outlets taken, to the node where it waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from engine.commands import Command, HangUp
from engine.events import Event
from engine.flow.program import Place, Program
from engine.node import DONE, Action, Descend, Finish, Leave, Wait
from engine.session.session import Run, Session, Status, microseconds
from engine.step import Step

MAX_STEPS_A_TURN = 1_000
MAX_STEPS = 100_000
MAX_RUNS = 100
DONE_RESULT = {"outlet": "done"}
"""The result of every node that leaves by `done` with nothing to say: one for all, and never changed."""
OURS, TAKEN = 1, 2
"""What a run's `hang_up` says."""


class Walk:
    """One turn. What an event does to it is in `happenings`."""

    __slots__ = ("commands", "program", "session", "state", "steps")

    def __init__(self, session: Session) -> None:
        self.session = session
        session.now_in(session.run)
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

    def hand(self, event: Event) -> bool:
        """Tell the node where the session stands, and go on from there."""
        self.walk(self.place.node.handle(self.session, event))
        return True

    def party_is_up(self, leg: str) -> None:
        """A party has answered; one that we called is on the line from now on, and may hang up anew."""
        if leg not in self.state.legs:
            self.state.had_leg = True
            for run in self.state.runs:
                run.hang_up = 0 if run.hang_up == OURS else run.hang_up
        self.state.legs[leg] = True

    def party_is_gone(self, leg: str) -> bool:
        """The node that speaks to it leaves by `hung_up`; any other goes on, and the next voice node will."""
        if self.state.legs.pop(leg, None) is None:
            return False
        if self.place.needs_leg and not self.state.legs:
            self.walk(Leave("hung_up"))
        return True

    def walk(self, action: Action) -> None:
        """Go from node to node until one waits or the session ends. What a session costs is this loop: it is bare."""
        session, state, steps = self.session, self.state, self.steps
        results, place = session.results, self.place
        if type(action) is not Wait:
            session.run.leave()
        for _ in range(min(MAX_STEPS_A_TURN, MAX_STEPS - state.steps)):
            if action is DONE and place.after_done is not None:
                results[place.id] = DONE_RESULT
                steps.append(place.done)
                place = place.after_done
            elif type(action) is Leave:
                outlet, value = action.outlet, action.result
                if action.commands:
                    self.give_all(action.commands)
                results[place.id] = {"outlet": outlet} if value is None else {"outlet": outlet, "value": value}
                if action.details:
                    results[place.id].update(action.details)
                steps.append(Step(place.id, outlet, value))
                target = place.targets.get(outlet)
                if target is None:
                    onward = self.unconnected(outlet)
                    if onward is None:
                        break
                    results, place = session.results, self.place
                    if not isinstance(onward, str):
                        action = onward
                        continue
                    target = self.program.places[onward]
                place = target
            elif type(action) is Wait:
                session.run.node, session.run.version = place.id, place.version
                self.wait(action)
                steps.append(place.stay)
                break
            else:
                session.run.node = place.id
                steps.append(place.stay)
                if type(action) is Finish:
                    finished = self.run_is_over(action.outcome)
                    if finished is None:
                        break
                    action = finished
                    results, place = session.results, self.place
                    continue
                assert isinstance(action, Descend)
                if not self.descend(action):
                    steps.pop()
                    action = Leave("failed", details={"reason": "sub-flow"})
                    continue
                results, place = session.results, self.place
            action = self.arrive(place) if place.needs_leg else place.enter(session)
        else:
            self.end("failed", "loop")
        state.steps += len(steps)

    def arrive(self, place: Place) -> Action:
        """Enter a node, unless it must speak to a party and there is none: it has gone, or never was."""
        if place.needs_leg and not self.state.legs:
            return Leave("hung_up" if self.state.had_leg else "failed")
        return place.enter(self.session)

    def wait(self, action: Wait) -> None:
        """Stay at the node. Its memo, wake time and what it listens to are as this wait says; answers due stay due."""
        run = self.session.run
        run.memo = action.memo
        run.wake = None if action.until is None else microseconds(action.until)
        if action.listens or run.listens:
            run.listens = list(action.listens)
        if action.commands:
            self.give_all(action.commands)
            run.pending += [command.id for command in action.commands]

    def descend(self, action: Descend) -> bool:
        """Begin a sub-flow's run; False if it is missing, or inside too many others."""
        state, session = self.state, self.session
        key = session.program.library.find(action.flow, action.version)
        program = None if key is None else session.program.library.program(key)
        if key is None or program is None or len(state.runs) >= MAX_RUNS:
            return False
        run = Run(program.start, dict(action.inputs), flow=key)
        state.runs.append(run)
        session.now_in(run)
        self.program = program
        return True

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

    def unconnected(self, outlet: str) -> str | Leave | None:
        """Where an outlet leads that is not connected: to `on_hang_up`, out of a sub-flow, or to the session's end."""
        if outlet != "hung_up":
            return self.run_is_over(None)
        run = self.session.run
        if self.program.on_hang_up is None or run.hang_up:
            return self.run_is_over("hung_up", "hung_up")
        run.hang_up = TAKEN
        return self.program.on_hang_up

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

    def give_all(self, commands: Sequence[Command]) -> None:
        """Send commands out. After our own hang-up the party counts as gone, and no `on_hang_up` follows."""
        state = self.state
        for command in commands:
            state.commands += 1
            msgspec.structs.force_setattr(command, "id", str(state.commands))
            if type(command) is HangUp:
                state.legs.pop(command.leg, None)
                for run in state.runs:
                    run.hang_up = run.hang_up or OURS
        self.commands += commands

    def end(self, status: Status, outcome: str | None) -> None:
        """The session is over; whoever is still on the line is let go."""
        state = self.state
        if state.legs:
            self.give_all([HangUp(leg=leg) for leg in state.legs])
        if len(state.runs) > 1:
            del state.runs[1:]
            self.session.now_in(state.runs[0])
        run = self.session.run
        run.leave()
        run.node = None
        state.status = status
        state.outcome = outcome

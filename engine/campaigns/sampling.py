"""A sample of a flow's sessions, by what became of the first call; and what they show about the flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from engine.campaigns.answers import Answered, World
from engine.campaigns.playing import Played, Player
from engine.flow.program import Program

Kind = Literal["completed", "not_completed", "machine", "busy", "no_answer", "failed"]
SHARES: dict[Kind, float] = {
    "completed": 0.5, "not_completed": 0.1, "machine": 0.1, "busy": 0.1, "no_answer": 0.1, "failed": 0.1,
}  # fmt: skip
"""How a sample is divided: what happens after somebody has answered has the most ways to go."""


class DeadEnd(msgspec.Struct, frozen=True):
    """A place where sessions of the sample came to no end that was drawn.

    `kind`: `unconnected` (left by an outlet that leads nowhere), `stuck` (waits for what never comes), `endless`,
    `failed`.
    """

    kind: str
    node: str
    outlet: str = ""
    sessions: int = 0


class Person(msgspec.Struct, frozen=True):
    """Whom a session is played for."""

    contact: Mapping[str, Any] = {}
    record: Mapping[str, Any] = {}


class FlowSample:
    """Sessions of a flow, ready to be drawn from."""

    def __init__(
        self,
        program: Program,
        world: World,
        at: datetime,
        *,
        people: Sequence[Person] = (),
        mocks: Mapping[str, Any] | None = None,
        good: Collection[str] = (),
        sessions: int = 200,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        """`good` are the outcomes that count as completed; none: any but `hung_up`. `between` is called between two."""
        self._program, self._world = program, world
        self._people = people or (Person({"phone": "13800000000"}),)
        self._mocks = mocks or {}
        self._good = good
        self.pools: dict[Kind, list[Played]] = {}
        number = 0
        for kind, share in SHARES.items():
            self.pools[kind] = []
            for _ in range(max(1, round(sessions * share))):
                self.pools[kind].append(self._played(kind, number, at))
                number += 1
                between()

    def draw(self, answered: Answered, chance: float) -> Played:
        """One session that began like this."""
        kind: str = answered.fate
        if kind == "answered":
            kind = "completed" if answered.completed else "not_completed"
        pool = self.pools[kind]  # type: ignore[index]
        return pool[int(chance * len(pool))]

    @property
    def sessions(self) -> list[Played]:
        """All of them."""
        return [played for pool in self.pools.values() for played in pool]

    def dead_ends(self) -> list[DeadEnd]:
        """Where sessions came to no end that was drawn; the most frequent first."""
        seen = Counter(end for played in self.sessions for end in self._ends(played))
        return [DeadEnd(*end, sessions=count) for end, count in seen.most_common()]

    def unvisited(self) -> list[str]:
        """Nodes that no session of the sample came by."""
        walked = {step.node for played in self.sessions for step in played.walked}
        return sorted(set(self._program.places) - walked)

    def outcomes(self) -> dict[str, int]:
        """How the sessions ended, those of them that did."""
        return dict(Counter(played.outcome for played in self.sessions if played.outcome).most_common())

    def _played(self, kind: Kind, number: int, at: datetime) -> Played:
        person = self._people[number % len(self._people)]
        player = Player(
            self._program, self._world, number, contact=person.contact, record=person.record, at=at,
            mocks=self._mocks, good=self._good,
        )  # fmt: skip
        return player.play(self._beginning(kind, number))

    def _beginning(self, kind: Kind, number: int) -> Answered:
        model, chance = self._world.model, self._world.chance(number, 2_000_000)
        match kind:
            case "completed" | "not_completed":
                talked = self._world.talk(chance, whole=kind == "completed")
                return Answered("answered", model.ring_seconds, talked, kind == "completed")
            case "machine":
                return Answered("machine", model.ring_seconds, self._world.talk(chance, whole=True), True)
            case "no_answer":
                return Answered("no_answer", model.unanswered_seconds, 0.0, False)
        return Answered(kind, 0.0, 0.0, False)

    def _ends(self, played: Played) -> Iterator[tuple[str, str, str]]:
        if played.trouble:
            yield played.trouble, played.node, ""
            return
        for step in played.walked:
            place = self._program.places.get(step.node)
            if place is not None and step.outlet not in (None, "hung_up") and step.outlet not in place.targets:
                yield "unconnected", step.node, str(step.outlet)

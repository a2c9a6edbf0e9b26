"""Split: send sessions different ways by chance, in given shares."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Annotated

from pydantic import AfterValidator

from engine.faults import Phrase
from engine.fields import Field, fault
from engine.labelled import Labelled, distinct
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary
from engine.session.session import Session

MAX_WEIGHT = 1_000_000
MESSAGES = {"one part at least must have a weight above 0", "{label} {percent} %"}


class Share(Labelled):
    """A part, and its weight among the others."""

    weight: float = Field(
        1, title="Weight", description="50 and 50, or 1 and 1, is half and half.", ge=0, le=MAX_WEIGHT,
        allow_inf_nan=False,
    )  # fmt: skip


def _weighed(parts: list[Share]) -> list[Share]:
    if not any(part.weight for part in distinct(parts)):
        raise fault("one part at least must have a weight above 0")
    return parts


class SplitConfig(NodeConfig):
    parts: Annotated[list[Share], AfterValidator(_weighed)] = Field(
        title="Parts", description="Each leaves by its own outlet.", min_length=1, max_length=50
    )


class Split(Node[SplitConfig]):
    """Goes on by one of several outlets, by chance and in given shares."""

    type, label, group, icon, medium = "split", "Split", "logic", "split", "logic"
    help = (
        "For trying two wordings, or calling a sample: each session is drawn anew, so that of many sessions each part "
        "gets its share."
    )
    starter = {"parts": [{"label": "A", "weight": 50}, {"label": "B", "weight": 50}]}

    def prepare(self) -> None:
        parts = [part for part in self.config.parts if part.weight]
        weights = list(accumulate(part.weight for part in parts))
        self.total = weights[-1] if weights else 0.0
        self.drawn = [(bound, part.outlet, part.label) for bound, part in zip(weights, parts, strict=True)]

    def outlets(self) -> Iterator[Outlet]:
        yield from (Outlet(part.outlet, part.label) for part in self.config.parts)

    def enter(self, session: Session) -> Action:
        point = session.chance() * self.total
        for bound, outlet, label in self.drawn:
            if point < bound:
                return Leave(outlet, label)
        return Leave(*self.drawn[-1][1:])  # rounding brought the point to the very end

    def summary(self) -> Iterator[Summary]:
        for part in self.config.parts:
            percent = f"{100 * part.weight / self.total:.3g}"
            yield Phrase("{label} {percent} %", {"label": part.label, "percent": percent})

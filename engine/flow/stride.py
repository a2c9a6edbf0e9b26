"""Strides: nodes that leave at once and ask for nothing are walked several at a time.

Most nodes of most flows only set variables or choose a way. From where a session arrives, one Python function is
written for the row of them that begins there; it ends where a node must be entered in earnest. What it leaves behind
(results, and the steps for the journal) is what entering one after another would have left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.expressions.script import Script
from engine.node import Leave
from engine.step import Step

if TYPE_CHECKING:
    from engine.flow.program import Place
    from engine.session.session import Session

MAX_NODES = 32
"""Nodes of one stride: a long row takes several."""
Arrival = tuple[tuple[Step, ...], "Place", Leave | None]
"""Where a stride has led: the nodes walked, and the place to be entered, or to be left by an action."""
Stride = Callable[["Session"], Arrival]


def stride_from(place: Place) -> Stride:
    """The stride that begins at a place whose node can be written."""
    return _Writer(place).written()


class _Writer:
    """A stride, while it is being written."""

    def __init__(self, place: Place) -> None:
        self._script = Script()
        self._place: Place | None = place
        self._steps: tuple[Step, ...] = ()

    def written(self) -> Stride:
        """Write node after node; `_leave` says where each leads, or that the stride is over."""
        while self._place is not None:
            self._place.node.write_script(self._script, self._leave)
        return self._script.function()

    def _leave(self, action: Leave) -> None:
        place, script = self._place, self._script
        assert place is not None
        target = place.targets.get(action.outlet)
        if target is None:
            self._arrive((self._steps, place, action))
            return
        script.line(f"{script.root('results')}[{place.id!r}] = {script.constant(result(action))}")
        steps = (*self._steps, Step(place.id, action.outlet, action.result))
        if script.is_in_block or target.stride is None or len(steps) == MAX_NODES:
            self._arrive((steps, target, None))
        else:
            self._place, self._steps = target, steps

    def _arrive(self, arrival: Arrival) -> None:
        self._script.line(f"return {self._script.constant(arrival)}")
        if not self._script.is_in_block:
            self._place = None


def result(action: Leave) -> dict[str, Any]:
    """What stands in `results.<node>` once a node is left by this action."""
    if action.result is None:
        return {"outlet": action.outlet, **action.details}
    return {"outlet": action.outlet, "value": action.result, **action.details}

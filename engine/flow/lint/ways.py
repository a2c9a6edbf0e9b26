"""The ways through a flow: every node is reached, nothing runs in a circle for ever, and there is an end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.faults import Fault, Mend
from engine.flow.graph import circles
from engine.flow.lint.subject import Finding, Level, Subject
from engine.lazy import Lazy

if TYPE_CHECKING:
    import networkx as nx
else:
    nx = Lazy("networkx")

MESSAGES = {"Remove this node"}
"""Words of this module; each has its translation."""


def every_node_is_reached(flow: Subject) -> Iterator[Finding]:
    """Some way leads from the start to every node."""
    for id in flow.checked:
        if id not in flow.reached:
            mend = Mend("remove_node", "Remove this node", {"node": id})
            yield "warning", Fault(f"nodes.{id}", "cannot be reached from the start", {}, mend)


def circles_have_a_wait(flow: Subject) -> Iterator[Finding]:
    """In every circle there is a node in which time passes: else the session spins until the engine stops it."""
    instant = {id: flow.targets[id].values() for id, node in flow.nodes.items() if not node.waits}
    for circle in circles(instant):
        names = " → ".join([*circle, circle[0]])
        yield "error", Fault(f"nodes.{circle[0]}", "goes round without a wait: {circle}", {"circle": names})


def there_is_a_way_out(flow: Subject) -> Iterator[Finding]:
    """From every node that is reached, some way leads to an end; a caller who hangs up is none that one may rely on."""
    if flow.start is None:
        return
    graph = flow.graph
    ending = flow.leading_to(id for id in flow.checked if _may_end(flow, id))
    stuck = {id for id in flow.reached if id not in ending}
    if flow.start in stuck:
        spoken = any(flow.nodes[id].needs_leg for id in stuck if id in flow.nodes)
        yield _level(spoken), Fault("start", "nothing in this flow ends it")
        return
    for knot in nx.strongly_connected_components(graph.subgraph(stuck)):
        if not any(target not in knot for id in knot for target in graph.successors(id)):
            first = min(knot)
            spoken = any(flow.nodes[id].needs_leg for id in knot if id in flow.nodes)
            params = {"circle": ", ".join(sorted(knot)[:6])}
            yield _level(spoken), Fault(f"nodes.{first}", "no way leads out of this circle: {circle}", params)


def _level(spoken: bool) -> Level:
    return "warning" if spoken else "error"


def _may_end(flow: Subject, id: str) -> bool:
    """Whether a session can end at this node: it has no outlet, a loose one, or what it has is not known."""
    if not flow.is_built(id):
        return True
    outlets = [outlet.id for outlet in flow.checked[id].outlets if outlet.id not in ("failed", "hung_up")]
    return not outlets or any(outlet not in flow.targets[id] for outlet in outlets)

"""The outlets: that they exist, lead somewhere, and that every fate of a contact is thought of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.faults import Fault, Mend, shown
from engine.flow.lint.subject import Finding, Subject, targets_of
from engine.lazy import Lazy

if TYPE_CHECKING:
    import networkx as nx
else:
    nx = Lazy("networkx")

MESSAGES = {
    "goes nowhere: the session would end here as completed", "goes nowhere: who presses nothing would be let go",
    "goes nowhere: a call that a machine takes would count as done",
    "goes nowhere: when no answer comes, the session would end",
    "goes nowhere: when this fails, the session would end here as completed",
    "goes nowhere: when the voice fails, the session would end as completed, without {lost}",
    "goes nowhere, and the same at {others}: when the voice fails, the session would end as completed, without {lost}",
    "Connect it", "Remove this connection",
}  # fmt: skip
"""Sentences of this module; each has its translation."""

_LOOSE = {
    "no_input": "goes nowhere: who presses nothing would be let go",
    "machine": "goes nowhere: a call that a machine takes would count as done",
    "timed_out": "goes nowhere: when no answer comes, the session would end",
    "failed": "goes nowhere: when this fails, the session would end here as completed",
}
_TAKEN_IF = {"machine": "detect_machine", "timed_out": "timeout"}
"""Outlets that are never taken while a field of the config says so."""
_OUTSIDE = ""
"""In the graph, what every node leads to that acts outside of the call; no node has this id."""
NAMED = 6
"""Nodes that one sentence names."""


def outlets_lead_somewhere(flow: Subject) -> Iterator[Finding]:
    """An edge leads from an outlet that is there to a node that is there."""
    for id in flow.checked:
        for outlet, target in targets_of(flow.document, id).items():
            path = f"nodes.{id}.outlets.{outlet}"
            mend = Mend("remove", "Remove this connection", {"path": path})
            if not isinstance(target, str) or target not in flow.checked:
                yield "error", Fault(path, "leads to {value}, which does not exist", {"value": shown(target)}, mend)
            # The outlets of a config with faults are guessed: one that is being filled in is not to be disconnected.
            if id in flow.nodes and flow.outlets[id] and outlet not in flow.outlets[id]:
                yield "error", Fault(path, "this node has no outlet {value}", {"value": shown(outlet)}, mend)


def outlets_are_connected(flow: Subject) -> Iterator[Finding]:
    """No outlet that can be taken is left hanging; those that the engine gives to voice nodes are no concern here."""
    for id, node in flow.nodes.items():
        given = targets_of(flow.document, id)
        engines = {"hung_up", *_voice_failures(flow, id)}
        for outlet in flow.checked[id].outlets:
            if outlet.id in given or outlet.id in engines:
                continue
            switch = _TAKEN_IF.get(outlet.id)
            if switch is not None and not getattr(node.config, switch, True):
                continue
            sentence = _LOOSE.get(outlet.id, "goes nowhere: the session would end here as completed")
            yield "warning", _loose(id, outlet.id, sentence)


def voice_may_fail(flow: Subject) -> Iterator[Finding]:
    """Where the voice breaks down, what is to be done outside of the call is done nonetheless; said once for a flow.

    A voice node's `failed` may be loose while only talk comes after it, for then there is nothing left to do
    (docs/decisions/0012).
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(flow.checked)
    for id, targets in flow.targets.items():
        graph.add_edges_from((id, target) for outlet, target in targets.items() if outlet not in ("failed", "hung_up"))
    outside = {id for id in flow.reached if _acts_outside(flow, id)}
    graph.add_edges_from((id, _OUTSIDE) for id in outside)
    ahead = nx.ancestors(graph, _OUTSIDE) & flow.reached if outside else set()
    loose = [id for id in flow.nodes if id in ahead and _has_loose_voice(flow, id)]
    if not loose:
        return
    first, others = loose[0], loose[1:]
    lost = sorted(nx.descendants(graph, first) & outside)
    sentence = "goes nowhere: when the voice fails, the session would end as completed, without {lost}"
    if others:
        sentence = (
            "goes nowhere, and the same at {others}: when the voice fails, the session would end as completed, "
            "without {lost}"
        )
    yield "warning", _loose(first, "failed", sentence, {"lost": _named(lost), "others": _named(others)})


def _voice_failures(flow: Subject, id: str) -> set[str]:
    """`failed`, if this node has it only because it speaks."""
    node = flow.nodes[id]
    return {"failed"} if node.needs_leg and all(outlet.id != "failed" for outlet in node.outlets()) else set()


def _has_loose_voice(flow: Subject, id: str) -> bool:
    """Whether a voice that fails at this node leads nowhere; a hang-up fails only where nobody was on the line."""
    return not flow.nodes[id].ends_leg and bool(_voice_failures(flow, id) - targets_of(flow.document, id).keys())


def _acts_outside(flow: Subject, id: str) -> bool:
    """Whether a node does something that needs nobody on the line, and that may fail."""
    return id in flow.nodes and not flow.nodes[id].needs_leg and "failed" in flow.outlets[id]


def _named(ids: list[str]) -> str:
    return ", ".join(ids[:NAMED]) + (" …" if len(ids) > NAMED else "")


def _loose(id: str, outlet: str, sentence: str, params: dict[str, str] | None = None) -> Fault:
    mend = Mend("connect", "Connect it", {"node": id, "outlet": outlet})
    return Fault(f"nodes.{id}.outlets.{outlet}", sentence, params or {}, mend)

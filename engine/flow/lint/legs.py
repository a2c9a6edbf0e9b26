"""Who is on the line: nodes that speak are reached only while somebody listens.

Along every way the rule keeps what can be known of the party: there by an answer; there, perhaps, since the flow began
with a call that came in; not there; gone by a hang-up; unknown, after a sub-flow. An error is only what is so on every
way to a node, for a flow that is wrong on some way may still be right for the callers it has.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.faults import Fault
from engine.flow.lint.subject import Finding, Subject

LIVE, BEGUN, NOBODY, GONE, UNKNOWN = 1, 2, 4, 8, 16


def speech_has_a_listener(flow: Subject) -> Iterator[Finding]:
    """No voice node is reached with nobody on the line, or after the call was hung up."""
    entry = {flow.on_hang_up: GONE} if flow.on_hang_up is not None else {}
    if flow.start is not None:
        entry[flow.start] = entry.get(flow.start, 0) | BEGUN
    for id, node in flow.nodes.items():
        if node.takes_fax and flow.start is not None:  # by its tone
            entry[id] = entry.get(id, 0) | LIVE
    found = flow.spread(entry, lambda id, outlet, bits: _after(flow, id, outlet, bits))
    calls_out = _calls_first(flow)
    for id, node in flow.nodes.items():
        bits = found[id]
        if not node.needs_leg or not bits:
            continue
        gone, nobody = bits & GONE, bits & NOBODY
        if bits & (GONE | NOBODY) == bits and not node.ends_leg:
            message = "speaks after the call has been hung up" if gone else "speaks, and nobody is on the line"
            yield "error", Fault(f"nodes.{id}", message)
        elif gone:
            yield "warning", Fault(f"nodes.{id}", "can be reached after the call has been hung up")
        elif nobody or (calls_out and bits & BEGUN):
            yield "warning", Fault(f"nodes.{id}", "can be reached with nobody on the line")


def _after(flow: Subject, id: str, outlet: str, bits: int) -> int:
    """What is known of the party after leaving a node by an outlet."""
    node = flow.nodes.get(id)
    if node is None or node.names_flow == "inside":
        return GONE if outlet == "hung_up" else UNKNOWN
    if outlet == "hung_up" or node.ends_leg:
        return GONE
    if outlet in node.gives_leg:
        return LIVE
    if node.gives_leg and outlet != "failed":  # nobody is called while somebody is on the line
        return NOBODY
    if node.gives_leg and bits & BEGUN:  # a flow that begins by calling is not one that was called
        return (bits & ~BEGUN) | NOBODY
    if node.needs_leg and outlet != "failed":
        return LIVE
    return bits


def _calls_first(flow: Subject) -> bool:
    """Whether the flow calls somebody before it has spoken to anybody: then no call began it."""
    seen: set[str] = set()
    todo = [flow.start] if flow.start is not None else []
    while todo:
        id = todo.pop()
        node = flow.nodes.get(id)
        if id in seen or node is None or node.needs_leg:
            continue
        if node.gives_leg:
            return True
        seen.add(id)
        todo.extend(flow.targets[id].values())
    return False

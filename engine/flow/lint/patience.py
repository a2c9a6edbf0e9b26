"""What a flow does about people who do not answer, and machines that do."""

from __future__ import annotations

from collections.abc import Iterator

from engine.faults import Fault, Mend
from engine.flow.lint.subject import Finding, Subject

MESSAGES = {"Detect answering machines", "Wait for a day"}
"""Words of this module; each has its translation."""

A_DAY = 86_400


def questions_have_a_time_out(flow: Subject) -> Iterator[Finding]:
    """Who is asked and never answers does not hold the session for ever."""
    for id, node in flow.nodes.items():
        if "timed_out" in flow.outlets[id] and not getattr(node.config, "timeout", True):
            path = f"nodes.{id}.config.timeout"
            mend = Mend("set", "Wait for a day", {"path": path, "value": A_DAY})
            yield "warning", Fault(path, "has no time-out: it waits for ever", {}, mend)


def machines_are_thought_of(flow: Subject) -> Iterator[Finding]:
    """A call that a machine takes is noticed: by detection, or by a question that a machine leaves unanswered."""
    asking = flow.leading_to(id for id in flow.checked if "no_input" in flow.outlets[id])
    for id, node in flow.nodes.items():
        if not node.gives_leg or getattr(node.config, "detect_machine", True):
            continue
        begun = [flow.targets[id][outlet] for outlet in node.gives_leg if outlet in flow.targets[id]]
        if begun and asking.isdisjoint(begun):
            path = f"nodes.{id}.config.detect_machine"
            mend = Mend("set", "Detect answering machines", {"path": path, "value": True})
            yield "warning", Fault(path, "a machine that answers is taken for a person", {}, mend)

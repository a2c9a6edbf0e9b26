"""Conditions that say nothing: always true, never true, or never come to because an earlier one holds first.

A condition is tried out by its own compiled form on every kind of value that it can tell apart (`samples`): if it comes
out the same each time, it always does. Where the kinds are too many, or not known, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from engine.expressions import Condition
from engine.faults import Fault, Mend
from engine.flow.lint.readers import readers_in
from engine.flow.lint.samples import Budget, samples
from engine.flow.lint.subject import Finding, Subject

MESSAGES = {"Remove this condition"}
"""Words of this module; each has its translation."""

MAX_EARLIER = 8
"""Conditions before one, of those that read the same, that are looked at together with it."""


def conditions_can_differ(flow: Subject) -> Iterator[Finding]:
    """Every condition is true for some values and false for others, and has its turn."""
    budget = Budget()
    for id, node in flow.nodes.items():
        for field, value in node.config:
            path = f"nodes.{id}.config.{field}"
            cases = _cases(value)
            if cases:
                yield from _in_order(cases, path, budget)
            else:
                for place, reader in readers_in(value, path):
                    if isinstance(reader, Condition):
                        yield from _alone(reader, place, budget)


def _cases(value: Any) -> list[tuple[str, Condition]]:
    """The conditions of a list that is asked from the top, with the field that each stands in."""
    found = []
    for entry in value if isinstance(value, list) else []:
        own = [(name, field) for name, field in entry if isinstance(field, Condition)] if _is_model(entry) else []
        if len(own) != 1:
            return []
        found.append(own[0])
    return found


def _is_model(entry: Any) -> bool:
    return isinstance(entry, BaseModel)


def _in_order(cases: Sequence[tuple[str, Condition]], path: str, budget: Budget) -> Iterator[Finding]:
    earlier: list[Condition] = []
    for number, (field, condition) in enumerate(cases):
        place = f"{path}.{number}.{field}"
        said = list(_alone(condition, place, budget))
        yield from said
        if not said and earlier and _is_covered(condition, earlier, budget):
            mend = Mend("remove", "Remove this condition", {"path": f"{path}.{number}"})
            yield "warning", Fault(place, "never has its turn: an earlier condition holds whenever this does", {}, mend)
        if not said:
            earlier.append(condition)


def _alone(condition: Condition, path: str, budget: Budget) -> Iterator[Finding]:
    tried = samples([condition], budget)
    if tried is None:
        return
    outcomes = set()
    for scope in tried:
        outcomes.add(condition.test(scope))
        if len(outcomes) > 1:
            return
    yield "warning", Fault(path, "is always true" if outcomes == {True} else "is never true")


def _is_covered(condition: Condition, earlier: Sequence[Condition], budget: Budget) -> bool:
    """Whether earlier conditions hold whenever this one does; only those that read the same names are looked at."""
    near = [other for other in earlier if other.names <= condition.names][:MAX_EARLIER]
    tried = samples([condition, *near], budget) if near else None
    if tried is None:
        return False
    return all(any(other.test(scope) for other in near) for scope in tried if condition.test(scope))

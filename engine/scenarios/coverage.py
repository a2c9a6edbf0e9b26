"""Which nodes and outlets of a flow some scenarios have walked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from engine.flow import Program
from engine.session import Step

_RARE = {"failed", "hung_up"}
"""Outlets that every voice node has: counted as outlets only where the flow does something about them."""


class Row(msgspec.Struct, frozen=True):
    """A node, how often it was walked, and its outlets: all, and those that were never taken."""

    node: str
    walked: int
    outlets: tuple[str, ...]
    missing: tuple[str, ...]


class Coverage(msgspec.Struct, frozen=True):
    """All nodes in the document's order."""

    rows: list[Row]

    @property
    def nodes(self) -> tuple[int, int]:
        """Nodes that were walked, of how many."""
        return sum(row.walked > 0 for row in self.rows), len(self.rows)

    @property
    def outlets(self) -> tuple[int, int]:
        """Outlets that were taken, of how many."""
        total = sum(len(row.outlets) for row in self.rows)
        return total - sum(len(row.missing) for row in self.rows), total

    def table(self) -> list[str]:
        """The lines of a table, as wide as its nodes' names."""
        width = max([len("node"), *(len(row.node) for row in self.rows)])
        lines = [f"{'node':<{width}}  walked  outlets  never taken"]
        for row in self.rows:
            taken = f"{len(row.outlets) - len(row.missing)}/{len(row.outlets)}"
            lines.append(f"{row.node:<{width}}  {row.walked:>6}  {taken:>7}  {', '.join(row.missing)}".rstrip())
        lines.append(f"nodes {_share(*self.nodes)}, outlets {_share(*self.outlets)}")
        return lines


def coverage(program: Program, walked: Iterable[Step]) -> Coverage:
    """What these steps have walked of a flow."""
    seen: set[str] = set()
    left: Counter[str] = Counter()
    taken: dict[str, set[str]] = {}
    for step in walked:
        seen.add(step.node)
        if step.outlet is not None:
            left[step.node] += 1
            taken.setdefault(step.node, set()).add(step.outlet)
        elif not any(program.places[step.node].node.all_outlets() if step.node in program.places else ()):
            left[step.node] += 1  # an end is never left
    rows = []
    for id, place in program.places.items():
        mine = taken.get(id, set())
        all_of_it = [outlet.id for outlet in place.node.all_outlets()]
        outlets = tuple(id for id in all_of_it if id not in _RARE or id in place.targets or id in mine)
        times = left[id] or int(id in seen)
        rows.append(Row(id, times, outlets, tuple(id for id in outlets if id not in mine)))
    return Coverage(rows)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part * 100 // whole if whole else 100} %)"

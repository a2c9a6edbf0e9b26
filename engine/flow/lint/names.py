"""The names in templates: that there is such a thing, and that it can be known by then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from engine.expressions.scope import FIELDS, ROOTS
from engine.faults import Fault, Mend, shown
from engine.flow.lint.readers import Name, as_written, names
from engine.flow.lint.subject import Finding, Subject
from engine.lazy import Lazy
from engine.record_types import listed_fields

if TYPE_CHECKING:
    import networkx as nx
else:
    nx = Lazy("networkx")

MESSAGES = {"Write {to} instead", "there is no record type {value}: its fields are not checked"}
"""Words of this module; each has its translation."""

_OF_A_MAPPING = ("size", "first", "last")


def names_are_known(flow: Subject) -> Iterator[Finding]:
    """A name begins with one of the scope's words; `results.x` names a node of this flow, `call.x` what a call has."""
    for id, path, name in names(flow):
        root = str(name[0])
        field = _second(name, root)
        if root in flow.nodes[id].own_names:
            continue
        if root not in ROOTS:
            yield "error", _unknown(flow, path, name, 0, ROOTS)
        elif root in FIELDS and field is not None and field not in (*FIELDS[root], *_OF_A_MAPPING):
            yield "error", _unknown(flow, path, name, 1, FIELDS[root])
        else:
            node = _second(name, "results")
            if node is not None and node not in flow.checked and node not in _OF_A_MAPPING:
                yield "error", _unknown(flow, path, name, 1, flow.checked)


def results_come_before(flow: Subject) -> Iterator[Finding]:
    """`results.x` is read only where the node x can have run before."""
    earlier = _Earlier(flow)
    for id, path, name in names(flow):
        node = _second(name, "results")
        if node is not None and node in flow.checked and id in flow.reached and not earlier.can_precede(node, id):
            value = {"value": shown(as_written(name))}
            yield "error", Fault(path, "{value} is never known here: that node does not come before", value)


def record_fields_are_known(flow: Subject) -> Iterator[Finding]:
    """`record.x` is a field of the flow's record type, where that type lists its fields."""
    kind = flow.document.get("record_type")
    if flow.record_types is None or not isinstance(kind, str) or not kind:
        return
    schema = flow.record_types.get(kind)
    if schema is None:
        message = "there is no record type {value}: its fields are not checked"
        yield "warning", Fault("record_type", message, {"value": shown(kind)})
        return
    if isinstance(schema, Mapping) and isinstance(schema.get("schema"), Mapping):
        schema = schema["schema"]
    fields = listed_fields(schema)
    if fields is None:
        return
    for _, path, name in names(flow):
        field = _second(name, "record")
        if field is not None and field not in fields and field not in _OF_A_MAPPING:
            yield "error", _unknown(flow, path, name, 1, fields)


def _second(name: Name, root: str) -> str | None:
    """The field of `record`, or the node of `results`, that a name begins with; None if it names none."""
    return name[1] if name[0] == root and len(name) > 1 and isinstance(name[1], str) else None


def _unknown(flow: Subject, path: str, name: Name, place: int, known: Iterable[str]) -> Fault:
    """The fault of an unknown name, with the one that may have been meant."""
    written = as_written(name)
    close = flow.close_to(str(name[place]), known)
    mend = None
    if close is not None:
        meant = as_written((*name[:place], close, *name[place + 1 :]))
        mend = Mend("rename", "Write {to} instead", {"path": path, "from": written, "to": meant})
    return Fault(path, "there is no name {value} in a template", {"value": shown(written)}, mend)


class _Earlier:
    """Which nodes can have run before which: sets as bits of whole numbers, one pass over the knots of the graph."""

    def __init__(self, flow: Subject) -> None:
        graph = flow.graph.subgraph(flow.reached)
        self._bit = {id: 1 << number for number, id in enumerate(graph)}
        self._before: dict[str, int] = {}
        knots = nx.condensation(graph)
        masks: dict[int, int] = {}
        for knot in nx.topological_sort(knots):
            members = knots.nodes[knot]["members"]
            inside = sum(self._bit[id] for id in members)
            before = 0
            for earlier in knots.predecessors(knot):
                before |= masks[earlier]
            masks[knot] = before | inside
            first = next(iter(members))
            circular = len(members) > 1 or graph.has_edge(first, first)
            for id in members:
                self._before[id] = before | (inside if circular else 0)

    def can_precede(self, earlier: str, later: str) -> bool:
        """Whether some way leads from one node to the other."""
        return bool(self._before.get(later, 0) & self._bit.get(earlier, 0))

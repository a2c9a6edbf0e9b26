"""What the rules look at: the flow as a graph, with the nodes that could be built.

Documents come here with faults in them. What is broken is left out or taken as unknown, so that no rule has to ask
twice, and a rule never speaks about what another fault has made uncertain.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

from engine.english import Understanding
from engine.faults import Fault
from engine.flow.build import Checked, Registry
from engine.lazy import Lazy
from engine.node import Node

if TYPE_CHECKING:
    import networkx as nx
else:
    nx = Lazy("networkx")

MAX_GUESSES = 50
"""Unknown names in a flow for which it is said what may have been meant."""

Level = Literal["error", "warning"]
Finding = tuple[Level, Fault]


class Rule(Protocol):
    """One thing that is looked for."""

    def __call__(self, flow: Subject, /) -> Iterator[Finding]: ...


def targets_of(document: Mapping[str, Any], id: str) -> dict[str, Any]:
    """Where a node's outlets lead, as the document says."""
    node = document["nodes"][id]
    outlets = node.get("outlets", {}) if isinstance(node, dict) else {}
    return outlets if isinstance(outlets, dict) else {}


class Subject:
    """A flow under the eyes of the rules."""

    def __init__(
        self,
        document: Mapping[str, Any],
        checked: Mapping[str, Checked],
        registry: Registry,
        record_types: Mapping[str, Any] | None = None,
        flows: Mapping[str, Mapping[str, Any]] | None = None,
        recordings: Mapping[str, Collection[str]] | None = None,
        understanding: Understanding | None = None,
        voices: Container[str] | None = None,
    ) -> None:
        self.document = document
        self.checked = checked
        self.registry = registry
        self.record_types = record_types
        self.flows = flows
        self.recordings = recordings
        self.understanding = understanding
        self.voices = voices
        self.nodes: dict[str, Node[Any]] = {id: one.node for id, one in checked.items() if one.node is not None}
        """The nodes whose config is sound."""
        self.outlets: dict[str, set[str]] = {id: {outlet.id for outlet in one.outlets} for id, one in checked.items()}
        self.targets: dict[str, dict[str, str]] = {id: self._sound_targets(id) for id in checked}
        """Where each outlet leads, without the edges that lead nowhere; with those of outlets that are no more."""
        self._guesses = MAX_GUESSES
        self.start = self._node_named("start")
        self.on_hang_up = self._node_named("on_hang_up")
        languages = document.get("languages")
        self.languages = [tag for tag in languages if isinstance(tag, str)] if isinstance(languages, list) else []

    def _sound_targets(self, id: str) -> dict[str, str]:
        return {
            outlet: target
            for outlet, target in targets_of(self.document, id).items()
            if isinstance(target, str) and target in self.checked
        }

    def _node_named(self, key: str) -> str | None:
        id = self.document.get(key)
        return id if isinstance(id, str) and id in self.checked else None

    @property
    def starts(self) -> list[str]:
        """Where the flow is entered: its start, where it goes on after a hang-up, where a fax machine is sent to."""
        entered = [id for id in (self.start, self.on_hang_up) if id is not None]
        return entered + [id for id, node in self.nodes.items() if node.takes_fax and id not in entered]

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """Every way from node to node, that by `on_hang_up` among them."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.checked)
        for id, targets in self.targets.items():
            graph.add_edges_from((id, target) for target in targets.values())
            if self.on_hang_up is not None and "hung_up" in self.outlets[id] and "hung_up" not in targets:
                graph.add_edge(id, self.on_hang_up)
        return graph

    @cached_property
    def reached(self) -> set[str]:
        """The nodes that some way leads to."""
        found = set(self.starts)
        for start in self.starts:
            found |= nx.descendants(self.graph, start)
        return found

    def leading_to(self, ids: Iterable[str]) -> set[str]:
        """These nodes, and every node from which one of them is reached."""
        found = set(ids)
        todo = list(found)
        while todo:
            for before in self.graph.predecessors(todo.pop()):
                if before not in found:
                    found.add(before)
                    todo.append(before)
        return found

    def close_to(self, word: str, known: Iterable[str]) -> str | None:
        """The known word that may have been meant; looked for only a few times in a flow, for it takes time."""
        self._guesses -= 1
        if self._guesses < 0:
            return None
        return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.7)), None)

    def is_built(self, id: str) -> bool:
        """Whether all about this node is known."""
        return id in self.nodes

    def spread(self, entry: Mapping[str, int], step: Callable[[str, str, int], int]) -> dict[str, int]:
        """Bits that flow along the ways: what is true at a node by any way that leads to it.

        `entry` has the bits at the nodes where the flow is entered, `step(node, outlet, bits)` gives those after an
        outlet. The outlet by which `on_hang_up` is reached is `hung_up`.
        """
        found = dict.fromkeys(self.checked, 0)
        todo = list(entry)
        for id, bits in entry.items():
            found[id] |= bits
        while todo:
            id = todo.pop()
            for outlet, target in self.ways(id):
                bits = step(id, outlet, found[id])
                if bits & ~found[target]:
                    found[target] |= bits
                    todo.append(target)
        return found

    def ways(self, id: str) -> Iterator[tuple[str, str]]:
        """A node's outlets with the nodes that they lead to."""
        targets = self.targets[id]
        yield from targets.items()
        if self.on_hang_up is not None and "hung_up" in self.outlets[id] and "hung_up" not in targets:
            yield "hung_up", self.on_hang_up

"""Questions about a flow that are questions about a graph, asked of networkx."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.lazy import Lazy

if TYPE_CHECKING:
    import networkx as nx
else:
    nx = Lazy("networkx")


def circles(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The circles among these nodes, one for each knot of nodes that reach each other, in the order walked."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(edges)
    graph.add_edges_from((id, target) for id, targets in edges.items() for target in targets if target in edges)
    found = []
    for knot in nx.strongly_connected_components(graph):
        first = min(knot)
        if len(knot) > 1 or graph.has_edge(first, first):
            found.append([source for source, _ in nx.find_cycle(graph.subgraph(knot), first)])
    return sorted(found)


def unreached(edges: Mapping[str, Iterable[str]], starts: Sequence[str]) -> list[str]:
    """The nodes that no way from a start leads to."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(edges)
    graph.add_edges_from((id, target) for id, targets in edges.items() for target in targets)
    reached = set()
    for start in starts:
        if start in graph:
            reached |= {start} | nx.descendants(graph, start)
    return [id for id in edges if id not in reached]

"""Whether the people in a flow can be moved to its next version: each place where somebody waits must have its like."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from engine.faults import Fault, shown
from engine.host.plugins import node_types
from engine.store import in_flight
from engine.store.in_flight import Place

PATH = "in_flight.move"


class Flight:
    """Who is in a flow, read once."""

    def __init__(self, connection: sa.Connection, flow_id: bytes) -> None:
        numbers = in_flight.versions(connection, flow_id)
        self.documents = in_flight.documents(connection, flow_id, numbers)
        walking = {number for number, document in self.documents.items() if _walks_sub_flows(document)}
        standing = in_flight.counts(connection, flow_id, walking)
        self.counts: Counter[Place] = Counter()
        self.on_the_line: Counter[Place] = Counter()
        for (number, node, talking), count in standing.items():
            self.counts[number, node] += count
            if talking:
                self.on_the_line[number, node] += count

    @property
    def total(self) -> int:
        """How many sessions there are."""
        return self.counts.total()

    def nodes(self) -> set[str]:
        """The nodes where somebody is."""
        return {node for _, node in self.counts if node is not None}

    def at(self, nodes: Container[str]) -> int:
        """How many are at these nodes."""
        return sum(count for (_, node), count in self.counts.items() if node in nodes)

    def faults(
        self, document: Mapping[str, Any], nodes: Mapping[str, str], at: Container[str] | None = None
    ) -> Iterator[Fault]:
        """What keeps them from going on in this document, where `nodes` says which node stands for which.

        With `at`, those who are at these nodes.
        """
        known = {id for old in self.documents.values() for id in old["nodes"]}
        for before, after in nodes.items():
            if before not in known:
                yield Fault(f"{PATH}.{before}", "no version that somebody is in has this node")
            elif after not in document["nodes"]:
                yield Fault(f"{PATH}.{before}", "the new version has no node {value}", {"value": shown(after)})
        for (node, kind), (count, versions) in sorted(self._waiting().items()):
            if at is not None and node not in at:
                continue
            target = nodes.get(node, node)
            there = document["nodes"].get(target)
            words = {"count": count, "versions": ", ".join(map(str, sorted(versions)))}
            if there is None:
                if node not in nodes:
                    yield Fault(
                        f"{PATH}.{node}",
                        "{count} sessions wait here (versions {versions}), and the new version has no such node: "
                        "say which one stands for it",
                        words,
                    )
            elif there["type"] != kind:
                more = {"before": kind, "value": shown(target), "after": there["type"]}
                yield Fault(
                    f"{PATH}.{node}",
                    "{count} sessions wait here (versions {versions}) at a node of type {before}; "
                    "{value} in the new version is of type {after}",
                    {**words, **more},
                )

    def places(self) -> list[dict[str, Any]]:
        """Each place with the number of those who are there."""
        rows = sorted(self.counts.items(), key=lambda entry: (entry[0][0], entry[0][1] or ""))
        return [
            {
                "version": version, "node": node, "type": self._type(version, node), "sessions": count,
                "on_the_line": self.on_the_line[version, node],
            }
            for (version, node), count in rows
        ]  # fmt: skip

    def _waiting(self) -> dict[tuple[str, str], tuple[int, set[int]]]:
        """How many wait at each node, by its id and type, and in which versions."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        versions: dict[tuple[str, str], set[int]] = defaultdict(set)
        for (version, node), count in self.counts.items():
            kind = self._type(version, node)
            if node is not None and kind is not None:
                sums[node, kind] += count
                versions[node, kind].add(version)
        return {key: (sums[key], versions[key]) for key in sums}

    def _type(self, version: int, node: str | None) -> str | None:
        found = self.documents.get(version, {"nodes": {}})["nodes"].get(node)
        return None if found is None else str(found["type"])


def _walks_sub_flows(document: Mapping[str, Any]) -> bool:
    types = node_types()
    used = {node["type"] for node in document["nodes"].values()}
    return any(word in types and types[word].names_flow == "inside" for word in used)

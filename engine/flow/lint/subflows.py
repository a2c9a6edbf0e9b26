"""Sub-flows: they are there, and none comes back to a flow that it is walked inside of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.faults import Fault, shown
from engine.flow.build import Registry
from engine.flow.lint.subject import Finding, Subject


def subflows_are_there(flow: Subject) -> Iterator[Finding]:
    """A flow that is named is one of this place's."""
    if flow.flows is None:
        return
    for id, node in flow.nodes.items():
        named = _named(node.config) if node.names_flow else None
        if named is not None and named not in flow.flows:
            yield "error", Fault(f"nodes.{id}.config.flow", "there is no flow {value}", {"value": shown(named)})


def subflows_do_not_come_back(flow: Subject) -> Iterator[Finding]:
    """No sub-flow, nor one inside of it, is this flow: it would never end."""
    flows = flow.flows or {}
    mine = flow.document.get("name")
    ways: dict[str, list[str]] = {}
    for id, node in flow.nodes.items():
        named = _named(node.config) if node.names_flow == "inside" else None
        if named is None:
            continue
        if named not in ways:
            ways[named] = _way_back(named, mine, flows, flow.registry)
        way = ways[named]
        if way:
            params = {"circle": " → ".join([str(mine), *way])}
            yield "error", Fault(f"nodes.{id}.config.flow", "the flow would run itself: {circle}", params)


def _way_back(first: str, mine: Any, flows: Mapping[str, Mapping[str, Any]], registry: Registry) -> list[str]:
    """The names of the flows on the way from a sub-flow back to this flow; empty if there is no such way."""
    seen: set[str] = set()
    todo: list[tuple[str, list[str]]] = [(first, [])]
    while todo:
        named, way = todo.pop()
        document = flows.get(named)
        title = str(document.get("name")) if document is not None else named
        if title == mine:
            return [*way, title]
        if named in seen or document is None:
            continue
        seen.add(named)
        todo.extend((config["flow"], [*way, title]) for config in run_configs(document, registry))
    return []


def run_configs(document: Mapping[str, Any], registry: Registry) -> Iterator[Mapping[str, Any]]:
    """The configs of a document's nodes that walk another flow inside of it."""
    nodes = document.get("nodes")
    for node in nodes.values() if isinstance(nodes, Mapping) else ():
        kind = registry.get(str(node.get("type"))) if isinstance(node, Mapping) else None
        config = node.get("config") if kind is not None and kind.names_flow == "inside" else None
        if isinstance(config, Mapping) and isinstance(config.get("flow"), str):
            yield config


def _named(config: Any) -> str | None:
    """The flow that a config names; None where a template will say it."""
    named = getattr(config, "flow", None)
    named = getattr(named, "source", named)
    return named if isinstance(named, str) and named and "{" not in named else None

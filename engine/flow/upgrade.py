"""Configs of earlier versions of a node type, as they have to be written now.

A node in a document says by `config_version` for which version of its type its config was written; it says nothing for
version 1. A published version never changes, so its configs are upgraded each time it is compiled; a draft is shown and
saved upgraded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.faults import shown
from engine.node import Node

MESSAGES = {
    "must be a whole number from 1 to {limit}, the version that this node type has here (is {value})",
    "the config of version {value} cannot be upgraded: {reason}",
}
"""Sentences of this module; each has its translation."""


class CannotUpgrade(Exception):
    """The config is of a version that this node type does not know, or its `upgrade` failed."""

    def __init__(self, message: str, params: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.message = message
        self.params = dict(params)


def upgraded(node_type: type[Node[Any]], config: Mapping[str, Any], version: Any) -> dict[str, Any]:
    """The config for the node type as it is here; CannotUpgrade."""
    if isinstance(version, bool) or not isinstance(version, int) or not 1 <= version <= node_type.version:
        message = "must be a whole number from 1 to {limit}, the version that this node type has here (is {value})"
        raise CannotUpgrade(message, {"limit": node_type.version, "value": shown(version)})
    if version == node_type.version:
        return dict(config)
    try:
        return dict(node_type.upgrade(dict(config), version))
    except Exception as error:
        message = "the config of version {value} cannot be upgraded: {reason}"
        raise CannotUpgrade(message, {"value": version, "reason": f"{type(error).__name__}: {error}"}) from error


def upgrade_document(document: dict[str, Any], registry: Mapping[str, type[Node[Any]]]) -> dict[str, Any]:
    """The same document with every config as its node type writes it now; what cannot be upgraded stays as it is."""
    changed: dict[str, Any] = {}
    for id, node in document["nodes"].items():
        node_type = registry.get(node["type"]) if isinstance(node, dict) and isinstance(node.get("type"), str) else None
        if node_type is None or not isinstance(node.get("config", {}), dict):
            continue
        version = node.get("config_version", 1)
        if version == node_type.version:
            continue
        try:
            config = upgraded(node_type, node.get("config", {}), version)
        except CannotUpgrade:
            continue
        changed[id] = {**node, "config": config, "config_version": node_type.version}
    return {**document, "nodes": {**document["nodes"], **changed}} if changed else document

"""The reference of node types, made from their code: what the editor shows, in Markdown."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from callweave.reference import schemas
from engine.flow.check import guessed_outlets
from engine.node import Node

HEAD = """# Node types

Made from the code by `callweave node reference docs/reference/node-types.md`: change it there. Every voice node (those
that speak to somebody on the line) also has the outlets `hung_up` and `failed`.
"""


def markdown(types: Mapping[str, type[Node[Any]]]) -> str:
    """The reference of these node types, in the order of the palette's groups."""
    groups: dict[str, list[type[Node[Any]]]] = {}
    for _, node_type in sorted(types.items()):
        groups.setdefault(node_type.group, []).append(node_type)
    lines = [HEAD]
    for group, found in sorted(groups.items()):
        lines.append(f"## {group.capitalize()}\n")
        for node_type in found:
            lines.extend(_described(node_type))
    return "\n".join(lines).rstrip() + "\n"


def _described(node_type: type[Node[Any]]) -> Iterator[str]:
    yield f"### `{node_type.type}`: {node_type.label}\n"
    yield inspect.cleandoc(node_type.__doc__ or "") + (f" {node_type.help}" if node_type.help else "") + "\n"
    schema = node_type.schema()
    if schema.get("properties"):
        yield "| field | what it is | value |\n|---|---|---|"
        yield from schemas.rows(schema, schema.get("$defs", {}))
        yield ""
    outlets = ", ".join(f"`{outlet.id}` {outlet.label}" for outlet in guessed_outlets(node_type, node_type.starter))
    yield f"Outlets: {outlets or 'none'}." + (" Speaks to somebody on the line." if node_type.needs_leg else "") + "\n"

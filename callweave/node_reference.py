"""The reference of node types, made from their code: what the editor shows, in Markdown."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from typing import Any

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
        yield from _fields(schema, schema.get("$defs", {}), set(schema.get("required", ())), "")
        yield ""
    outlets = ", ".join(f"`{outlet.id}` {outlet.label}" for outlet in guessed_outlets(node_type, node_type.starter))
    yield f"Outlets: {outlets or 'none'}." + (" Speaks to somebody on the line." if node_type.needs_leg else "") + "\n"


def _fields(schema: Mapping[str, Any], definitions: Mapping[str, Any], required: set[str], path: str) -> Iterator[str]:
    for name, entry in schema.get("properties", {}).items():
        words = ": ".join(text for text in (entry.get("title"), entry.get("description")) if text)
        yield f"| `{path}{name}` | {_cell(words)} | {_cell(_value(entry, name in required))} |"
        inner = _inner(entry, definitions)
        if inner is not None and path.count(".") < 2:
            yield from _fields(inner, definitions, set(inner.get("required", ())), f"{path}{name}.")


def _inner(entry: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The object that a field is, or that its list is made of."""
    found = entry.get("items", entry)
    if isinstance(found, Mapping) and "$ref" in found:
        found = definitions.get(str(found["$ref"]).rsplit("/", 1)[-1], {})
    return found if isinstance(found, Mapping) and "properties" in found else None


def _value(entry: Mapping[str, Any], required: bool) -> str:
    kind = str(entry.get("widget") or entry.get("type") or "")
    kinds = [str(part.get("widget") or part.get("type") or "") for part in entry.get("anyOf", ())]
    said = [kind or " or ".join(dict.fromkeys(word for word in kinds if word)) or "object"]
    if "unit" in entry:
        said.append(str(entry["unit"]))
    limits = (("enum", "one of"), ("minimum", "at least"), ("maximum", "at most"), ("minItems", "entries at least"),
              ("maxItems", "entries at most"), ("maxLength", "characters at most"))  # fmt: skip
    said.extend(f"{words} {_plain(entry[key])}" for key, words in limits if key in entry)
    if required:
        said.append("**required**")
    elif entry.get("default") not in (None, "", [], {}):
        said.append(f"default {_plain(entry['default'])}")
    return ", ".join(said)


def _plain(value: Any) -> str:
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")

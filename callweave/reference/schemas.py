"""A JSON Schema as the rows of a table: what each field is, and what may stand in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

DEEPEST = 2
"""Points in the longest path that has a row of its own."""
LIMITS = (
    ("enum", "one of"), ("minimum", "at least"), ("maximum", "at most"), ("minItems", "entries at least"),
    ("maxItems", "entries at most"), ("maxLength", "characters at most"),
)  # fmt: skip


def rows(schema: Mapping[str, Any], definitions: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """A row for each field of an object, and below it for the fields of what it holds."""
    required = set(schema.get("required", ()))
    for name, entry in schema.get("properties", {}).items():
        words = ": ".join(text for text in (entry.get("title"), entry.get("description")) if text)
        yield f"| `{path}{name}` | {cell(words)} | {cell(value(entry, name in required))} |"
        inner = _inner(entry, definitions)
        if inner is not None and path.count(".") < DEEPEST:
            yield from rows(inner, definitions, f"{path}{name}.")


def value(entry: Mapping[str, Any], required: bool) -> str:
    """What may stand in a field, in a few words."""
    kind = _kind(entry)
    kinds = [_kind(part) for part in entry.get("anyOf", ())]
    said = [kind or " or ".join(dict.fromkeys(word for word in kinds if word)) or "object"]
    if "unit" in entry:
        said.append(str(entry["unit"]))
    said.extend(f"{words} {plain(entry[key])}" for key, words in LIMITS if key in entry)
    if required:
        said.append("**required**")
    elif entry.get("default") not in (None, "", [], {}):
        said.append(f"default {plain(entry['default'])}")
    return ", ".join(said)


def _kind(entry: Mapping[str, Any]) -> str:
    kind = entry.get("widget") or entry.get("type") or ""
    return kind if isinstance(kind, str) else " or ".join(kind)


def resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a schema stands for that only names another."""
    found: Mapping[str, Any] = definitions.get(str(schema.get("$ref", "")).rsplit("/", 1)[-1], schema)
    return found


def plain(value: Any) -> str:
    """A value as it is written in JSON."""
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    return f"`{json.dumps(whole, ensure_ascii=False)}`"


def cell(text: str) -> str:
    """A text that can stand in a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def _inner(entry: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The object that a field is, or that its list is made of."""
    found = entry.get("items", entry)
    if isinstance(found, Mapping):
        found = resolved(found, definitions)
    return found if isinstance(found, Mapping) and "properties" in found else None

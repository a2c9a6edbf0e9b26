"""A flow's file as a JSON Schema: its frame, and in it the config of every node type that comes with Callweave."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from callweave.reference import schemas
from engine.flow.head import MAX_LANGUAGES, MAX_NAME, MAX_TEXT, NODE_ID
from engine.flow.load import MAX_BYTES, MAX_DEPTH, MAX_NODES
from engine.node import Node

_ID = {"type": "string", "pattern": f"^{NODE_ID.pattern}$"}
_PLACE = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_PLAIN = ["string", "number", "boolean"]


def _text(description: str, limit: int = MAX_NAME) -> dict[str, Any]:
    return {"type": "string", "maxLength": limit, "description": description}


NODE: dict[str, Any] = {
    "type": "object",
    "required": ["type"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "description": "Which node type it is; one of your own as well."},
        "name": _text("What people call it."),
        "at": _PLACE | {"description": "Where its card stands on the drawing."},
        "config": {"type": "object", "description": "As its node type says."},
        "config_version": {"type": "integer", "minimum": 1, "description": "For which version of the type; 1 without."},
        "outlets": {"type": "object", "additionalProperties": _ID, "description": "The node that each leads to."},
        "group": _ID | {"description": "The group that it is drawn in."},
    },
}
FRAME: dict[str, Any] = {
    "type": "object",
    "required": ["callweave", "name", "languages", "start", "nodes"],
    "additionalProperties": False,
    "properties": {
        "callweave": {"const": 1, "type": "integer", "description": "The version of this format: 1."},
        "name": _text("What people call it."),
        "description": _text("What it is for.", MAX_TEXT),
        "languages": {
            "type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MAX_LANGUAGES,
            "description": "What it speaks, such as `zh-CN` and `en`; the first where nothing else is known.",
        },
        "record_type": {"type": ["string", "null"], "maxLength": MAX_NAME, "description": "About which records it is."},
        "start": _ID | {"description": "The node that a session begins at."},
        "on_hang_up": {"type": ["string", "null"], "description": "Where a session goes when somebody hangs up."},
        "nodes": {"type": "object", "maxProperties": MAX_NODES, "description": "By their ids, as results are read."},
        "notes": {
            "type": "array", "description": "Words for colleagues on the drawing.",
            "items": {"type": "object", "properties": {"text": {"type": "string"}, "at": _PLACE, "size": _PLACE}},
        },
        "groups": {
            "type": "object", "description": "Frames around nodes, by their ids.",
            "additionalProperties": {
                "type": "object", "additionalProperties": False,
                "properties": {"name": _text("Its name."), "folded": {"type": "boolean"}},
            },
        },
        "scenarios": {"type": "array", "items": {"type": "object"}, "description": "What is played before publishing."},
    },
}  # fmt: skip


def schema(types: Mapping[str, type[Node[Any]]]) -> dict[str, Any]:
    """The whole (JSON Schema 2020-12), for editors of text and for programs that write flows."""
    configs = {
        word: _with_plain_values(node_type.schema()) | {"$id": f"node-types/{word}"}
        for word, node_type in sorted(types.items())
    }
    of_type = [
        {
            "if": {"properties": {"type": {"const": word}}},
            "then": {"properties": {"config": {"$ref": f"node-types/{word}"}}},
        }
        for word in configs
    ]
    nodes = FRAME["properties"]["nodes"] | {
        "propertyNames": {"pattern": _ID["pattern"]},
        "additionalProperties": NODE | {"allOf": of_type},
    }
    return FRAME | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://callweave.example/help/reference/flow.schema.json",
        "title": "A flow of Callweave",
        "properties": FRAME["properties"] | {"nodes": nodes},
        "$defs": configs,
    }


def _with_plain_values(told: dict[str, Any]) -> dict[str, Any]:
    """Values by names are templates in the editor; in a file, a number or a truth value can stand there, too."""
    config = deepcopy(told)
    for entry in config.get("properties", {}).values():
        if entry.get("widget") == "variables":
            entry["patternProperties"] = {
                pattern: value | {"type": _PLAIN} for pattern, value in entry.get("patternProperties", {}).items()
            }
    return config


def document() -> str:
    """The keys of a document, as a table."""
    return _table(FRAME)


def node() -> str:
    """The keys of a node."""
    return _table(NODE)


def limits() -> str:
    """How large a flow may be."""
    return (
        f"At most {MAX_BYTES >> 20} MiB, {MAX_NODES:,} nodes, {MAX_DEPTH} levels of lists and objects in one another, "
        f"{MAX_LANGUAGES} languages."
    )


def _table(told: Mapping[str, Any]) -> str:
    return "\n".join(("| key | what it is | value |\n|---|---|---|", *schemas.rows(told, {})))

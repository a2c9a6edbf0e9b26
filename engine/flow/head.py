"""The frame of a document and of its nodes: names, languages, places on the drawing, where the flow begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.faults import Fault, shown
from engine.languages import TAG

NODE_ID = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
MAX_NAME = 200
MAX_TEXT = 4_000
MAX_LANGUAGES = 20
_KEYS = {
    "callweave", "name", "description", "languages", "record_type", "start", "on_hang_up", "nodes", "notes",
    "groups", "scenarios",
}  # fmt: skip
_NODE_KEYS = {"type", "name", "at", "config", "config_version", "outlets", "group"}
_GROUP_KEYS = {"name", "folded"}


def head(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Faults of the document beside its nodes."""
    for key in document.keys() - _KEYS:
        yield Fault(key, "is not known here")
    yield from _text(document, "name", "name", MAX_NAME)
    yield from _text(document, "description", "description", MAX_TEXT)
    languages = document.get("languages")
    if not isinstance(languages, list) or not 1 <= len(languages) <= MAX_LANGUAGES:
        yield Fault("languages", "must be a list of language tags, one at least")
    else:
        for number, language in enumerate(languages):
            if not isinstance(language, str) or not TAG.fullmatch(language):
                value = {"value": shown(language)}
                yield Fault(f"languages.{number}", "{value} is no language tag such as zh-CN or en", value)
    yield from _text(document, "record_type", "record_type", MAX_NAME)
    for key in ("notes", "scenarios"):
        if not isinstance(document.get(key, []), list):
            yield Fault(key, "must be a list")
    yield from _groups(document)
    if document.get("start") is None:
        yield Fault("start", "is required")
    for key in ("start", "on_hang_up"):
        target = document.get(key)
        if target is not None and (not isinstance(target, str) or target not in document["nodes"]):
            yield Fault(key, "there is no node {value}", {"value": shown(target)})


def node_head(id: str, node: Any, path: str) -> Iterator[Fault]:
    """Faults of a node beside its type and config."""
    if not NODE_ID.fullmatch(id):
        message = "a node's id is a small letter, then letters, digits and _ (is {value})"
        yield Fault(path, message, {"value": shown(id)})
    if not isinstance(node, dict):
        yield Fault(path, "must be an object")
        return
    if not isinstance(node.get("outlets", {}), dict):
        yield Fault(f"{path}.outlets", "must be an object")
    for key in node.keys() - _NODE_KEYS:
        yield Fault(f"{path}.{key}", "is not known here")
    yield from _text(node, "name", f"{path}.name", MAX_NAME)
    at = node.get("at")
    if at is not None and not (isinstance(at, list) and len(at) == 2 and all(_is_number(part) for part in at)):
        yield Fault(f"{path}.at", "must be two numbers, x and y (is {value})", {"value": shown(at)})


def _groups(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Faults of the groups that the drawing is ordered by, and of the nodes that say to be in one."""
    groups = document.get("groups", {})
    if not isinstance(groups, dict):
        yield Fault("groups", "must be an object")
        return
    for id, group in groups.items():
        path = f"groups.{id}"
        if not NODE_ID.fullmatch(id):
            message = "a group's id is a small letter, then letters, digits and _ (is {value})"
            yield Fault(path, message, {"value": shown(id)})
        if not isinstance(group, dict):
            yield Fault(path, "must be an object")
            continue
        for key in group.keys() - _GROUP_KEYS:
            yield Fault(f"{path}.{key}", "is not known here")
        yield from _text(group, "name", f"{path}.name", MAX_NAME)
        if not isinstance(group.get("folded", False), bool):
            yield Fault(f"{path}.folded", "must be true or false (is {value})", {"value": shown(group["folded"])})
    for id, node in document["nodes"].items():
        group = node.get("group") if isinstance(node, dict) else None
        if group is not None and (not isinstance(group, str) or group not in groups):
            yield Fault(f"nodes.{id}.group", "there is no group {value}", {"value": shown(group)})


def _text(values: Mapping[str, Any], key: str, path: str, limit: int) -> Iterator[Fault]:
    value = values.get(key, "")
    if value is None and key == "record_type":
        return
    if not isinstance(value, str):
        yield Fault(path, "must be text (is {value})", {"value": shown(value)})
    elif len(value) > limit:
        yield Fault(path, "at most {limit} characters (has {actual})", {"limit": limit, "actual": len(value)})


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)

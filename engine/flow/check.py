"""Whether a document can run: every fault with its place, all at once.

Errors keep a flow from being published, warnings do not. The same pass builds the nodes, so that what was checked is
what runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_origin

import msgspec
from pydantic import BaseModel, ValidationError, create_model

from engine.expressions import Condition, Template
from engine.expressions.scope import ROOTS
from engine.faults import Fault, dotted, from_validation, shown
from engine.flow.graph import circles, unreached
from engine.flow.program import Place
from engine.flow.upgrade import CannotUpgrade, upgraded
from engine.node import Node, NodeConfig, Outlet
from engine.node_types import NodeTypes
from engine.prompts import Prompt

Registry = Mapping[str, type[Node[Any]]]

NODE_ID = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}", re.ASCII)
MAX_NAME = 200
MAX_TEXT = 4_000
MAX_LANGUAGES = 20
_KEYS = {
    "callweave", "name", "description", "languages", "record_type", "start", "on_hang_up", "nodes", "notes",
    "scenarios",
}  # fmt: skip
_NODE_KEYS = {"type", "name", "at", "config", "config_version", "outlets"}

MESSAGES = {
    "is not known here", "must be text (is {value})", "must be an object", "is required",
    "at most {limit} characters (has {actual})",
    "must be a list of language tags, one at least", "{value} is no language tag such as zh-CN or en",
    "there is no node {value}", "a node's id is a small letter, then letters, digits and _ (is {value})",
    "there is no node type {value}", "the node type {value} cannot be used: {reason}",
    "must be two numbers, x and y (is {value})", "this node has no outlet {value}",
    "leads to {value}, which does not exist", "goes round without a wait: {circle}",
    "cannot be reached from the start", "goes nowhere: the session would end here as completed",
    "there is no name {value} in a template", "must be a list",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class Checked(msgspec.Struct):
    """What checking found out about one node: its outlets, and the node itself if its config is sound."""

    outlets: list[Outlet] = []
    node: Node[Any] | None = None


class Report(msgspec.Struct):
    """All that checking found out."""

    errors: list[Fault] = []
    warnings: list[Fault] = []
    nodes: dict[str, Checked] = {}


def check(document: Mapping[str, Any], registry: Registry) -> Report:
    """Every error and warning of a document whose envelope has been accepted."""
    report = Report()
    report.errors.extend(_head(document))
    for id, node in document["nodes"].items():
        path = f"nodes.{id}"
        if not NODE_ID.fullmatch(id):
            message = "a node's id is a small letter, then letters, digits and _ (is {value})"
            report.errors.append(Fault(path, message, {"value": shown(id)}))
        if not isinstance(node, dict):
            report.errors.append(Fault(path, "must be an object"))
            continue
        report.errors.extend(_node_head(node, path))
        report.nodes[id] = check_node(node, registry, path, report.errors)
    _check_edges(document, report)
    _check_names(document, report)
    return report


def check_node(node: Mapping[str, Any], registry: Registry, path: str, errors: list[Fault]) -> Checked:
    """One node's type and config; what is wrong is added to `errors`."""
    node_type = registry.get(node["type"]) if isinstance(node.get("type"), str) else None
    if node_type is None:
        errors.append(_no_node_type(node.get("type"), registry, dotted(path, "type")))
        return Checked()
    config = node.get("config", {})
    if not isinstance(config, dict):
        errors.append(Fault(dotted(path, "config"), "must be an object"))
        return Checked()
    try:
        config = upgraded(node_type, config, node.get("config_version", 1))
    except CannotUpgrade as refused:
        errors.append(Fault(dotted(path, "config_version"), refused.message, refused.params))
        return Checked()
    try:
        built = node_type(node_type.config_type.model_validate(config))
    except ValidationError as error:
        errors.extend(from_validation(error, dotted(path, "config")))
        return Checked(outlets=guessed_outlets(node_type, config))
    return Checked(outlets=list(built.all_outlets()), node=built)


def _no_node_type(word: Any, registry: Registry, path: str) -> Fault:
    reason = registry.why_not(word) if isinstance(registry, NodeTypes) and isinstance(word, str) else None
    if reason is None:
        return Fault(path, "there is no node type {value}", {"value": shown(word)})
    message = "the node type {value} cannot be used: {reason}"
    return Fault(path, message, {"value": shown(word), "reason": reason})


def guessed_outlets(node_type: type[Node[Any]], config: Mapping[str, Any]) -> list[Outlet]:
    """The outlets of a node whose config is not sound yet, as far as they can be known, so that edges stay drawn."""
    lenient = _lenient(node_type.config_type)
    try:
        partial = lenient.model_validate(dict(config))
    except ValidationError as error:
        partial = lenient.model_validate(_without(config, error))
    try:
        outlets = list(node_type(partial).all_outlets())
    except (TypeError, AttributeError):  # outlets that follow from a field that is missing
        return []
    return list({outlet.id: outlet for outlet in outlets}.values())


@cache
def _lenient(config_type: type[NodeConfig]) -> type[NodeConfig]:
    """The same config with nothing required, and no rule that looks at more than one entry."""
    fields: dict[str, Any] = {
        name: (field.annotation | None, [] if get_origin(field.annotation) is list else None)  # type: ignore[operator]
        for name, field in config_type.model_fields.items()
    }
    return create_model(f"Lenient{config_type.__name__}", __base__=NodeConfig, **fields)


def _without(config: Mapping[str, Any], error: ValidationError) -> dict[str, Any]:
    """A config without its faulty fields, or without the faulty entries of a list."""
    sound = dict(config)
    entries: dict[str, set[int]] = {}
    for detail in error.errors(include_url=False):
        name, *rest = detail["loc"]
        index = next((segment for segment in rest if isinstance(segment, int)), None)
        if index is not None and isinstance(config[name], list):  # type: ignore[index]
            entries.setdefault(str(name), set()).add(index)
        else:
            sound.pop(str(name), None)
    for name, wrong in entries.items():
        if name in sound:
            sound[name] = [entry for number, entry in enumerate(sound[name]) if number not in wrong]
    return sound


def _head(document: Mapping[str, Any]) -> Iterator[Fault]:
    for key in document.keys() - _KEYS:
        yield Fault(key, "is not known here")
    yield from _text(document, "name", "name", MAX_NAME)
    yield from _text(document, "description", "description", MAX_TEXT)
    languages = document.get("languages")
    if not isinstance(languages, list) or not 1 <= len(languages) <= MAX_LANGUAGES:
        yield Fault("languages", "must be a list of language tags, one at least")
    else:
        for number, language in enumerate(languages):
            if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
                value = {"value": shown(language)}
                yield Fault(f"languages.{number}", "{value} is no language tag such as zh-CN or en", value)
    for key in ("notes", "scenarios"):
        if not isinstance(document.get(key, []), list):
            yield Fault(key, "must be a list")
    if document.get("start") is None:
        yield Fault("start", "is required")
    for key in ("start", "on_hang_up"):
        target = document.get(key)
        if target is not None and (not isinstance(target, str) or target not in document["nodes"]):
            yield Fault(key, "there is no node {value}", {"value": shown(target)})


def _node_head(node: Mapping[str, Any], path: str) -> Iterator[Fault]:
    for key in node.keys() - _NODE_KEYS:
        yield Fault(f"{path}.{key}", "is not known here")
    yield from _text(node, "name", f"{path}.name", MAX_NAME)
    at = node.get("at")
    if at is not None and not (isinstance(at, list) and len(at) == 2 and all(_is_number(part) for part in at)):
        yield Fault(f"{path}.at", "must be two numbers, x and y (is {value})", {"value": shown(at)})


def _text(values: Mapping[str, Any], key: str, path: str, limit: int) -> Iterator[Fault]:
    value = values.get(key, "")
    if not isinstance(value, str):
        yield Fault(path, "must be text (is {value})", {"value": shown(value)})
    elif len(value) > limit:
        yield Fault(path, "at most {limit} characters (has {actual})", {"limit": limit, "actual": len(value)})


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def targets_of(document: Mapping[str, Any], id: str) -> dict[str, Any]:
    """Where a node's outlets lead, as the document says."""
    outlets = document["nodes"][id].get("outlets", {})
    return outlets if isinstance(outlets, dict) else {}


def _check_edges(document: Mapping[str, Any], report: Report) -> None:
    edges: dict[str, list[str]] = {}
    for id, checked in report.nodes.items():
        path = f"nodes.{id}.outlets"
        if not isinstance(document["nodes"][id].get("outlets", {}), dict):
            report.errors.append(Fault(path, "must be an object"))
        known = {outlet.id for outlet in checked.outlets}
        targets = targets_of(document, id)
        edges[id] = []
        for outlet, target in targets.items():
            if not isinstance(target, str) or target not in document["nodes"]:
                place = f"{path}.{outlet}"
                report.errors.append(Fault(place, "leads to {value}, which does not exist", {"value": shown(target)}))
            else:
                edges[id].append(target)
            if known and outlet not in known:
                message = "this node has no outlet {value}"
                report.errors.append(Fault(f"{path}.{outlet}", message, {"value": shown(outlet)}))
        if checked.node is not None:
            for loose in (o for o in checked.node.outlets() if o.id not in targets and o.id != "failed"):
                message = "goes nowhere: the session would end here as completed"
                report.warnings.append(Fault(f"{path}.{loose.id}", message))
    for circle in circles({id: targets for id, targets in edges.items() if _is_instant(report.nodes[id])}):
        message = "goes round without a wait: {circle}"
        report.errors.append(Fault(f"nodes.{circle[0]}", message, {"circle": " → ".join([*circle, circle[0]])}))
    starts = [document.get("start"), document.get("on_hang_up")]
    for id in unreached(edges, [start for start in starts if isinstance(start, str)]):
        report.warnings.append(Fault(f"nodes.{id}", "cannot be reached from the start"))


def _is_instant(checked: Checked) -> bool:
    return checked.node is not None and not checked.node.waits


def _check_names(document: Mapping[str, Any], report: Report) -> None:
    for id, checked in report.nodes.items():
        if checked.node is None:
            continue
        for path, names in names_in(checked.node.config, f"nodes.{id}.config"):
            for name in sorted(names, key=str):
                known = name[0] in ROOTS
                if known and name[0] == "results" and len(name) > 1 and isinstance(name[1], str):
                    known = name[1] in document["nodes"] or name[1] in ("size", "first", "last")
                if not known:
                    value = {"value": shown(".".join(str(segment) for segment in name))}
                    report.errors.append(Fault(path, "there is no name {value} in a template", value))


def names_in(value: Any, path: str) -> Iterator[tuple[str, set[tuple[str | int, ...]]]]:
    """Every template, condition and prompt inside a config, with its place and the names that it reads."""
    if isinstance(value, (Template, Condition, Prompt)):
        yield path, value.names
    elif isinstance(value, BaseModel):
        for name, field in value:
            yield from names_in(field, f"{path}.{name}")
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from names_in(entry, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for number, entry in enumerate(value):
            yield from names_in(entry, f"{path}.{number}")


def built_places(document: Mapping[str, Any], report: Report) -> dict[str, Place]:
    """The places of a flow without errors."""
    places = {}
    for id, checked in report.nodes.items():
        assert checked.node is not None
        places[id] = Place(id, checked.node, targets_of(document, id))
    return places

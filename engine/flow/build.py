"""Building the nodes of a document: every fault of a config, and the outlets as far as they can be known."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_origin

import msgspec
from pydantic import Field, ValidationError, create_model

from engine.faults import Fault, dotted, from_validation, shown
from engine.flow.upgrade import CannotUpgrade, upgraded
from engine.node import Node, NodeConfig, Outlet
from engine.node_types import NodeTypes

Registry = Mapping[str, type[Node[Any]]]


class Checked(msgspec.Struct):
    """What checking found out about one node: its outlets, and the node itself if its config is sound."""

    outlets: list[Outlet] = []
    node: Node[Any] | None = None


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
        name: (
            field.annotation | None,  # type: ignore[operator]
            Field([] if get_origin(field.annotation) is list else None, alias=field.alias),
        )
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

"""Node types and nodes in words: what the palette, the form and a card on the drawing show."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from designer.words import reader_language, say, say_fault, say_phrase, say_schema
from engine.faults import Phrase
from engine.flow import Report
from engine.flow.check import Checked, guessed_outlets
from engine.host.plugins import node_types
from engine.labelled import RESERVED
from engine.node import Node, Outlet
from engine.prompts import Prompt

LONGEST = 160
TEMPLATE = re.compile(r"\{\{-?\s*(?P<path>[\w.]*).*?-?\}\}|\{%-?\s*(?P<tag>\w*).*?%\}", re.DOTALL)


def node_type(kind: type[Node[Any]]) -> dict[str, Any]:
    """A node type as `GET /node-types` gives it."""
    return {
        "type": kind.type,
        "label": say(kind.label),
        "group": kind.group,
        "medium": kind.medium,
        "icon": kind.icon,
        "help": say(kind.help),
        "description": say(inspect.cleandoc(kind.__doc__ or "")),
        "schema": say_schema(_untitled(kind.schema())),
        "outlets": outlets(guessed_outlets(kind, kind.starter), kind, kind.starter),
        "voice": kind.needs_leg,
        "version": kind.version,
        "starter": kind.starter,
    }


def report(found: Report) -> dict[str, Any]:
    """What checking a document found."""
    return {
        "errors": [say_fault(fault) for fault in found.errors],
        "warnings": [say_fault(fault) for fault in found.warnings],
        "nodes": {identity: node(checked) for identity, checked in found.nodes.items()},
    }


def node(checked: Checked) -> dict[str, Any]:
    """A node's outlets and its config in a few words."""
    built = checked.node
    found = outlets(checked.outlets, None) if built is None else outlets(checked.outlets, type(built), built.config)
    return {"outlets": found, "summary": summary(built)}


def outlets(found: Iterable[Outlet], kind: type[Node[Any]] | None, config: Any = None) -> list[dict[str, str]]:
    """Outlets with their labels; a label that the user wrote stays as it is.

    What stands in the config is the user's, other labels are the node type's. Without a config, only those are the
    type's that it has whatever its config.
    """
    fixed, written = _fixed_labels(kind), None if config is None else set(_texts(config))

    def is_ours(outlet: Outlet) -> bool:
        if outlet.id in RESERVED or (outlet.id, outlet.label) in fixed:
            return True
        return written is not None and outlet.label not in written

    return [{"id": outlet.id, "label": say(outlet.label) if is_ours(outlet) else outlet.label} for outlet in found]


def _texts(config: Any) -> Iterator[str]:
    """Every text in a config."""
    if isinstance(config, str):
        yield config
    elif isinstance(config, Mapping):
        for value in config.values():
            yield from _texts(value)
    elif isinstance(config, list | tuple):
        for value in config:
            yield from _texts(value)
    elif isinstance(config, BaseModel):
        for _, value in config:
            yield from _texts(value)


@cache
def _fixed_labels(kind: type[Node[Any]] | None) -> frozenset[tuple[str, str]]:
    """The outlets that a type has whatever its config; without a type, those of all types."""
    kinds = node_types().values() if kind is None else [kind]
    return frozenset((outlet.id, outlet.label) for each in kinds for outlet in guessed_outlets(each, {}))


def _untitled(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without the names of Python classes, which are nobody's words."""
    definitions = {
        name: {key: value for key, value in entry.items() if key != "title"}
        for name, entry in schema.get("$defs", {}).items()
    }
    plain = {key: value for key, value in schema.items() if key != "title"}
    return plain | {"$defs": definitions} if definitions else plain


def summary(built: Node[Any] | None) -> str:
    """The config in a few words; empty while it has faults."""
    if built is None:
        return ""
    words = " · ".join(TEMPLATE.sub(_named, text) for part in built.summary() if (text := _words(part)))
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _named(template: re.Match[str]) -> str:
    """A template on a card is the name of what stands there: `{{ results.ask.value }}` is ‹ask›."""
    if template["path"] is None:
        return " / " if template["tag"] in ("else", "elsif", "when") else ""
    names = template["path"].split(".")
    if len(names) > 2 and names[-1] in ("value", "label"):
        names.pop()
    return f"‹{names[-1] or '…'}›"


def _words(part: str | Prompt | Phrase) -> str:
    if isinstance(part, Phrase):
        return say_phrase(part)
    if isinstance(part, str):
        return part
    heard = _prompt(part.source)
    return f"“{heard}”" if heard else ""


def _prompt(source: Any) -> str:
    if isinstance(source, str):
        return source
    if isinstance(source, Mapping):
        main = reader_language().split("-")[0]
        mine = [texts for language, texts in source.items() if language.split("-")[0] == main]
        return _prompt((mine or list(source.values()) or [""])[0])
    if isinstance(source, list):
        return " ".join(str(value) for part in source if isinstance(part, Mapping) for value in part.values())
    return ""

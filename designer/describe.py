"""Node types and nodes in words: what the palette, the form and a card on the drawing show."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from designer.words import reader_language, say, say_fault, say_phrase, say_schema
from engine.faults import Phrase
from engine.flow import Report
from engine.flow.check import Checked, guessed_outlets
from engine.node import Node, Outlet
from engine.prompts import Prompt

LONGEST = 160


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
        "schema": say_schema(kind.schema()),
        "outlets": outlets(guessed_outlets(kind, kind.starter)),
        "voice": kind.needs_leg,
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
    return {"outlets": outlets(checked.outlets), "summary": summary(checked.node)}


def outlets(found: Iterable[Outlet]) -> list[dict[str, str]]:
    """Outlets with their labels; a label that the user wrote stays as it is."""
    return [{"id": outlet.id, "label": say(outlet.label)} for outlet in found]


def summary(built: Node[Any] | None) -> str:
    """The config in a few words; empty while it has faults."""
    if built is None:
        return ""
    words = " · ".join(text for part in built.summary() if (text := _words(part)))
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _words(part: str | Prompt | Phrase) -> str:
    if isinstance(part, Phrase):
        return say_phrase(part)
    return part if isinstance(part, str) else _prompt(part.source)


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

"""Every English text that a reader can meet: found in the registry and in the code that makes faults and phrases."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import designer
import engine
from designer import problems
from designer.describe import _untitled
from engine.flow.check import guessed_outlets
from engine.nodes import registry

_SAYING = {"Fault": 1, "Phrase": 0, "Problem": 1, "fault": 0, "Outlet": 1}
"""What makes something to be read, and which of its arguments is the text."""


@cache
def texts() -> dict[str, str]:
    """Every text, and where it was found; read from the code once."""
    found: dict[str, str] = dict.fromkeys(problems.PHRASES, "HTTP status")
    for kind in registry().values():
        said = [kind.label, kind.help, inspect.cleandoc(kind.__doc__ or "")]
        said += [outlet.label for outlet in guessed_outlets(kind, {})]
        found |= dict.fromkeys([*said, *_titles(_untitled(kind.schema()))], f"node type {kind.type}")
    for name, module in sys.modules.items():
        if name.split(".")[0] in ("engine", "designer"):
            found |= dict.fromkeys(getattr(module, "MESSAGES", ()), name)
    for package in (engine, designer):
        assert package.__file__ is not None
        for path in Path(package.__file__).parent.rglob("*.py"):
            found |= dict.fromkeys(_said_in(path), path.name)
    return {text: place for text, place in found.items() if text.strip("{}").strip() not in ("", "reason", "message")}


def _titles(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for entry in schema:
            yield from _titles(entry)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key in ("properties", "$defs"):
                yield from _titles(list(value.values()))
            elif key in ("title", "description") and isinstance(value, str):
                yield value
            elif key == "labels":
                yield from value.values()
            elif key not in ("default", "enum", "const", "examples"):
                yield from _titles(value)


def _said_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _SAYING:
                arguments = [*node.args]
                if len(arguments) > _SAYING[name]:
                    yield from _constants(arguments[_SAYING[name]])
            case ast.Assign(targets=[ast.Name(id="message" | "MESSAGES" | "_FROM_TEXT")]):
                yield from _constants(node.value)


def _constants(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp():
            yield from _constants(node.body)
            yield from _constants(node.orelse)
        case ast.Set(elts=entries):
            for entry in entries:
                yield from _constants(entry)
        case ast.Dict(values=values):
            for value in values:
                yield from _constants(value)

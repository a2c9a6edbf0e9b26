"""Who reads what: every template, condition and prompt of a flow, with its place and the names in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from engine.expressions import Condition, Template
from engine.flow.lint.subject import Subject
from engine.prompts import Prompt

Name = tuple[str | int, ...]
Reader = Template | Condition | Prompt


def readers(flow: Subject) -> Iterator[tuple[str, str, Reader]]:
    """Node, place, and what stands there."""
    for id, node in flow.nodes.items():
        for path, reader in readers_in(node.config, f"nodes.{id}.config"):
            yield id, path, reader


def names(flow: Subject) -> Iterator[tuple[str, str, Name]]:
    """Node, place, and a name that is read there."""
    for id, path, reader in readers(flow):
        for name in sorted(reader.names, key=str):
            yield id, path, name


def readers_in(value: Any, path: str) -> Iterator[tuple[str, Reader]]:
    """Every template, condition and prompt inside a config."""
    if isinstance(value, (Template, Condition, Prompt)):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, field in value:
            written = type(value).model_fields[name].alias or name
            yield from readers_in(field, f"{path}.{written}")
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from readers_in(entry, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for number, entry in enumerate(value):
            yield from readers_in(entry, f"{path}.{number}")


def as_written(name: Name) -> str:
    """A name as it stands in a template."""
    return ".".join(str(segment) for segment in name)

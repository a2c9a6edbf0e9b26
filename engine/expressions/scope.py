"""How a name in a template finds its value.

A scope is a dictionary of the names in CONTRACT.md §1 (`record`, `contact`, `results`, …). A name that leads nowhere is
`None`, which is written as nothing: a session must not stop because a record lacks a field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Scope = Mapping[str, Any]
Getter = Callable[[Scope], Any]

ROOTS = ("record", "contact", "call", "message", "results", "vars", "flow", "signal", "now")
"""The names there are; `signal` has something in it only where a node waits for one."""
FIELDS: dict[str, tuple[str, ...]] = {
    "call": ("from", "to", "direction", "returned"),
    "message": ("text", "from", "to"),
    "flow": ("name", "languages", "language"),
}
"""What there is in those names whose fields are always the same."""


def getter(segments: Sequence[str | int | Getter]) -> Getter:
    """A function that walks from the scope along the segments; a segment may itself be computed (`a[b.c]`)."""
    head, rest = segments[0], tuple(segments[1:])
    if any(callable(segment) for segment in segments):
        return lambda scope: _walk_computed(scope, segments)
    if len(rest) == 1:
        key = rest[0]

        def one(scope: Scope) -> Any:
            try:
                value = scope[head]  # type: ignore[index]
            except KeyError:
                return None
            return value[key] if type(value) is dict and key in value else _step(value, key)

        return one

    if not rest:
        return lambda scope: _root(scope, head)

    def walk(scope: Scope) -> Any:
        value = _root(scope, head)
        for key in rest:
            value = value[key] if type(value) is dict and key in value else _step(value, key)
        return value

    return walk


def _root(scope: Scope, name: Any) -> Any:
    """A name's value; `scope[name]`, not `get`, for `now` is worked out when it is first asked for."""
    try:
        return scope[name]
    except KeyError:
        return None


def _walk_computed(scope: Scope, segments: Sequence[str | int | Getter]) -> Any:
    head = segments[0](scope) if callable(segments[0]) else segments[0]
    value = _root(scope, head)
    for segment in segments[1:]:
        value = _step(value, segment(scope) if callable(segment) else segment)
    return value


def _step(value: Any, key: Any) -> Any:
    """One segment, as Liquid has it: a key, an index, or the names `size`, `first` and `last`."""
    if isinstance(value, Mapping):
        if isinstance(key, (str, int)) and key in value:
            return value[key]
        return len(value) if key == "size" else None
    if isinstance(value, (list, tuple)):
        if isinstance(key, int) and not isinstance(key, bool):
            return value[key] if -len(value) <= key < len(value) else None
        if key == "size":
            return len(value)
        if key == "first":
            return value[0] if value else None
        if key == "last":
            return value[-1] if value else None
        return None
    if isinstance(value, str) and key == "size":
        return len(value)
    return None

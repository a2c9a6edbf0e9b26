"""The node types that a flow may be made of, and those that it may not, each with its reason.

A node type that is missing or broken must not stop an installation: it is a word without a class, and only the flows
that use the word have a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from engine.node import Node


class BrokenNodeType(msgspec.Struct, frozen=True):
    """A node type that was found and cannot be used: where it came from, its word, and why."""

    module: str
    type: str
    reason: str


class NodeTypes(Mapping[str, type[Node[Any]]]):
    """Node types by their word; `broken` are those that cannot be used."""

    def __init__(self, types: Mapping[str, type[Node[Any]]], broken: Sequence[BrokenNodeType] = ()) -> None:
        self._types = dict(types)
        self.broken = tuple(broken)

    def __getitem__(self, word: str) -> type[Node[Any]]:
        return self._types[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def why_not(self, word: str) -> str | None:
        """Why this word names no node type here, if that is known."""
        if word in self._types:
            return None
        return next((entry.reason for entry in self.broken if entry.type == word), None)

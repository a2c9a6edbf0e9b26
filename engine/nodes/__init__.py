"""One node type per file; the file's name is the type's word in the document."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

from engine.node import Node

PALETTE = (
    "call", "answer", "say", "menu", "gather", "listen", "record", "dial", "conference", "hang_up", "record_call",
    "background", "language", "send_sms", "ask_sms", "send_email", "send_fax", "receive_fax", "branch", "set", "split",
    "run_flow", "start_flow", "end", "wait", "wait_for", "hours", "lookup", "http_request", "update_record",
    "update_contact", "write_source", "task",
)  # fmt: skip
"""The order in which people look for them, the most used of each group first."""


@cache
def registry() -> Mapping[str, type[Node[Any]]]:
    """Every node type of this package, by its word, in the palette's order."""
    found: dict[str, type[Node[Any]]] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        node_type = node_type_in(module)
        found[node_type.type] = node_type
    return {word: found[word] for word in sorted(found, key=_place)}


def _place(word: str) -> tuple[int, str]:
    """Where a word stands in the palette; one that is not named there comes last."""
    return (PALETTE.index(word) if word in PALETTE else len(PALETTE), word)


def node_type_in(module: ModuleType) -> type[Node[Any]]:
    """The one node type that a module defines."""
    for value in vars(module).values():
        if inspect.isclass(value) and issubclass(value, Node) and value.__module__ == module.__name__:
            return value
    raise LookupError(f"{module.__name__} defines no node type")

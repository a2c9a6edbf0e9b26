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


@cache
def registry() -> Mapping[str, type[Node[Any]]]:
    """Every node type of this package, by its word."""
    found: dict[str, type[Node[Any]]] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        node_type = node_type_in(module)
        found[node_type.type] = node_type
    return found


def node_type_in(module: ModuleType) -> type[Node[Any]]:
    """The one node type that a module defines."""
    for value in vars(module).values():
        if inspect.isclass(value) and issubclass(value, Node) and value.__module__ == module.__name__:
            return value
    raise LookupError(f"{module.__name__} defines no node type")

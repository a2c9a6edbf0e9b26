"""Libraries that are large and seldom asked: a name for each that loads it when something of it is first used.

An engine that takes over calls must be there within a second or two, and the calls need none of these. It is the
import system's own lock that keeps threads apart.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Lazy:
    """Stands for a module: `nx = Lazy("networkx")`, beside an import for the type checker alone."""

    __slots__ = ("_module",)

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        """What the module has under this name."""
        return getattr(import_module(self._module), name)

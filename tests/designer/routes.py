"""Routes that are compiled once for all applications of a test process.

Four fifths of `create_app` are werkzeug's: for each of 250 routes it writes and compiles a function that builds the
route's address. That function knows its rule only by what it is given, so that the applications of all tests may share it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from werkzeug.routing import Rule


class CompiledOnce(Rule):
    """A route that looks up what an equal one was compiled to."""

    _made: ClassVar[dict[str, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = repr((self.rule, self._trace, self.defaults, append_unknown))
        if key not in self._made:
            self._made[key] = super()._compile_builder(append_unknown)
        return self._made[key]

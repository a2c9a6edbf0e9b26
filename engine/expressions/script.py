"""Python written for a flow, so that what is the same for all sessions is looked up once and not by every one of them.

A written function is several times quicker than closures within closures. It knows the quick way only: a path through
plain data that is there. Whatever else it meets (a name that is missing, a list's `size`, text that reads as a number)
raises or is seen to be of another type, and the closure, which knows all of it, is asked instead. So there is one
meaning, that of the closures, and tests hold the two together.

Nothing of a user's stands in the source but plain names of letters, digits and `_`; all else is a constant beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeGuard

from liquid.exceptions import LiquidError

from engine.expressions.scope import Getter

PRESENT = {
    "record": "session.record", "contact": "session.contact", "results": "session.run.results",
    "vars": "session.run.vars", "call": "session.state.call", "message": "session.state.message",
}  # fmt: skip
"""The names that every session has from the first, and where; a script looks them up once."""
QUICK_ENDS = (LookupError, TypeError, AttributeError, ArithmeticError, ValueError, LiquidError)
"""What is raised where the quick way ends."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)


def is_plain(segments: Sequence[Any]) -> TypeGuard[Sequence[str]]:
    """Whether a script can follow a path: names alone, from one that is always there."""
    return (
        len(segments) > 1
        and segments[0] in PRESENT
        and all(isinstance(segment, str) and _PLAIN.fullmatch(segment) for segment in segments)
    )


class Script:
    """A function of the session, being written line by line."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._roots: set[str] = set()
        self._constants: dict[str, Any] = {}
        self._depth = 1

    def line(self, text: str) -> None:
        """One line of Python, at the depth that has been reached."""
        self._lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """A line that opens a block; what is written meanwhile stands in it."""
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1

    @property
    def is_in_block(self) -> bool:
        """Whether what is written now may be passed by."""
        return self._depth > 1

    def constant(self, value: Any) -> str:
        """The name by which the function knows a value."""
        name = f"c{len(self._constants)}"
        self._constants[name] = value
        return name

    def root(self, name: str) -> str:
        """The variable with one of the names in `PRESENT`."""
        self._roots.add(name)
        return name

    def path(self, segments: Sequence[str]) -> str:
        """The expression that follows a plain path; it raises where the quick way ends."""
        root, *keys = segments
        return self.root(root) + "".join(f"[{key!r}]" for key in keys)

    def path_or(self, segments: Sequence[str], missing: Any) -> str:
        """The same, but with a value to take instead where the last name is missing."""
        *before, last = segments
        way = self.root(before[0]) + "".join(f"[{key!r}]" for key in before[1:])
        return f"{way}.get({last!r}, {self.constant(missing)})"

    def asked(self, closure: Getter) -> str:
        """The expression that asks a closure."""
        return f"{self.constant(closure)}(session.scope)"

    def attempt(self, quick: str, careful: str) -> None:
        """The quick way, and the line that is run instead where it ends."""
        with self.block("try:"):
            self.line(quick)
        with self.block(f"except {self.constant(QUICK_ENDS)}:"):
            self.line(careful)

    def value(self, target: str, closure: Getter, writing: Writing | None) -> None:
        """Lines that give `target` what a closure gives: quickly, where that can be written."""
        careful = f"{target} = {self.asked(closure)}"
        if writing is not None:
            self.attempt(f"{target} = {writing(self)}", careful)
        else:
            self.line(careful)

    def function(self) -> Callable[[Any], Any]:
        """The function that has been written."""
        roots = [f"    {root} = {PRESENT[root]}" for root in sorted(self._roots)]
        source = "\n".join(["def written(session):", *roots, *self._lines])
        names: dict[str, Any] = dict(self._constants)
        exec(compile(source, "<written for a flow>", "exec"), names)
        written: Callable[[Any], Any] = names["written"]
        return written


Writing = Callable[[Script], str]
"""Writes the expression that gives a value."""

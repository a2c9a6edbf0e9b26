"""`{{ value | filter: argument | filter }}` as nested functions, and as an expression of written Python.

Only what is certain to mean the same is taken: literals, paths whose names are all known, and the filters of
`quick_filters`. For the rest there is no chain, and python-liquid works it out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from liquid.builtin.expressions import path, primitive
from liquid.builtin.expressions.arguments import KeywordArgument
from liquid.builtin.expressions.filtered import Filter, FilteredExpression
from liquid.context import RenderContext
from liquid.expression import Expression
from liquid.undefined import Undefined

from engine.expressions.liquid import EMPTY, ENVIRONMENT, UNFILLABLE
from engine.expressions.quick_filters import IN_SCOPE, NAMED, QUICK
from engine.expressions.scope import Getter, Scope
from engine.expressions.script import Script, is_plain

MAX_FILTERS = 16
"""A longer chain is left to python-liquid: functions within functions have a depth that Python can stand."""
_MISSING = ENVIRONMENT.undefined("", token=None)
"""What a path that leads nowhere gives a filter; some tell it from nil (`nil | join` is "None")."""
_OF_EVERYTHING = frozenset({"size", "first", "last"})


class Operand(NamedTuple):
    """A literal, or a path. `follows` is the path where written Python can follow it."""

    get: Getter
    is_literal: bool
    follows: Sequence[str] | None = None

    @property
    def is_written(self) -> bool:
        """Whether written Python can give it."""
        return self.is_literal or self.follows is not None

    def written(self, script: Script) -> str:
        """The expression that gives it."""
        return script.constant(self.get({})) if self.follows is None else script.path(self.follows)


class _Step(NamedTuple):
    """One filter with its arguments."""

    filter_: Callable[..., Any]
    is_in_scope: bool
    arguments: tuple[Operand, ...]


class Chain:
    """A value and its filters. `value` is the function of the scope that gives the outcome."""

    __slots__ = ("_left", "_steps", "value")

    def __init__(self, left: Operand, steps: Sequence[_Step]) -> None:
        self._left = left
        self._steps = steps
        inner = left.get
        for step in steps:
            inner = _after(inner, step)
        self.value: Getter = _outcome(inner) if steps else inner

    @property
    def is_written(self) -> bool:
        """Whether written Python can give the outcome."""
        return self._left.is_written and all(operand.is_written for step in self._steps for operand in step.arguments)

    def written(self, script: Script) -> str:
        """The expression that gives the outcome; it raises where the closure is to be asked."""
        outcome = self._left_written(script)
        for step in self._steps:
            given = [outcome, *(operand.written(script) for operand in step.arguments)]
            scope = ["session.scope"] if step.is_in_scope else []
            outcome = f"{script.constant(step.filter_)}({', '.join([*scope, *given])})"
        return outcome

    def _left_written(self, script: Script) -> str:
        """The value before its filters; for `default`, a missing one is nothing unusual."""
        segments = self._left.follows
        if (
            segments
            and segments[-1] not in _OF_EVERYTHING
            and self._steps
            and self._steps[0].filter_ is QUICK["default"]
        ):
            return script.path_or(segments, _MISSING)
        return self._left.written(script)


def chain_of(expression: Expression) -> Chain | None:
    """The chain of what stands between the braces; None if python-liquid has to work it out."""
    if not isinstance(expression, FilteredExpression) or len(expression.filters or ()) > MAX_FILTERS:
        return None
    left = _operand(expression.left)
    steps = [_step(filter_) for filter_ in expression.filters or ()]
    known = [step for step in steps if step is not None]
    return Chain(left, known) if left is not None and len(known) == len(steps) else None


def _step(filter_: Filter) -> _Step | None:
    name = filter_.name
    function = QUICK.get(name) or IN_SCOPE.get(name)
    positional, named = [], {}
    for argument in filter_.args:
        operand = _operand(argument.value)
        if operand is None or function is None:
            return None
        if not isinstance(argument, KeywordArgument):
            positional.append(operand)
        elif operand.is_literal and argument.name in NAMED.get(name, ()):
            named[argument.name] = operand.get({})
        else:
            return None
    if function is None:
        return None
    return _Step(partial(function, **named) if named else function, name in IN_SCOPE, tuple(positional))


def _operand(expression: Expression) -> Operand | None:
    if isinstance(expression, path.Path):
        known = [segment for segment in expression.path if isinstance(segment, (str, int))]
        if len(known) < len(expression.path) or not isinstance(known[0], str):
            return None
        return Operand(_follower(expression, known), False, expression.path if is_plain(expression.path) else None)
    literal: Any = None
    if isinstance(expression, (primitive.StringLiteral, primitive.IntegerLiteral, primitive.FloatLiteral)):
        literal = expression.value
    elif isinstance(expression, (primitive.TrueLiteral, primitive.FalseLiteral)):
        literal = isinstance(expression, primitive.TrueLiteral)
    elif not isinstance(expression, primitive.Nil):
        return None
    return Operand(lambda scope: literal, True)


def _follower(expression: path.Path, segments: Sequence[str | int]) -> Getter:
    """A function that follows a path for a filter: as python-liquid, which has a word for a path that leads nowhere."""
    head, *keys = segments

    def follow(scope: Scope) -> Any:
        try:
            value = scope[head]  # type: ignore[index]
        except KeyError:
            return _MISSING
        for key in keys:
            if type(value) is not dict:
                return _MISSING if value is None else expression.evaluate(RenderContext(EMPTY, globals=scope))
            if key in value:
                value = value[key]
            elif key in _OF_EVERYTHING:
                return expression.evaluate(RenderContext(EMPTY, globals=scope))
            else:
                return _MISSING
        return value

    return follow


def _after(inner: Getter, step: _Step) -> Getter:
    """The function that puts one filter on what another function gives."""
    filter_, getters = step.filter_, [operand.get for operand in step.arguments]
    if step.is_in_scope:
        return lambda scope: filter_(scope, inner(scope), *[get(scope) for get in getters])
    if not getters:
        return lambda scope: filter_(inner(scope))
    if not all(operand.is_literal for operand in step.arguments):
        return lambda scope: filter_(inner(scope), *[get(scope) for get in getters])
    literals = [get({}) for get in getters]
    if len(literals) == 1:
        literal = literals[0]
        return lambda scope: filter_(inner(scope), literal)
    return lambda scope: filter_(inner(scope), *literals)


def _outcome(inner: Getter) -> Getter:
    """What cannot be worked out for this record is nothing, not an end of the session."""

    def outcome(scope: Scope) -> Any:
        try:
            value = inner(scope)
        except UNFILLABLE:
            return None
        return None if isinstance(value, Undefined) else value

    return outcome

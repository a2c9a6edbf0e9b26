"""Values that stand for all values: enough of each kind for a condition to show all that it can say.

A condition compares names with constants. Between two neighbouring constants it cannot tell one value from another, so
one value of each such interval, each constant itself, and one of every other kind (nothing, true, empty text, a list)
are enough. Where a condition compares in ways for which that is not so, there are no samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, product
from typing import Any

from liquid.builtin.expressions import BooleanExpression, logical, path, primitive
from liquid.expression import Expression

from engine.expressions import Condition
from engine.expressions.compare import as_number
from engine.expressions.condition import parse, static_path

MAX_SCOPES = 3_000
MAX_PARTS = 3
MAX_TRIED = 300_000
_PARSING = 50
"""What making the samples costs, in scopes."""
_COMPARISONS = (
    logical.EqExpression, logical.NeExpression, logical.LtExpression, logical.LeExpression, logical.GtExpression,
    logical.GeExpression, logical.ContainsExpression,
)  # fmt: skip
_LITERALS = (primitive.StringLiteral, primitive.IntegerLiteral, primitive.FloatLiteral)
Name = tuple[str | int, ...]


class _Unclear(Exception):
    """The condition compares in a way that samples cannot stand for."""


class Budget:
    """How many scopes may be tried in a whole flow: a second's worth."""

    def __init__(self, left: int = MAX_TRIED) -> None:
        self.left = left


def samples(conditions: Sequence[Condition], budget: Budget) -> Iterator[dict[str, Any]] | None:
    """Scopes in which these conditions show all that they can say together; None if there are too many, or none."""
    if budget.left <= 0:
        return None
    values: dict[Name, set[Any]] = {}
    try:
        for condition in conditions:
            _collect(parse(condition.source), values)
    except _Unclear:
        return None
    names = sorted(values, key=str)
    if any(_is_inside(one, other) for one, other in combinations(names, 2)):
        return None
    choices = [_choices(values[name]) for name in names]
    total = 1
    for entries in choices:
        total *= len(entries)
    return _scopes(names, choices, budget) if total <= MAX_SCOPES else None


def _scopes(names: Sequence[Name], choices: Sequence[list[Any]], budget: Budget) -> Iterator[dict[str, Any]]:
    budget.left -= _PARSING
    for chosen in product(*choices):
        budget.left -= 1
        yield _scope(names, chosen)


def _collect(tree: Expression, values: dict[Name, set[Any]]) -> None:
    """The names of a condition, each with the constants that it is compared with."""
    if isinstance(tree, BooleanExpression):
        _collect(tree.expression, values)
    elif isinstance(tree, (logical.LogicalAndExpression, logical.LogicalOrExpression)):
        _collect(tree.left, values)
        _collect(tree.right, values)
    elif isinstance(tree, logical.LogicalNotExpression):
        _collect(tree.right, values)
    elif isinstance(tree, _COMPARISONS):
        _compared(tree, values)
    elif isinstance(tree, path.Path):
        values.setdefault(_name(tree), set())


def _compared(tree: Any, values: dict[Name, set[Any]]) -> None:
    sides = (tree.left, tree.right)
    found = [side for side in sides if isinstance(side, path.Path)]
    constants = {side.value for side in sides if isinstance(side, _LITERALS)}
    if len(found) == 2 and _name(found[0]) != _name(found[1]):
        raise _Unclear  # two names beside each other: any value of the one may be any of the other
    if isinstance(tree, logical.ContainsExpression) and found and tree.left is not found[0]:
        raise _Unclear
    if found:
        kept = values.setdefault(_name(found[0]), set())
        if isinstance(tree, logical.ContainsExpression):
            kept.update(_Part(constant) for constant in constants)
            if sum(isinstance(value, _Part) for value in kept) > MAX_PARTS:
                raise _Unclear
        else:
            kept.update(constants)


def _name(found: path.Path) -> Name:
    name = static_path(found)
    if len(name) < len(found.path) or name[0] == "now":
        raise _Unclear
    if any(not isinstance(part, str) or part in ("size", "first", "last") for part in name):
        raise _Unclear
    return name


def _is_inside(one: Name, other: Name) -> bool:
    return one == other[: len(one)] or other == one[: len(other)]


class _Part(str):
    """A constant that is looked for inside of a value."""

    __slots__ = ()

    def __new__(cls, value: Any) -> _Part:
        return super().__new__(cls, str(value))

    def __hash__(self) -> int:
        return hash(("part", str(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Part) and str.__eq__(self, other)


def _choices(constants: set[Any]) -> list[Any]:
    """One value of every kind that can be told apart with these constants."""
    parts = sorted({str(value) for value in constants if isinstance(value, _Part)})
    plain = [value for value in constants if not isinstance(value, _Part)]
    found: list[Any] = list(_texts([value for value in plain if isinstance(value, str)]))
    numbers = {number for value in plain if (number := as_number(value)) is not None}
    found.extend(_numbers(sorted({Decimal(str(number)) for number in numbers})))
    for count in range(1, len(parts) + 1):
        for some in combinations(parts, count):
            found.append("\U0010ffff".join(some))
            found.append(list(some))
            found.extend(one for one in some if count == 1)
    if parts:
        found.extend({part: True} for part in parts)
        found.append(dict.fromkeys(parts, True))
        found.append(list(plain) + parts)
    return [*found, None, True, False, "", " ", "\U0010ffff", {}, []]


def _texts(constants: Sequence[str]) -> Iterator[str]:
    """Each constant, and a text right after it, and right before it."""
    for text in constants:
        yield text
        yield text + "\x01"
        yield text + "\x01 "
        if text:
            yield text[:-1] + chr(max(ord(text[-1]) - 1, 0)) + "\U0010ffff"


def _numbers(constants: Sequence[Decimal]) -> Iterator[Any]:
    """Each constant as a number and as text, and a number between every two neighbours and beyond both ends."""
    for number, constant in enumerate(constants):
        yield constant
        yield str(constant)
        if number:
            yield (constants[number - 1] + constant) / 2
            yield str((constants[number - 1] + constant) / 2)
    if constants:
        yield from (constants[0] - 1, str(constants[0] - 1), constants[-1] + 1, str(constants[-1] + 1))


def _scope(names: Sequence[Name], values: Sequence[Any]) -> dict[str, Any]:
    scope: dict[str, Any] = {}
    for name, value in zip(names, values, strict=True):
        inner = scope
        for segment in name[:-1]:
            inner = inner.setdefault(str(segment), {})
        inner[str(name[-1])] = value
    return scope

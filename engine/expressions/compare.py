"""How conditions compare.

Records come from other people's systems, where the same number is 70 in one row and "70" in the next; and keys pressed
are always text. So text compares with a number by its number where it reads as one, and is otherwise unequal to it and
neither smaller nor greater. Nothing here raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.expressions.moments import moment

Number = int | float | Decimal


def is_true(value: Any) -> bool:
    """Liquid's truth: everything but nil and false."""
    return value is not None and value is not False


def as_number(value: Any) -> Number | None:
    """The number that a value is or reads as, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float, Decimal)):
        return value if value == value else None  # NaN equals nothing, itself included
    if isinstance(value, str) and 0 < len(value) <= 64 and value[-1].isascii():
        try:
            number = Decimal(value.strip())
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    return None


def equal(left: Any, right: Any) -> bool:
    """Whether two values are the same, text and number by their number."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, (int, float, Decimal)) or isinstance(right, (int, float, Decimal)):
        first, second = as_number(left), as_number(right)
        return first is not None and second is not None and first == second
    if isinstance(left, date) or isinstance(right, date):
        pair = _moments(left, right)
        return pair is not None and pair[0] == pair[1]
    return bool(left == right)


def _moments(left: Any, right: Any) -> tuple[Any, Any] | None:
    first, second = moment(left), moment(right)
    if first is None or second is None or type(first) is not type(second):
        return None
    return (first, second) if _zoned(first) == _zoned(second) else None


def _zoned(when: date) -> bool:
    return isinstance(when, datetime) and when.tzinfo is not None


PLAIN: frozenset[type] = frozenset({int, float})
"""The types that compare as Python has it."""


def _ordered(relation: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        if type(left) in PLAIN and type(right) in PLAIN:
            return relation(left, right)
        if isinstance(left, str) and isinstance(right, str):
            first, second = as_number(left), as_number(right)
            if first is None or second is None:
                return relation(left, right)
            return relation(first, second)
        if isinstance(left, date) or isinstance(right, date):
            pair = _moments(left, right)
            return pair is not None and relation(*pair)
        first, second = as_number(left), as_number(right)
        return first is not None and second is not None and relation(first, second)

    return compare


less: Callable[[Any, Any], bool] = _ordered(lambda left, right: left < right)
at_most: Callable[[Any, Any], bool] = _ordered(lambda left, right: left <= right)


def contains(left: Any, right: Any) -> bool:
    """Liquid's `contains`: a part of a text, an entry of a list, a key of a mapping."""
    if isinstance(left, str):
        return right is not None and str(right) in left
    if isinstance(left, Mapping):
        return isinstance(right, (str, int)) and right in left
    if isinstance(left, (list, tuple)):
        return any(equal(entry, right) for entry in left)
    return False


def is_empty(value: Any) -> bool:
    """Liquid's `empty`: a text, list or mapping with nothing in it."""
    return isinstance(value, (str, list, tuple, Mapping)) and not value


def is_blank(value: Any) -> bool:
    """Liquid's `blank`: nil, false, empty, or only white space."""
    return value is None or value is False or is_empty(value) or (isinstance(value, str) and value.isspace())

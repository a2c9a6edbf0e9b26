"""The filters that templates use most, as plain functions with python-liquid's meaning and without its machinery.

Each knows the usual kinds of values: a short text, a whole number, a list. Whatever else it is given goes to the filter
of the environment, with that filter's conversions, limits and errors. So there is one meaning; a test holds both
together.

No limit is needed where the values are short: two texts of 999 characters stay within what a filter may make, and where
they might not (`replace`), the result is measured.
"""

from __future__ import annotations

import html
import math
import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from liquid.undefined import Undefined

from engine.expressions import people
from engine.expressions.liquid import ENVIRONMENT, MAX_NUMBER, MAX_TEXT, date_filter, within_limits
from engine.expressions.scope import Scope

Filter = Callable[..., Any]

SHORT = 999
"""Characters or entries of a value that takes the quick way: `(SHORT + 1) ** 2` is what a filter may work on."""
_TEXT_TO_TEXT: dict[str, Callable[[str], str]] = {
    "upcase": str.upper, "downcase": str.lower, "capitalize": str.capitalize, "strip": str.strip, "lstrip": str.lstrip,
    "rstrip": str.rstrip, "escape": html.escape, "url_encode": quote_plus,
}  # fmt: skip
_TWO_TEXTS: dict[str, Callable[[str, str], Any]] = {
    "append": operator.add, "prepend": lambda value, before: before + value,
    "remove": lambda value, part: value.replace(part, ""), "split": lambda value, mark: _split(value, mark),
}  # fmt: skip
_TWO_NUMBERS: dict[str, Callable[[int, int], int]] = {
    "plus": operator.add, "minus": operator.sub, "times": operator.mul, "divided_by": operator.floordiv,
    "modulo": operator.mod, "at_most": min, "at_least": max,
}  # fmt: skip
_ONE_NUMBER: dict[str, Callable[[Any], Any]] = {"abs": abs, "ceil": math.ceil, "floor": math.floor}


def careful(name: str) -> Filter:
    """The filter of the environment, with its limits, as python-liquid itself calls it."""
    found = ENVIRONMENT.filters[name]
    return partial(found, environment=ENVIRONMENT) if hasattr(found, "with_environment") else found


def _text_to_text(name: str, made: Callable[[str], str]) -> Filter:
    otherwise = careful(name)

    def quick(value: Any) -> Any:
        return made(value) if type(value) is str and len(value) <= SHORT else otherwise(value)

    return quick


def _two_texts(name: str, made: Callable[[str, str], Any]) -> Filter:
    otherwise = careful(name)

    def quick(value: Any, other: Any) -> Any:
        if type(value) is str and type(other) is str and len(value) <= SHORT and len(other) <= SHORT:
            return made(value, other)
        return otherwise(value, other)

    return quick


def _split(value: str, mark: str) -> list[str]:
    if not mark:
        return list(value)
    return [] if not value or value == mark else value.split(None if mark == " " else mark)


def _two_numbers(name: str, made: Callable[[int, int], int]) -> Filter:
    otherwise = careful(name)

    def quick(value: Any, other: Any) -> Any:
        if type(other) is int:
            number = value if type(value) is int else _whole(value)
            if number is not None and -MAX_NUMBER <= number <= MAX_NUMBER:
                result = made(number, other)
                if -MAX_NUMBER <= result <= MAX_NUMBER:
                    return result
        return otherwise(value, other)

    return quick


def _whole(value: Any) -> int | None:
    """The number that a text of digits is; records often hold numbers so."""
    return int(value) if type(value) is str and len(value) <= 18 and value.isdecimal() else None


def _one_number(name: str, made: Callable[[Any], Any]) -> Filter:
    otherwise = careful(name)

    def quick(value: Any) -> Any:
        if type(value) in _NUMBERS and -MAX_NUMBER <= value <= MAX_NUMBER:
            return made(value)
        return otherwise(value)

    return quick


_NUMBERS = frozenset({int, float})


def _round(value: Any, digits: Any = None) -> Any:
    if digits is None and type(value) in _NUMBERS and -MAX_NUMBER <= value <= MAX_NUMBER:
        return round(value)
    return _careful_round(value, digits)


def _replace(value: Any, part: Any, new: Any = "") -> Any:
    are_texts = type(value) is type(part) is type(new) is str
    if are_texts and len(value) <= SHORT and len(part) <= SHORT and len(new) <= SHORT:
        made = value.replace(part, new)
        if len(made) <= MAX_TEXT:
            return made
    return _careful_replace(value, part, new)


def _truncate(value: Any, length: Any = 50, end: Any = "...") -> Any:
    if type(value) is str and type(end) is str and type(length) is int and len(value) <= SHORT and len(end) <= SHORT:
        return value if len(value) < length else value[: length - len(end)] + end
    return _careful_truncate(value, length, end)


def _slice(value: Any, start: Any, length: Any = 1) -> Any:
    are_usual = type(value) is str and type(start) is type(length) is int
    if are_usual and len(value) <= SHORT and 0 <= start <= SHORT and 0 <= length <= SHORT:
        return value[start : start + length]
    return _careful_slice(value, start, length)


def _join(value: Any, between: Any = " ") -> Any:
    if type(value) is list and type(between) is str and len(value) <= SHORT and len(between) <= SHORT:
        for entry in value:
            if type(entry) is not str:
                break
        else:
            return within_limits(between.join(value))
    return _careful_join(value, between)


def _size(value: Any) -> Any:
    return len(value) if type(value) in _SIZED and len(value) <= SHORT else _careful_size(value)


_SIZED = frozenset({str, list})


def _first(value: Any) -> Any:
    return within_limits(value[0]) if type(value) is list and 0 < len(value) <= SHORT else _careful_first(value)


def _last(value: Any) -> Any:
    return within_limits(value[-1]) if type(value) is list and 0 < len(value) <= SHORT else _careful_last(value)


def _default(value: Any, instead: Any = "", **options: Any) -> Any:
    if value is None or type(value) is Undefined:
        return within_limits(instead)
    if type(value) is str and len(value) <= SHORT:
        return value or within_limits(instead)
    return _careful_default(value, instead, **options)


def _date(value: Any, form: Any = "%Y-%m-%d") -> Any:
    return within_limits(date_filter(within_limits(value), form))


def _digits(value: Any) -> Any:
    return within_limits(people.digits(within_limits(value)))


class _Surroundings(NamedTuple):
    """The scope, for a filter that speaks the session's language."""

    globals: Mapping[str, Any]


def _in_scope(filter_: Filter) -> Filter:
    def quick(scope: Scope, value: Any, *arguments: Any, **named: Any) -> Any:
        return within_limits(filter_(within_limits(value), *arguments, context=_Surroundings(scope), **named))

    return quick


_careful_round, _careful_replace, _careful_truncate = careful("round"), careful("replace"), careful("truncate")
_careful_slice, _careful_join, _careful_size = careful("slice"), careful("join"), careful("size")
_careful_first, _careful_last, _careful_default = careful("first"), careful("last"), careful("default")

QUICK: dict[str, Filter] = {
    **{name: _text_to_text(name, made) for name, made in _TEXT_TO_TEXT.items()},
    **{name: _two_texts(name, made) for name, made in _TWO_TEXTS.items()},
    **{name: _two_numbers(name, made) for name, made in _TWO_NUMBERS.items()},
    **{name: _one_number(name, made) for name, made in _ONE_NUMBER.items()},
    "round": _round, "replace": _replace, "truncate": _truncate, "slice": _slice, "join": _join, "size": _size,
    "first": _first, "last": _last, "default": _default, "date": _date, "digits": _digits,
}  # fmt: skip
"""Filters of a value and its arguments."""
IN_SCOPE: dict[str, Filter] = {
    "date_words": _in_scope(people.date_words), "money": _in_scope(people.money), "plural": _in_scope(people.plural),
}  # fmt: skip
"""Filters of a scope, a value and its arguments."""
NAMED: dict[str, frozenset[str]] = {
    "default": frozenset({"allow_false"}), "date_words": frozenset({"language"}), "money": frozenset({"language"}),
    "plural": frozenset({"language", "zero", "one", "two", "few", "many", "other"}),
}  # fmt: skip
"""Arguments that may be given by name."""

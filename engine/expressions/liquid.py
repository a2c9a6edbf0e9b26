"""The Liquid that templates are written in: python-liquid, with its doors closed.

Five things are ours. The clock: `now` is the event's time and `date` never asks the machine. The limits: loops, output,
names, and the size of whatever a filter makes, for chained `replace` made 54 MB out of 970 bytes with all of the
library's own limits set. The tags: none that load other templates. The comparisons inside `{% if %}`: those of
`compare`, so that a template and a condition agree. The filters for people, in the contact's language (`people`).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from liquid import Environment, Mode
from liquid.exceptions import LiquidError
from liquid.undefined import Undefined

from engine.expressions.moments import moment
from engine.expressions.people import FILTERS
from engine.faults import fill

MAX_SOURCE = 20_000
"""Characters of one template."""
MAX_TEXT = 20_000
"""Characters that a template, or any filter in it, may make."""
MAX_LOOPS = 1_000
MAX_NUMBER = 10**18

_TAGS = {
    "assign", "break", "capture", "case", "comment", "continue", "for", "if", "unless", "content", "output",
    "illegal", "#",
}  # fmt: skip
_WITHOUT = {"base64_decode", "base64_encode", "base64_url_safe_decode", "base64_url_safe_encode", "safe", "escapejs"}
_GROWING = {"replace", "replace_first", "replace_last", "append", "prepend", "join", "times"}


class ExpressionError(ValueError):
    """A template or condition that cannot be compiled: one sentence for people, which can be translated."""

    def __init__(self, message: str, **params: str) -> None:
        super().__init__(fill(message, params))
        self.message = message
        self.params = params


class TooMuch(LiquidError):
    """A filter made more than a message can need."""


def within_limits(value: Any) -> Any:
    """A filter's input or output, which is refused beyond the limits."""
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise TooMuch(f"a text of more than {MAX_TEXT} characters", token=None)
    if isinstance(value, (list, tuple)) and len(value) > MAX_TEXT:
        raise TooMuch(f"a list of more than {MAX_TEXT} entries", token=None)
    if isinstance(value, (int, float, Decimal)) and not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise TooMuch("a number beyond 10^18", token=None)
    return value


def _guarded(name: str, filter_: Callable[..., Any]) -> Callable[..., Any]:
    """The same filter, which refuses to make something huge."""

    def limited(value: Any, *args: Any, **kwargs: Any) -> Any:
        if name in _GROWING and isinstance(value, (str, list, tuple)):
            widest = max((len(str(argument)) for argument in args), default=1)
            if (len(value) + 1) * (widest + 1) > 50 * MAX_TEXT:
                raise TooMuch(f"the filter {name} would make too long a text", token=None)
        return within_limits(filter_(within_limits(value), *args, **kwargs))

    for mark in ("with_context", "with_environment"):
        if hasattr(filter_, mark):
            setattr(limited, mark, True)
    return limited


def date_filter(value: Any, form: Any = "%Y-%m-%d") -> str:
    """A date by a strftime form; what is no date stays as it is. (Liquid's own would read the machine's clock.)"""
    when = moment(value)
    if when is None:
        return "" if value is None or isinstance(value, Undefined) else str(value)
    if not isinstance(form, str) or len(form) > 100:
        raise TooMuch("a date's form of more than 100 characters", token=None)
    return when.strftime(form)


class _Environment(Environment):
    loop_iteration_limit = MAX_LOOPS
    output_stream_limit = MAX_TEXT
    local_namespace_limit = 100_000
    block_nesting_limit = 20
    context_depth_limit = 20
    logical_not_operator = True
    logical_parentheses = True

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=False)
        for name in set(self.tags) - _TAGS:
            del self.tags[name]
        for name in _WITHOUT & set(self.filters):
            del self.filters[name]
        self.filters["date"] = date_filter
        self.filters |= FILTERS
        for name, filter_ in list(self.filters.items()):
            self.filters[name] = _guarded(name, filter_)


ENVIRONMENT = _Environment(tolerance=Mode.STRICT)
EMPTY = ENVIRONMENT.from_string("")
"""The template in whose context single expressions are evaluated."""
UNFILLABLE = (LiquidError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError)
"""What is raised where a value cannot be worked out for this record."""


def sentence(error: LiquidError) -> str:
    """What the library says, in one line."""
    return str(error.message or error).splitlines()[0].strip() or "not understood"

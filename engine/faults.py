"""A fault: what is wrong, and where.

The sentence is kept as a template with its values apart, so that the designer can say it in another language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
from pydantic import ValidationError
from pydantic_core import ErrorDetails

SHOWN = 80
"""Characters of a wrong value that a sentence repeats."""


class Mend(msgspec.Struct, frozen=True):
    """How an editor can mend a fault at once.

    `kind` is what to do, `label` the same in words, `data` what it is done to:
    `connect` {node, outlet} · `remove_node` {node} · `remove` {path} · `set` {path, value} ·
    `add_language` {path, language} · `rename` {path, from, to}.
    """

    kind: Literal["connect", "remove_node", "remove", "set", "add_language", "rename"]
    label: str
    data: dict[str, Any] = {}


class Fault(msgspec.Struct, frozen=True):
    """`path` is like `nodes.greet.config.timeout`, `message` like `at most {limit} (is {value})`."""

    path: str
    message: str
    params: dict[str, Any] = {}
    mend: Mend | None = None

    @property
    def sentence(self) -> str:
        """The fault in English."""
        return fill(self.message, self.params)

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else self.sentence


class Phrase(msgspec.Struct, frozen=True):
    """A few words with values, to be said in the reader's language."""

    message: str
    params: dict[str, Any] = {}

    def __str__(self) -> str:
        return fill(self.message, self.params)


def fill(message: str, params: Mapping[str, Any]) -> str:
    """A sentence with its values; braces inside a value stay as they are."""
    for name, value in params.items():
        message = message.replace("{" + name + "}", str(value))
    return message


def shown(value: Any) -> str:
    """A wrong value as a sentence repeats it: short, and text in quotes."""
    words = f"'{value}'" if isinstance(value, str) else str(value)
    return words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"


def dotted(*segments: Any) -> str:
    """Segments of a path joined by dots."""
    return ".".join(str(segment) for segment in segments if str(segment) != "")


_SENTENCES: dict[str, tuple[str, dict[str, str]]] = {
    "missing": ("is required", {}),
    "extra_forbidden": ("is not known here", {}),
    "less_than_equal": ("at most {limit} (is {value})", {"limit": "le"}),
    "greater_than_equal": ("at least {limit} (is {value})", {"limit": "ge"}),
    "less_than": ("less than {limit} (is {value})", {"limit": "lt"}),
    "greater_than": ("more than {limit} (is {value})", {"limit": "gt"}),
    "too_short": ("at least {limit} entries (has {actual})", {"limit": "min_length", "actual": "actual_length"}),
    "too_long": ("at most {limit} entries (has {actual})", {"limit": "max_length", "actual": "actual_length"}),
    "string_too_short": ("at least {limit} characters (is {value})", {"limit": "min_length"}),
    "string_too_long": ("at most {limit} characters (is {value})", {"limit": "max_length"}),
    "string_type": ("must be text (is {value})", {}),
    "int_type": ("must be a whole number (is {value})", {}),
    "float_type": ("must be a number (is {value})", {}),
    "finite_number": ("must be a number (is {value})", {}),
    "bool_type": ("must be true or false (is {value})", {}),
    "list_type": ("must be a list (is {value})", {}),
    "tuple_type": ("must be a list (is {value})", {}),
    "dict_type": ("must be an object (is {value})", {}),
    "model_type": ("must be an object (is {value})", {}),
    "literal_error": ("must be one of {expected} (is {value})", {"expected": "expected"}),
    "string_pattern_mismatch": ("{value} does not fit {pattern}", {"pattern": "pattern"}),
}
_FOR_ONE = {
    "too_short": "at least one is needed",
    "too_long": "at most one (has {actual})",
    "string_too_short": "must not be empty",
    "string_too_long": "at most one character (is {value})",
}
"""The same where the limit is 1."""
MESSAGES = {message for message, _ in _SENTENCES.values()} | set(_FOR_ONE.values())
"""Sentences for what pydantic finds; each has its translation."""


def from_validation(error: ValidationError, path: str, most: int | None = None) -> list[Fault]:
    """Every fault that pydantic found, or so many of them, as our sentences, below `path`."""
    return [_from_detail(detail, path) for detail in error.errors(include_url=False)[:most]]


def _from_detail(detail: ErrorDetails, path: str) -> Fault:
    place = dotted(path, *_location(detail["loc"]))
    context = detail.get("ctx", {})
    if detail["type"].startswith("callweave_"):
        return Fault(place, detail["type"].removeprefix("callweave_"), dict(context))
    known = _SENTENCES.get(detail["type"])
    if known is None:
        return Fault(place, detail["msg"])
    message, wanted = known
    params = {name: _plain(context[key]) for name, key in wanted.items()}
    if params.get("limit") == 1:
        message = _FOR_ONE.get(detail["type"], message)
    return Fault(place, message, params | {"value": shown(detail["input"])})


def _plain(limit: Any) -> Any:
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def _location(segments: Sequence[str | int]) -> list[str | int]:
    """Without the names of a union's members, which pydantic puts into the place."""
    return [s for s in segments if not (isinstance(s, str) and (s.endswith("]") or s.startswith("function-")))]

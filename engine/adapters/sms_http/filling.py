"""Filling a provider's templates in: `{{ to }}` and the like, in texts, forms and JSON. Pure.

These are no flow templates: an operator writes them once, there is nothing to work out, and a value lands in a place
that encodes it (a parameter, a form's field, a JSON text), so that it cannot break out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.texting.alphabet import septets

NAMES: Final = ("to", "text", "sender", "key", "coding", "time", "time_ms", "date", "nonce")
"""`coding` is 0 for a text that GSM's own alphabet has, 2 for any other (SMPP's data coding); `key` is the same
whenever the text is tried again. `time` and `time_ms` are since 1970, `date` is RFC 3339 in UTC, `nonce` is another
each time."""
_NAME = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}")


def filled(template: Any, values: Mapping[str, str]) -> Any:
    """A text, or data with texts in it, with the values in their places."""
    if isinstance(template, str):
        return _NAME.sub(lambda found: values.get(found.group(1), ""), template)
    if isinstance(template, Mapping):
        return {key: filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, values) for value in template]
    return template


def names_in(template: Any) -> Iterator[str]:
    """The names that stand in a text, or in data with texts in it."""
    if isinstance(template, str):
        yield from _NAME.findall(template)
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from names_in(value)
    elif isinstance(template, list):
        for value in template:
            yield from names_in(value)


def coding(text: str) -> str:
    """The data coding that a text needs."""
    return "0" if septets(text) is not None else "2"

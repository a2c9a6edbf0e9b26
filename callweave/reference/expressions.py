"""The reference of templates and conditions: names, filters and comparisons, from what the engine knows."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from callweave.reference.schemas import cell
from engine.expressions import Template
from engine.expressions.liquid import ENVIRONMENT, MAX_LOOPS, MAX_SOURCE, MAX_TEXT
from engine.expressions.scope import FIELDS, ROOTS

NAMES = {
    "record": "the record that the session is about, by the fields of its type",
    "contact": "the person: `phone`, `name`, `language`, `time_zone`, and what is kept of him besides",
    "call": "the call that is up, or was last",
    "message": "the text or mail that came in last",
    "results": "what nodes gave, by the node's id: `results.ask.value`, `results.ask.outlet`",
    "vars": "what *Set variables* has set",
    "flow": "the flow; `flow.language` is the session's language",
    "signal": "what the signal brought for which *Wait for* waited",
    "now": "the moment, in the contact's time zone",
}
"""What each name has; one that leads nowhere is empty."""
EXAMPLES = {
    "abs": "{{ -5 | abs }}", "append": "{{ 'Wang' | append: ', Mr' }}", "at_least": "{{ 3 | at_least: 5 }}",
    "at_most": "{{ 8 | at_most: 5 }}", "capitalize": "{{ 'tea' | capitalize }}", "ceil": "{{ 2.1 | ceil }}",
    "date": "{{ '2027-03-02T09:30:00+08:00' | date: '%d.%m.%Y' }}",
    "date_words": "{{ '2027-03-02T09:30:00+08:00' | date_words }}",
    "default": "{{ record.ward | default: 'reception' }}", "digits": "{{ '4711' | digits }}",
    "divided_by": "{{ 7 | divided_by: 2 }}", "downcase": "{{ 'YES' | downcase }}", "escape": "{{ 'a<b' | escape }}",
    "first": "{{ 'a,b,c' | split: ',' | first }}", "floor": "{{ 2.9 | floor }}",
    "join": "{{ 'a,b,c' | split: ',' | join: ' and ' }}", "last": "{{ 'a,b,c' | split: ',' | last }}",
    "minus": "{{ 7 | minus: 2 }}", "modulo": "{{ 7 | modulo: 4 }}", "money": "{{ 12.5 | money: 'CNY' }}",
    "plural": "{{ 3 | plural: 'day', 'days' }}", "plus": "{{ 7 | plus: 2 }}",
    "prepend": "{{ 'Li' | prepend: 'Ms ' }}", "remove": "{{ '138-0000' | remove: '-' }}",
    "replace": "{{ 'a-b' | replace: '-', ' ' }}", "round": "{{ 2.567 | round: 1 }}", "size": "{{ 'Wang' | size }}",
    "slice": "{{ '13800138001' | slice: -4, 4 }}", "split": "{{ 'a,b' | split: ',' | size }}",
    "strip": "{{ '  yes ' | strip }}", "times": "{{ 7 | times: 2 }}",
    "truncate": "{{ 'a long sentence' | truncate: 9 }}", "upcase": "{{ 'yes' | upcase }}",
    "url_encode": "{{ 'a b' | url_encode }}",
}  # fmt: skip
"""One use of the usual ones; what comes of it is worked out by the engine."""
OF_OURS = {"strip_newlines": "A copy of it without line breaks"}
"""Sentences of ours, where the library's own is misspelt."""

_NO_WORDS = frozenset({"content", "output", "illegal", "#"})
"""Tags of the library that nobody writes by this name."""


def names() -> str:
    """What a template can put in."""
    return "\n".join(("| name | what it is | fields |\n|---|---|---|", *_names()))


def tags() -> str:
    """The words between `{%` and `%}`."""
    return ", ".join(f"`{name}`" for name in sorted(set(ENVIRONMENT.tags) - _NO_WORDS)) + "."


def filters() -> str:
    """What changes a value, each with an example that the engine has worked out."""
    return "\n".join(("| filter | what it gives | for instance |\n|---|---|---|", *_filters()))


def limits() -> str:
    """How much a template may be and make."""
    return (
        f"A template has at most {MAX_SOURCE:,} characters and makes at most {MAX_TEXT:,}; "
        f"its loops turn at most {MAX_LOOPS:,} times."
    )


def _names() -> Iterator[str]:
    for name in ROOTS:
        fields = ", ".join(f"`{field}`" for field in FIELDS.get(name, ()))
        yield f"| `{name}` | {NAMES[name]} | {fields} |"


def _filters() -> Iterator[str]:
    for name, filter_ in sorted(ENVIRONMENT.filters.items()):
        example = EXAMPLES.get(name)
        shown = f"`{example}` → {filled(example)}" if example else ""
        yield f"| `{_usage(name, _own(filter_))}` | {cell(_said(_own(filter_)))} | {cell(shown)} |"


def filled(example: str) -> str:
    """What the engine makes of an example, in English."""
    return Template(example).render({"flow": {"language": "en"}, "record": {}})


def _own(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """The filter within its limits, as its author wrote it."""
    found = inspect.getclosurevars(filter_).nonlocals.get("filter_", filter_)
    own: Callable[..., Any] = inspect.unwrap(found)
    return own


def _usage(name: str, filter_: Callable[..., Any]) -> str:
    """The filter with its arguments; those that may be left out in brackets."""
    given = []
    for entry in list(inspect.signature(filter_).parameters.values())[1:]:
        if entry.name in ("environment", "context") or entry.kind is inspect.Parameter.VAR_KEYWORD:
            continue
        word = (
            f"{entry.name.rstrip('_')}: …" if entry.kind is inspect.Parameter.KEYWORD_ONLY else entry.name.rstrip("_")
        )
        given.append(word if entry.default is inspect.Parameter.empty else f"[{word}]")
    return f"{name}: {', '.join(given)}" if given else name


def _said(filter_: Callable[..., Any]) -> str:
    """The first sentence that stands in its code; what is given is `it`, the arguments by their names."""
    first = OF_OURS.get(filter_.__name__) or (inspect.getdoc(filter_) or "").split("\n\n")[0].replace("\n", " ")
    arguments = list(inspect.signature(filter_).parameters)[1:]
    named = re.sub(r"\b_(\w+?)_(?!\w)", lambda word: f"`{word[1]}`" if word[1] in arguments else "it", first)
    said = re.sub(r"^Returns? ", "", named).split(" (")[0].removesuffix(".")
    return said[0].upper() + said[1:] + "."

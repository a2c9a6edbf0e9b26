"""What may be asked and written at a source is declared there: names that are not, and values that do not fit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from engine.adapters.gateway import Refused
from engine.secret import revealed

Declared = TypeVar("Declared")


def declared(there: Mapping[str, Declared], kind: str, name: str) -> Declared:
    """The query or statement of this name; raises Refused if there is none."""
    if name not in there:
        raise Refused(f"there is no {kind} {name} at this source")
    return there[name]


def values_of(name: str, wanted: Iterable[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters' values, secrets in the clear; raises Refused unless all of them are plain and are given."""
    values = {each: revealed(value) for each, value in given.items()}
    missing, unknown = sorted(set(wanted) - values.keys()), sorted(values.keys() - set(wanted))
    if missing:
        raise Refused(f"{name} needs the parameters {', '.join(missing)}")
    if unknown:
        raise Refused(f"{name} has no parameters {', '.join(unknown)}")
    for each, value in values.items():
        if not isinstance(value, (str, int, float, bool, type(None))):
            raise Refused(f"the parameter {each} is a {type(value).__name__}, and must be text or a number")
    return values

"""Bringing two edits of one document together, by node and field.

What only one side has changed is taken; what both have changed alike, once. Where both have changed the same field to
something different it is a conflict, with the three values: nothing is dropped, and a person decides. Lists (choices,
conditions, languages) count as one field, for the order of their entries has a meaning; a document's notes and
scenarios have nothing to do with one another, and are merged one by one.

The editor merges by the same rules (`frontend/src/flow/merge.ts`); a table of examples says that both agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from engine.faults import dotted
from engine.flow.canonical import canonical

MISSING = msgspec.UNSET
"""In a conflict: this side has no such field."""
_CONTAINERS = {"nodes", "config", "outlets", "groups"}
"""Fields that are merged entry by entry even if both sides have only now made them."""

_LOOSE = {"notes", "scenarios"}
"""Lists of the document that are merged entry by entry."""


class Conflict(msgspec.Struct, frozen=True):
    """A field that both sides have changed differently; a value that is UNSET was not there, or is no more."""

    path: str
    base: Any = MISSING
    mine: Any = MISSING
    theirs: Any = MISSING


def conflict_data(conflict: Conflict) -> dict[str, Any]:
    """A conflict as plain data, with `ours` for mine; a side that has no such field is left out."""
    sides = (("base", conflict.base), ("ours", conflict.mine), ("theirs", conflict.theirs))
    return {"path": conflict.path} | {side: value for side, value in sides if value is not MISSING}


class Merged(msgspec.Struct, frozen=True):
    """The document with all that could be taken; where there is a conflict it has what is mine, or what is there."""

    document: dict[str, Any]
    conflicts: list[Conflict]

    @property
    def text(self) -> str:
        """The document in its canonical form."""
        return canonical(self.document)


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Two edits of `base` as one."""
    conflicts: list[Conflict] = []
    return Merged(_merged("", base, mine, theirs, conflicts), conflicts)


def _merged(
    path: str, base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], conflicts: list[Conflict]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in dict.fromkeys((*base, *mine, *theirs)):
        place = dotted(path, key)
        values = base.get(key, MISSING), mine.get(key, MISSING), theirs.get(key, MISSING)
        value = _field(key, place, *values, conflicts)
        if value is not MISSING:
            found[key] = value
    return found


def _field(key: str, path: str, base: Any, mine: Any, theirs: Any, conflicts: list[Conflict]) -> Any:
    if same(mine, theirs) or same(theirs, base):
        return mine
    if same(mine, base):
        return theirs
    if path in _LOOSE:
        lists = [] if base is MISSING else base, mine, theirs
        if all(isinstance(one, list) for one in lists):
            return _entries(*lists)
    if isinstance(mine, dict) and isinstance(theirs, dict):
        if isinstance(base, dict):
            return _merged(path, base, mine, theirs, conflicts)
        if base is MISSING and key in _CONTAINERS:
            return _merged(path, {}, mine, theirs, conflicts)
    conflicts.append(Conflict(path, base, mine, theirs))
    return theirs if mine is MISSING else mine


def _entries(base: list[Any], mine: list[Any], theirs: list[Any]) -> list[Any]:
    """My list without what they took out, and with what they put in."""
    gone, come = _without(base, theirs), _without(theirs, base)
    return _without(mine, gone) + _without(come, _without(mine, base))


def _without(entries: list[Any], others: list[Any]) -> list[Any]:
    """A list without the entries of another, each taken out once."""
    left, found = list(others), []
    for entry in entries:
        at = next((at for at, other in enumerate(left) if same(entry, other)), None)
        if at is None:
            found.append(entry)
        else:
            del left[at]
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two values are written alike: 1, 1.0 and true are three things."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)

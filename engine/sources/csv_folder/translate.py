"""Cells as rows: their names from the header, text as it stands there. Pure.

A leading nought is part of a number of a person: nothing in a CSV file is taken for a number. Programs that write for
Excel hide such values from it as `="00123"`, or with a tabulator behind them; both are taken off.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from engine.faults import Fault, shown
from engine.sources.plain import plain
from engine.sources.source import PlainRow

FILE, ROW = "_file", "_row"
"""What each row has besides its cells: where it stands."""
DELIMITERS = ",;\t|"
_HIDDEN = re.compile(r'="([^"]*)"')
MESSAGES = {
    "has {actual} cells, the header has {limit}", "the column {value} stands twice",
    "has {actual} columns, {limit} at most", "the header has no name for column {value}", "has no header",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


def delimiter_of(line: str) -> str:
    """The delimiter that a header is written with: the one that stands in it most often."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=bare.count)


def header_of(cells: Sequence[Any], most: int) -> list[str] | Fault:
    """The names of the columns, without empty ones at the end; a fault if they cannot be told apart."""
    names = ["" if cell is None else cell_of(str(cell)) or "" for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        return Fault("", "has no header")
    if len(names) > most:
        return Fault("", "has {actual} columns, {limit} at most", {"actual": len(names), "limit": most})
    seen: set[str] = set()
    for number, name in enumerate(names):
        if not name:
            return Fault("", "the header has no name for column {value}", {"value": number + 1})
        if name in seen:
            return Fault("", "the column {value} stands twice", {"value": shown(name)})
        seen.add(name)
    return names


def row_of(
    names: Sequence[str], cells: Sequence[Any], zone: ZoneInfo, text: Collection[str], *, exact: bool
) -> PlainRow | Fault | None:
    """One row; None for an empty one, a fault for one that has other cells than the header.

    `exact`: a row that is too short is a fault as well (a spreadsheet leaves empty cells out).
    """
    values = [_value(cell, zone) for cell in cells]
    while len(values) > len(names) and values[-1] is None:
        values.pop()
    if all(value is None for value in values):
        return None
    if len(values) > len(names) or (exact and len(values) < len(names)):
        return Fault("", "has {actual} cells, the header has {limit}", {"actual": len(values), "limit": len(names)})
    values += [None] * (len(names) - len(values))
    return {
        name: str(value) if name in text and value is not None else value
        for name, value in zip(names, values, strict=True)
    }


def cell_of(written: str) -> str | None:
    """A cell's text; None for an empty one."""
    stripped = written.replace("\x00", "").strip()
    hidden = _HIDDEN.fullmatch(stripped)
    return (hidden[1] if hidden else stripped) or None


def _value(cell: Any, zone: ZoneInfo) -> Any:
    if isinstance(cell, str):
        return cell_of(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return plain(cell, zone)

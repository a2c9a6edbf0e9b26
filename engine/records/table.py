"""Records as rows of a table: which columns there are, and what a cell says that opens in a spreadsheet.

A text that begins like a formula is one to a spreadsheet, and may send what stands beside it anywhere. Whoever filled
in a form can write such a text, so in CSV, where a text and a formula look alike, an apostrophe stands before it. In
XLSX a cell is a text because it says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from engine.record_types import RecordType, listed_fields

REST = "…"
"""The column of what a record has besides the fields that its type lists."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?[0-9][0-9 ]*(\.[0-9]+)?")
LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet holds."""

Cell = str | int | float | bool | None


def columns(kind: RecordType, unseen: frozenset[str]) -> list[str]:
    """The columns: the key first, then the fields in the schema's order, and one for what else there is."""
    closed = listed_fields(kind.fields) is not None and kind.fields.get("additionalProperties") is False
    known = list(kind.fields.get("properties", {}))
    fields = [kind.key, *(field for field in known if field != kind.key and field not in unseen)]
    return fields if closed else [*fields, REST]


def cells(data: Mapping[str, Any], names: Sequence[str]) -> list[Cell]:
    """A record's row."""
    row = [_plain(data.get(name)) for name in names if name != REST]
    if names[-1] == REST:
        rest = {name: value for name, value in data.items() if name not in names}
        row.append(_plain(rest) if rest else None)
    return row


def guarded(cell: Cell) -> Cell:
    """A cell for CSV: a text that a spreadsheet would take for a formula is marked as a text."""
    if isinstance(cell, str) and cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell


def _plain(value: Any) -> Cell:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return msgspec.json.encode(value).decode()

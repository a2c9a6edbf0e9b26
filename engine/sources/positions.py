"""Where reading has come to, as bytes that give the very same values back. Pure.

A watermark is compared with what stands in somebody's table, so a time has to come back to the microsecond, with a zone
or without as it was, and a number with all its digits; JSON alone keeps none of that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

Position = tuple[Any, ...]
"""The values of the columns that rows are in order of: a time or a version, and an id."""

_TAGGED: Final[dict[type, tuple[str, Callable[[Any], Any]]]] = {
    datetime: ("time", datetime.isoformat), date: ("day", date.isoformat),
    Decimal: ("number", str), UUID: ("uuid", str),
}  # fmt: skip
_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "time": datetime.fromisoformat, "day": date.fromisoformat, "number": Decimal, "uuid": UUID,
}  # fmt: skip
_AS_THEY_ARE: Final = (str, int, float, bytes, bool, type(None))


class NoPosition(ValueError):
    """Rows cannot be read in the order of a value of this kind."""


def packed(position: Position | None) -> list[Any] | None:
    """The position as msgpack keeps it; raises NoPosition for a kind of value that has no order to go by."""
    return None if position is None else [_packed(value) for value in position]


def unpacked(kept: list[Any] | None) -> Position | None:
    """The position that `packed` kept."""
    return None if kept is None else tuple(_unpacked(value) for value in kept)


def _packed(value: Any) -> Any:
    tagged = _TAGGED.get(type(value))
    if tagged is not None:
        return [tagged[0], tagged[1](value)]
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if type(value) not in _AS_THEY_ARE:
        raise NoPosition(f"rows cannot be read in the order of a {type(value).__name__}")
    return value


def _unpacked(kept: Any) -> Any:
    return _READ[kept[0]](kept[1]) if isinstance(kept, list) else kept

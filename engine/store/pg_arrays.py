"""A column's values as one PostgreSQL array in its binary form, packed at once.

psycopg would adapt each value by itself, which costs more than the server takes for the rows. The form is that of
`array_recv`: dimensions, whether there are nulls, the element's type, how many; then each value behind its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct, pack
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEAD = Struct(">iiIii")
_LENGTH = Struct(">i").pack
_NUMBER = Struct(">iq").pack
_NULL = _LENGTH(-1)


class _Array:
    """The values of a column; each type's array is a class of its own, for that is how psycopg finds its dumper."""

    __slots__ = ("values",)

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values


class Bytes(_Array):
    """`bytea[]`"""


class Texts(_Array):
    """`text[]`"""


class Numbers(_Array):
    """`int8[]`"""


class Truths(_Array):
    """`bool[]`"""


def array(column: sa.types.TypeEngine[Any], values: Sequence[Any]) -> _Array:
    """The array for a column of this type."""
    for kind, found in _KINDS:
        if isinstance(column, kind):
            return found(values)
    raise TypeError(f"no array for {column!r}")


_KINDS: tuple[tuple[type[sa.types.TypeEngine[Any]], type[_Array]], ...] = (
    (sa.LargeBinary, Bytes), (sa.Integer, Numbers), (sa.String, Texts), (sa.Boolean, Truths),
)  # fmt: skip


def _packed(element: int, values: Sequence[bytes | None]) -> bytes:
    count = len(values)
    nothing = values.count(None)
    head = _HEAD.pack(1, int(nothing > 0), element, count, 1)
    if nothing == count:
        return head + _NULL * count
    if nothing:
        return head + b"".join([_NULL if value is None else _LENGTH(len(value)) + value for value in values])
    return head + b"".join([_LENGTH(len(value)) + value for value in values])  # type: ignore[arg-type, operator]


class _BytesDumper(Dumper):
    format = Format.BINARY
    oid = 1001

    def dump(self, obj: Bytes) -> bytes:
        return _packed(17, obj.values)


class _TextsDumper(Dumper):
    format = Format.BINARY
    oid = 1009

    def dump(self, obj: Texts) -> bytes:
        if obj.values.count(None) == len(obj.values):
            return _packed(25, obj.values)
        return _packed(25, [None if value is None else value.encode() for value in obj.values])


class _NumbersDumper(Dumper):
    format = Format.BINARY
    oid = 1016

    def dump(self, obj: Numbers) -> bytes:
        values = obj.values
        count = len(values)
        nothing = values.count(None)
        head = _HEAD.pack(1, int(nothing > 0), 20, count, 1)
        if nothing == count:
            return head + _NULL * count
        if nothing:
            return head + b"".join([_NULL if value is None else _NUMBER(8, value) for value in values])
        return head + pack(">" + "iq" * count, *[part for value in values for part in (8, value)])


class _TruthsDumper(Dumper):
    format = Format.BINARY
    oid = 1000

    def dump(self, obj: Truths) -> bytes:
        return _packed(16, [None if value is None else (b"\1" if value else b"\0") for value in obj.values])


def register() -> None:
    """Make these arrays known to psycopg, once for the process."""
    dumpers: dict[type[_Array], type[Any]] = {Bytes: _BytesDumper, Texts: _TextsDumper, Numbers: _NumbersDumper}
    dumpers[Truths] = _TruthsDumper
    for kind, dumper in dumpers.items():
        psycopg.adapters.register_dumper(kind, dumper)

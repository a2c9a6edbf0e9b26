"""A session's command to give fields of its record or its contact new values, as the session's writing carries it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class FieldsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written where; `known` is what the session knows of it, for the answer."""

    session_id: bytes
    command_id: str
    of: Literal["record", "contact"]
    row_id: bytes
    """The record's, or the person's."""
    fields: dict[str, Any]
    known: dict[str, Any]
    at: int
    """Microseconds."""

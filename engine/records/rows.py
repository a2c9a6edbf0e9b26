"""What comes in, and what is said of it: rows of records from any source, by the batch."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.faults import Fault


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One record as a source gives it.

    `source_version` is the source's own mark of how new it is (a number, a time, a text that sorts): one that is older
    than what is kept changes nothing. Without it, what comes last counts.
    """

    data: Any
    source_version: str | int | None = None
    deleted: bool = False
    """Whether the source says that there is no such record any more; `data` need have no more than the key then."""


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was refused: its place, from 0, and every fault in it."""

    row: int
    errors: list[Fault]


class Ingested(msgspec.Struct, kw_only=True):
    """What became of rows. Each is counted once, but for `sessions`, which counts those that triggers have started."""

    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    late: int = 0
    """Older than what is kept."""
    deleted: int = 0
    rejected: list[Rejected] = []
    sessions: int = 0

"""How a source is doing, as people see it: what it has read, what waits, what is wrong."""

from __future__ import annotations

from typing import Literal

import msgspec
import sqlalchemy as sa

from engine.store import spool

State = Literal["starting", "running", "failing", "paused", "off"]


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Times in microseconds; counts since its process has started, but for `waiting` and `rejected`."""

    state: State = "starting"
    read_at: int | None = None
    """When it was last read, or something was received, without a fault."""
    record_at: int | None = None
    """When it last gave a record."""
    records: int = 0
    waiting: int = 0
    """Records that are kept on this side and not yet where they belong."""
    oldest_at: int | None = None
    """Since when the oldest of these waits: the lag."""
    rejected: int = 0
    """Rows and messages that gave no record, as far as they are kept."""
    error: str | None = None
    error_at: int | None = None


def with_what_waits(connection: sa.Connection, name: str, status: SourceStatus) -> SourceStatus:
    """The status, and what is on the disk."""
    waiting = spool.waiting(connection, name)
    rejected = spool.count_faulty(connection, name)
    return msgspec.structs.replace(
        status, waiting=waiting.count, oldest_at=waiting.oldest_at, rejected=rejected
    )  # fmt: skip

"""What has become of one record: what triggers and waiting sessions look at."""

from __future__ import annotations

from typing import Any

import msgspec


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A record that is new, or has other content than before; who posts the same again changes nothing."""

    record_id: bytes
    record_type: str
    key: str
    before: dict[str, Any] | None
    """All of it as it was; None for a record that is new, or that had been deleted."""
    after: dict[str, Any]
    contact_id: bytes | None
    """The person's row; None where the record names nobody."""
    contact: dict[str, Any]
    """As a session gets it: `id` (the person key), `phone`, `name`, `language`, `time_zone`, `email`, if known."""
    version: int
    """Counts from 1."""
    at: int
    """Microseconds UTC."""
    source: str
    """Who brought it: `api`, `session`, or a source's name."""
    session_id: bytes | None = None
    """The session that has made the change: it has its answer, and is not told."""

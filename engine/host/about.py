"""What sessions that begin know of the records and people that they are about: what is kept of them at that moment.

A start may wait in the inbox while its record changes. So it names the record, and is given the content when the
session begins, under a lock that lasts until the session is written: from then on it hears of changes (`following.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store import contacts, records
from engine.store.inbox import Start


class About(msgspec.Struct, frozen=True):
    """What a session begins with."""

    contact: dict[str, Any]
    record: dict[str, Any]
    contact_id: bytes | None


def about(connection: sa.Connection, starts: Iterable[tuple[bytes, Start]]) -> dict[bytes, About]:
    """By the session's id, what those begin with that name a kept record or person."""
    naming = [(identity, start) for identity, start in starts if start.record_id or start.contact_id]
    if not naming:
        return {}
    rows = records.as_they_are(connection, list({start.record_id for _, start in naming if start.record_id}))
    whose = {identity: _person(start, rows) for identity, start in naming}
    unnamed = {whose[identity] for identity, start in naming if not start.contact}
    people = contacts.looked_up(connection, [each for each in unnamed if each is not None])
    found = {}
    for identity, start in naming:
        row, person = rows.get(start.record_id or b""), people.get(whose[identity] or b"")
        found[identity] = About(
            start.contact or ({} if person is None else person.as_session_gets_it),
            start.record if row is None or row.deleted_at is not None else row.data,
            whose[identity],
        )
    return found


def _person(start: Start, rows: dict[bytes, records.Kept]) -> bytes | None:
    if start.contact_id is not None:
        return start.contact_id
    row = rows.get(start.record_id or b"")
    return None if row is None else row.contact_id

"""What a change of records brings about: sessions that wait for it are told, and triggers start what they start.

It is part of the transaction that writes the records, so that a record is in the store exactly when all that it brings
about is on its way; a record that is posted twice changes nothing and brings about nothing (DECISIONS 1, 22).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.events import RecordChanged
from engine.store import inbox
from engine.store.bulk import Select
from engine.store.inbox import Posted
from engine.store.tenant import waiting
from engine.store.times import from_micros

if TYPE_CHECKING:
    from engine.records.change import Change

SOURCE = "record"
RECORD = "record"
"""The kind under which a session waits for its record; the key is the record's id in hex."""
_WAITING = Select(sa.select(waiting.c.key, waiting.c.session_id).where(waiting.c.kind == RECORD), waiting.c.key)


def follow(connection: sa.Connection, changes: Sequence[Change], *, at: int, time_zone: str) -> int:
    """Bring about what these changes bring about; how many sessions were started.

    `at` is now, in microseconds; `time_zone` is that of contacts who have none (`Store.time_zone`).
    """
    _tell(connection, changes, at=at)
    return 0


def forget(connection: sa.Connection, record_ids: Sequence[bytes], *, at: int) -> None:
    """These records are no more: what was planned for them is not done."""


def _tell(connection: sa.Connection, changes: Sequence[Change], *, at: int) -> None:
    """Tell the sessions that wait for one of these records."""
    by_key = {change.record_id.hex(): change for change in changes if change.before is not None}
    told = []
    for key, session_id in _WAITING.run(connection, list(by_key)):
        change = by_key[key]
        before, after = change.before or {}, change.after
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        event = RecordChanged(at=from_micros(at), record=after, changed=changed)
        told.append((session_id, SOURCE, f"{session_id.hex()}-{change.version}", Posted(event=event)))
    inbox.put_each(connection, told, at=at)

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
from engine.store.tenant import session
from engine.store.times import from_micros

if TYPE_CHECKING:
    from engine.records.change import Change

SOURCE = "record"
_ABOUT = Select(sa.select(session.c.record_id, session.c.id).where(session.c.ended_at.is_(None)), session.c.record_id)
"""The sessions that are about a record and have not ended."""


def follow(connection: sa.Connection, changes: Sequence[Change], *, at: int, time_zone: str) -> int:
    """Bring about what these changes bring about; how many sessions were started.

    `at` is now, in microseconds; `time_zone` is that of contacts who have none (`Store.time_zone`).
    """
    _tell(connection, changes, at=at)
    return 0


def forget(connection: sa.Connection, record_ids: Sequence[bytes], *, at: int) -> None:
    """These records are no more: what was planned for them is not done."""


def _tell(connection: sa.Connection, changes: Sequence[Change], *, at: int) -> None:
    """Tell the sessions that are about one of these records, but for the one that has changed it.

    Those that wait for it go on; all others know it as it is now (DECISIONS 13).
    """
    by_id = {change.record_id: change for change in changes}
    told = []
    for record_id, session_id in _ABOUT.run(connection, list(by_id)):
        change = by_id[record_id]
        if session_id == change.session_id:
            continue
        before, after = change.before or {}, change.after
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        event = RecordChanged(at=from_micros(at), record=after, changed=changed)
        told.append((session_id, SOURCE, f"{session_id.hex()}-{change.version}", Posted(event=event)))
    inbox.put_each(connection, told, at=at)

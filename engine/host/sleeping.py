"""Turns of sessions that nobody owns: taken from the inbox in batches, each batch one transaction.

Any process may do it, any number at once: a claimed row is another's until its claim runs out, and a session's row is
written under the revision that was read.
"""

from __future__ import annotations

import structlog

from engine.flow import FlowErrors
from engine.host.programs import Programs, VersionUnknown
from engine.host.turn import Held
from engine.session import Step
from engine.store import Store, now_micros, sessions
from engine.store import inbox as inbox_rows
from engine.store.inbox import Claimed
from engine.store.times import SECOND

log = structlog.get_logger()

BATCH = 100
CLAIM = 30 * SECOND


def serve(store: Store, programs: Programs) -> list[tuple[Held, tuple[Step, ...]]]:
    """Apply the next inbox rows of sessions without owner; the sessions that moved, and the steps they took."""
    at = now_micros()
    with store.begin() as connection:
        claimed = inbox_rows.claim(connection, at=at, until=at + CLAIM, limit=BATCH)
        if not claimed:
            return []
        there = sessions.load(connection, list({row.session_id for row in claimed}))
        held: dict[bytes, Held] = {}
        moved: list[tuple[Held, tuple[Step, ...]]] = []
        for row in claimed:
            if row.session_id not in held:
                found = there.get(row.session_id)
                try:
                    session = _held(store, programs, row) if found is None else _loaded(store, programs, found)
                except (VersionUnknown, FlowErrors) as error:
                    log.error("session is parked", session=row.session_id.hex(), reason=str(error))
                    continue
                if session is None:
                    log.warning("event for no session", session=row.session_id.hex(), event_type=row.posted.event.type)
                    continue
                held[row.session_id] = session
            turn = held[row.session_id].take(row.posted.event)
            if turn is not None:
                moved.append((held[row.session_id], turn.journal))
        writings = [writing for session in held.values() if (writing := session.writing()) is not None]
        lost = sessions.write(connection, writings)
        if lost:
            connection.rollback()
            return []
        inbox_rows.done(connection, [row.id for row in claimed], at=at)
    return moved


def _loaded(store: Store, programs: Programs, found: sessions.Loaded) -> Held:
    return Held.loaded(store.name, found, programs.get(store, found.row.flow_id, found.row.version))


def _held(store: Store, programs: Programs, row: Claimed) -> Held | None:
    """A session that is to be started, if the row says so."""
    start = row.posted.start
    if start is None:
        return None
    return Held(
        tenant=store.name, id=row.session_id, flow_id=start.flow_id, version=start.version,
        program=programs.get(store, start.flow_id, start.version), contact=start.contact, record=start.record,
        owner=None, epoch=0, started_at=now_micros(),
    )  # fmt: skip

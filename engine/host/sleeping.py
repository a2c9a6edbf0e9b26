"""Turns of sessions that nobody owns: what is in the inbox for them, and the moments that have come.

Any process may do it, any number at once: rows are taken in batches, and a batch is one transaction. A claimed row is
another's until its claim runs out, and a session's row is written under the revision that was read.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import sqlalchemy as sa
import structlog

from engine.events import AnyEvent
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
PAUSE = 0.005
MAX_UNANSWERED = 1_000
"""Commands that fail at once, one after the other in one session: past it the session is left for the next time."""

Moved = tuple[Held, tuple[Step, ...]]


def serve(store: Store, programs: Programs) -> list[Moved]:
    """Apply the next inbox rows and due moments of sessions without owner; the sessions that moved, and their steps."""
    at = now_micros()
    with store.begin() as connection:
        claimed = inbox_rows.claim(connection, at=at, until=at + CLAIM, limit=BATCH)
        due = sessions.due(connection, at=at, limit=BATCH)
        if not claimed and not due:
            return []
        held, parked = _held(store, programs, connection, claimed, due)
        moved: list[Moved] = []
        for row in claimed:
            _take(held.get(row.session_id), row.posted.event, moved)
        for identity in due:
            if identity in held:
                _take(held[identity], held[identity].due(at), moved)
        writings = [writing for session in held.values() if (writing := session.writing()) is not None]
        if sessions.write(connection, writings):
            connection.rollback()
            return []
        inbox_rows.done(connection, [row.id for row in claimed if row.session_id not in parked], at=at)
    return moved


def pause(store: Store) -> None:
    """Let others write: on SQLite a writer in a loop makes a call's commit wait for more than a second."""
    if store.engine.dialect.name == "sqlite":
        time.sleep(PAUSE)


def _take(held: Held | None, event: AnyEvent, moved: list[Moved]) -> None:
    """Apply an event, and what follows at once from commands that nothing here can carry out."""
    if held is None:
        return
    turn = held.take(event)
    for _ in range(MAX_UNANSWERED):
        if turn is None:
            return
        moved.append((held, turn.journal))
        answer = next((answer for command in turn.commands if (answer := held.answer(command)) is not None), None)
        if answer is None:
            return
        turn = held.take(answer)


def _held(
    store: Store, programs: Programs, connection: sa.Connection, claimed: Sequence[Claimed], due: Sequence[bytes]
) -> tuple[dict[bytes, Held], set[bytes]]:
    """The sessions that are concerned, and those that are parked: their flow cannot run here, their events wait."""
    parked: set[bytes] = set()
    there = sessions.load(connection, list({row.session_id for row in claimed} | set(due)))
    held: dict[bytes, Held] = {}
    for found in there.values():
        try:
            program = programs.get(store, found.row.flow_id, found.row.version)
        except (VersionUnknown, FlowErrors) as error:
            log.error("session is parked", session=found.row.id.hex(), reason=str(error))
            parked.add(found.row.id)
            continue
        held[found.row.id] = Held.loaded(store.name, found, program)
    for row in claimed:
        if row.session_id in there or row.session_id in held:
            continue
        start = row.posted.start
        if start is None and inbox_rows.pending_start(connection, row.session_id) is not None:
            parked.add(row.session_id)  # another worker is at its start: this event waits for the session to be there
            continue
        if start is None:
            log.warning("event for no session", session=row.session_id.hex(), event_type=row.posted.event.type)
            continue
        try:
            program = programs.get(store, start.flow_id, start.version)
        except (VersionUnknown, FlowErrors) as error:
            log.error("session cannot be started yet", session=row.session_id.hex(), reason=str(error))
            parked.add(row.session_id)
            continue
        held[row.session_id] = Held(
            tenant=store.name, id=row.session_id, flow_id=start.flow_id, version=start.version, program=program,
            contact=start.contact, record=start.record, owner=None, epoch=0, started_at=now_micros(),
            expires_at=start.expires_at, inputs=start.inputs,
        )  # fmt: skip
    return held, parked

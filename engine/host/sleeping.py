"""Turns of sessions that nobody owns: what is in the inbox for them, and the moments that have come.

Any process may do it, any number at once: sessions are taken in batches, and a batch is one transaction. A session that
another has in hand is passed over, and its row is written under the revision that was read. A session whose flow cannot
run in this installation is parked: its events wait, and it is looked at again after seconds, later after minutes.
"""

from __future__ import annotations

import time
from functools import cache

import msgspec
import sqlalchemy as sa
import structlog

from engine.events import AnyEvent, MessageReceived
from engine.flow import Program
from engine.host import counting, field_updates
from engine.host.about import About, about
from engine.host.programs import Programs
from engine.host.turn import Held, commit
from engine.session import SessionParked, Step
from engine.store import Store, messages, now_micros, sleepers
from engine.store.sessions import Loaded, SessionRow
from engine.store.sleepers import Batch
from engine.store.times import SECOND

log = structlog.get_logger()

BATCH = 100
PAUSE = 0.005
PARKED_AT_LEAST, PARKED_AT_MOST = 5 * SECOND, 300 * SECOND
"""A parked session is looked at again after as long as it has waited already, within these."""
MAX_UNANSWERED = 1_000
"""Commands that fail at once, one after the other in one session: past it the session is left for the next time."""

Moved = tuple[Held, tuple[Step, ...]]


class Served(msgspec.Struct):
    """What one transaction did: the turns of sessions that moved; `any` if it did anything at all."""

    moved: list[Moved] = []
    any: bool = False


def serve(store: Store, programs: Programs) -> list[Moved]:
    """Serve the next batch; the sessions that moved, and their steps."""
    return serve_batch(store, programs).moved


def serve_batch(store: Store, programs: Programs) -> Served:
    """Apply the next inbox rows and due moments of sessions without owner, at most 100 sessions, in one transaction."""
    at, began = now_micros(), time.perf_counter()
    with store.begin() as connection:
        batch = sleepers.take(connection, at=at, limit=BATCH)
        if not batch:
            return Served()
        held, parked = _held(connection, store, programs, batch)
        moved: list[Moved] = []
        missed: list[str] = []
        for event in batch.events:
            if event.session_id in held:
                heard = _take(held[event.session_id], event.posted.event, moved)
                if not heard and isinstance(event.posted.event, MessageReceived):
                    missed.append(event.posted.event.message_id)
        for identity in batch.due:
            if identity in held:
                _take(held[identity], held[identity].due(at), moved)
        writings = [writing for session in held.values() if (writing := session.writing()) is not None]
        left = _left(connection, store, batch, held, parked)
        applied = [event.id for event in batch.events if event.session_id not in left]
        if commit(connection, writings, applied, at=at):
            connection.rollback()
            return Served()
        field_updates.carry_out(connection, store, writings)
        if missed:
            messages.missed(connection, missed)
        stuck = set(batch.due) & held.keys() - {writing.row.id for writing in writings}
        if parked or stuck:
            _put_off(connection, batch, parked | stuck, at)
    counting.committed(counting.SLEEPING, writings, applied=len(applied), seconds=time.perf_counter() - began)
    counting.late(counting.SLEEPING, (batch.sessions[one].wake_at for one in batch.due if one in held), at)
    return Served(moved=moved, any=bool(applied or moved or parked))


def pause(store: Store) -> None:
    """Let others write: on SQLite a writer in a loop makes a call's commit wait for more than a second."""
    if store.engine.dialect.name == "sqlite":
        time.sleep(PAUSE)


def _take(held: Held, event: AnyEvent, moved: list[Moved]) -> bool:
    """Apply an event, and what follows at once from commands that nothing here can carry out; whether it meant any."""
    turn = held.take(event)
    heard = turn is not None
    for _ in range(MAX_UNANSWERED):
        if turn is None:
            return heard
        moved.append((held, turn.journal))
        answers = [answer for command in turn.commands if (answer := held.answer(command)) is not None]
        if not answers:
            return heard
        turn = held.take(answers[0])
    return heard


def _held(
    connection: sa.Connection, store: Store, programs: Programs, batch: Batch
) -> tuple[dict[bytes, Held], set[bytes]]:
    """The sessions that go on, and those whose flow cannot run here."""
    parked: set[bytes] = set()
    held: dict[bytes, Held] = {}

    @cache
    def program_of(flow_id: bytes, version: int) -> Program | None:
        return programs.find(store, flow_id, version)

    for row in batch.sessions.values():
        session = _loaded(store, program_of(row.flow_id, row.version), row)
        if session is None:
            parked.add(row.id)
        else:
            held[row.id] = session
    starts = ((event.session_id, event.posted.start) for event in batch.events if event.posted.start is not None)
    kept = about(connection, starts)
    for event in batch.events:
        start = event.posted.start
        if start is None or event.session_id in batch.sessions:
            continue
        program = program_of(start.flow_id, start.version)
        if program is None:
            parked.add(event.session_id)
            continue
        known = kept.get(event.session_id) or About(start.contact, start.record, start.contact_id)
        held[event.session_id] = Held(
            tenant=store.name, id=event.session_id, flow_id=start.flow_id, version=start.version, program=program,
            contact=known.contact, record=known.record, owner=None, epoch=0, started_at=now_micros(),
            expires_at=start.expires_at, inputs=start.inputs, record_id=start.record_id, contact_id=known.contact_id,
        )  # fmt: skip
    return held, parked


def _loaded(store: Store, program: Program | None, row: SessionRow) -> Held | None:
    """A session that can go on; one whose state cannot be read keeps no other from it."""
    if program is None:
        return None
    try:
        return Held.loaded(store.name, Loaded(row=row, legs=[], last_turn=None), program)
    except SessionParked as parked:
        log.error("session is parked", tenant=store.name, session=row.id.hex(), reason=str(parked))
        return None
    except Exception:
        log.exception("session cannot be read", tenant=store.name, session=row.id.hex())
        return None


def _left(
    connection: sa.Connection, store: Store, batch: Batch, held: dict[bytes, Held], parked: set[bytes]
) -> set[bytes]:
    """The sessions whose events stay open: those that are parked, and those that another worker is just starting."""
    strangers = {event.session_id for event in batch.events} - held.keys() - parked
    if not strangers:
        return parked
    nowhere = sleepers.nowhere(connection, strangers)
    for identity in nowhere:
        log.warning("event for no session", tenant=store.name, session=identity.hex())
    return parked | (strangers - nowhere)


def _put_off(connection: sa.Connection, batch: Batch, whose: set[bytes], at: int) -> None:
    """Look at these again after as long as they have waited already, within limits.

    They are parked; or they were woken, and nothing in them waits for that moment, so that they would be due for ever.
    """
    events = {each.id: at + _between(at - each.received_at) for each in batch.events if each.session_id in whose}
    since = {row.id: row.updated_at for row in batch.sessions.values() if row.id in whose}
    moments = {identity: at + _between(at - since[identity]) for identity in batch.due if identity in since}
    sleepers.put_off(connection, events, moments)


def _between(waited: int) -> int:
    return max(PARKED_AT_LEAST, min(waited, PARKED_AT_MOST))

"""Sessions as rows: what a turn has made of them, written together with its journal.

No ORM here: this is the path that every key press takes. A write says which revision it follows and under which epoch;
where no such row is, somebody else owns the session, and the writer must stop (DECISIONS 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store import outbox, starts
from engine.store.outbox import OutboxRow
from engine.store.starts import StartWanted
from engine.store.tenant import journal, leg, session, waiting


class SessionRow(msgspec.Struct, kw_only=True):
    """A session's row as a turn leaves it. Times are microseconds UTC."""

    id: bytes
    flow_id: bytes
    version: int
    status: str
    outcome: str | None
    node: str | None
    rev: int
    state: bytes
    contact: bytes
    record: bytes
    owner: str | None
    owner_epoch: int
    wake_at: int | None
    started_at: int
    updated_at: int
    ended_at: int | None
    expires_at: int | None = None
    """When it is over, however it stands; `wake_at` is never later."""
    contact_key: str | None = None
    """Who the contact is, for counting his sessions."""


class LegRow(msgspec.Struct, kw_only=True):
    """A live party's row."""

    session_id: bytes
    leg: str
    direction: str
    caller: str
    called: str
    state: str
    started_at: int
    answered_at: int | None = None
    ended_at: int | None = None
    cause: str | None = None
    trunk: str | None = None
    fate: str | None = None
    """What became of a call of ours: answered, busy, no_answer, failed, unknown; `cause` is the word for it."""
    rang: bool | None = None
    sip: int | None = None


class JournalRow(msgspec.Struct, kw_only=True):
    """One turn's row."""

    session_id: bytes
    turn: int
    at: int
    body: bytes


class Writing(msgspec.Struct, kw_only=True):
    """What is to be written of one session: its row after the last turn, and the turns' journal.

    `follows` is the revision that is in the database now; None if the session has no row yet.
    """

    row: SessionRow
    follows: int | None
    journal: list[JournalRow]
    legs: dict[str, LegRow]
    snapshot: bool = False
    """Whether the contact, the record or the version has changed, too."""
    listens: list[tuple[str, str]] | None = None
    """What the session waits for by kind and key, if that has changed."""
    outbox: list[OutboxRow] = []
    """What is to be carried out once this is committed."""
    starts: list[StartWanted] = []
    """Other sessions that are to be started with it."""


class Loaded(msgspec.Struct, kw_only=True):
    """A session's row with its live parties, and the body of its last turn."""

    row: SessionRow
    legs: list[LegRow]
    last_turn: bytes | None


_CHANGING = ("status", "outcome", "node", "rev", "state", "owner", "owner_epoch", "wake_at", "updated_at", "ended_at")
_LEG_CHANGING = ("state", "answered_at", "ended_at", "cause", "fate", "rang", "sip")
_INSERT = session.insert()
_UPDATE = (
    session.update()
    .where(
        session.c.id == sa.bindparam("key"),
        session.c.rev == sa.bindparam("follows"),
        session.c.owner_epoch == sa.bindparam("under"),
    )
    .values({name: sa.bindparam(f"new_{name}") for name in _CHANGING})
)
_UPDATE_SNAPSHOT = (
    session.update()
    .where(session.c.id == sa.bindparam("key"))
    .values(contact=sa.bindparam("new_contact"), record=sa.bindparam("new_record"), version=sa.bindparam("new_version"))
)
_STOP_LISTENING = waiting.delete().where(waiting.c.session_id == sa.bindparam("key"))
_LISTEN = waiting.insert()
_INSERT_JOURNAL = journal.insert()
_INSERT_LEG = leg.insert()
_UPDATE_LEG = (
    leg.update()
    .where(leg.c.session_id == sa.bindparam("key"), leg.c.leg == sa.bindparam("name"))
    .values({name: sa.bindparam(f"new_{name}") for name in _LEG_CHANGING})
)


def write(connection: sa.Connection, writings: Sequence[Writing], known_legs: Iterable[str] = ()) -> list[bytes]:
    """Write sessions, journals and parties; gives the ids of sessions that are no longer ours.

    If it gives any, the caller must roll back and stop. `known_legs` are those that have a row already.
    """
    fresh = [msgspec.structs.asdict(writing.row) for writing in writings if writing.follows is None]
    changed = [_changes(writing) for writing in writings if writing.follows is not None]
    if fresh:
        connection.execute(_INSERT, fresh)
    if changed and connection.execute(_UPDATE, changed).rowcount != len(changed):
        return _not_ours(connection, writings)
    snapshots = [
        {
            "key": writing.row.id,
            "new_contact": writing.row.contact,
            "new_record": writing.row.record,
            "new_version": writing.row.version,
        }
        for writing in writings
        if writing.snapshot and writing.follows is not None
    ]
    if snapshots:
        connection.execute(_UPDATE_SNAPSHOT, snapshots)
    _listen(connection, writings)
    entries = [msgspec.structs.asdict(entry) for writing in writings for entry in writing.journal]
    if entries:
        connection.execute(_INSERT_JOURNAL, entries)
    outbox.insert(connection, [row for writing in writings for row in writing.outbox])
    starts.carry_out(connection, [wanted for writing in writings for wanted in writing.starts])
    known = set(known_legs)
    legs = [row for writing in writings for row in writing.legs.values()]
    new_legs = [msgspec.structs.asdict(row) for row in legs if row.leg not in known]
    old_legs = [_leg_changes(row) for row in legs if row.leg in known]
    if new_legs:
        connection.execute(_INSERT_LEG, new_legs)
    if old_legs:
        connection.execute(_UPDATE_LEG, old_legs)
    return []


def _listen(connection: sa.Connection, writings: Sequence[Writing]) -> None:
    """Put what sessions wait for where an event finds them (DECISIONS 12)."""
    changed = [writing for writing in writings if writing.listens is not None]
    before = [{"key": writing.row.id} for writing in changed if writing.follows is not None]
    now = [
        {"kind": kind, "key": key[:200], "session_id": writing.row.id}
        for writing in changed
        for kind, key in dict.fromkeys(writing.listens or ())
    ]
    if before:
        connection.execute(_STOP_LISTENING, before)
    if now:
        connection.execute(_LISTEN, now)


def due(connection: sa.Connection, *, at: int, limit: int) -> list[bytes]:
    """Sessions without owner whose moment has come, the earliest first; locked for this transaction."""
    statement = (
        sa.select(session.c.id)
        .where(session.c.wake_at <= at, session.c.owner.is_(None))
        .order_by(session.c.wake_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(connection.scalars(statement))


def anything_due(connection: sa.Connection, *, at: int) -> bool:
    """Whether there is a session without owner whose moment has come."""
    statement = sa.select(session.c.id).where(session.c.wake_at <= at, session.c.owner.is_(None)).limit(1)
    return connection.execute(statement).first() is not None


def owned(connection: sa.Connection, owner: str) -> list[Loaded]:
    """Every session of an owner, with its parties that have not ended."""
    rows = [_row(found) for found in connection.execute(sa.select(session).where(session.c.owner == owner))]
    return [_loaded(connection, row) for row in rows]


def load(connection: sa.Connection, ids: Sequence[bytes]) -> dict[bytes, Loaded]:
    """The sessions of these ids, locked for this transaction; missing ones are left out."""
    statement = sa.select(session).where(session.c.id.in_(ids)).with_for_update()
    rows = [_row(found) for found in connection.execute(statement)]
    return {row.id: _loaded(connection, row) for row in rows}


def raise_epoch(connection: sa.Connection, owner: str, epoch: int) -> int:
    """Put every session of an owner under a new epoch, so that commits under an older one find no row; how many."""
    ours = sa.and_(session.c.owner == owner, session.c.owner_epoch < epoch)
    return connection.execute(session.update().where(ours).values(owner_epoch=epoch)).rowcount


def _loaded(connection: sa.Connection, row: SessionRow) -> Loaded:
    live = sa.select(leg).where(leg.c.session_id == row.id, leg.c.ended_at.is_(None))
    last = sa.select(journal.c.body).where(journal.c.session_id == row.id).order_by(journal.c.turn.desc()).limit(1)
    return Loaded(
        row=row,
        legs=[LegRow(**found._mapping) for found in connection.execute(live)],
        last_turn=connection.execute(last).scalar_one_or_none(),
    )


def _row(found: sa.Row[Any]) -> SessionRow:
    return SessionRow(**found._mapping)


def _changes(writing: Writing) -> dict[str, Any]:
    row = writing.row
    changes: dict[str, Any] = {f"new_{name}": getattr(row, name) for name in _CHANGING}
    return changes | {"key": row.id, "follows": writing.follows, "under": row.owner_epoch}


def _leg_changes(row: LegRow) -> dict[str, Any]:
    changes: dict[str, Any] = {f"new_{name}": getattr(row, name) for name in _LEG_CHANGING}
    return changes | {"key": row.session_id, "name": row.leg}


def _not_ours(connection: sa.Connection, writings: Sequence[Writing]) -> list[bytes]:
    """Which of the sessions were written by another; all, if it left the same revision and epoch as we would have."""
    ours = {
        writing.row.id: (writing.row.rev, writing.row.owner_epoch, writing.row.state)
        for writing in writings
        if writing.follows is not None
    }
    statement = sa.select(session.c.id, session.c.rev, session.c.owner_epoch, session.c.state)
    rows = connection.execute(statement.where(session.c.id.in_(ours)))
    there = {row.id: (row.rev, row.owner_epoch, row.state) for row in rows}
    return [identity for identity, written in ours.items() if there.get(identity) != written] or list(ours)

"""Sessions as rows: what a turn has made of them, written together with its journal.

No ORM here: this is the path that every key press takes. A write says which revision it follows and under which epoch;
where no such row is, somebody else owns the session, and the writer must stop (DECISIONS 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec.structs import astuple, replace

from engine.records.update import FieldsWanted
from engine.secret import WITH_SECRETS
from engine.store import outbox, sealed, starts
from engine.store.bulk import Delete, Insert, Select, Update
from engine.store.outbox import OutboxRow
from engine.store.starts import StartWanted
from engine.store.tenant import journal, leg, session, waiting


class SessionRow(msgspec.Struct):
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
    record_id: bytes | None = None
    """The kept record that it is about."""
    contact_id: bytes | None = None
    """The kept person that it is with."""


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
    loss_in: int | None = None
    """Per mille of the party's packets that did not reach us; `out`: of ours, as the party reported it."""
    loss_out: int | None = None
    jitter_in: int | None = None
    """Microseconds."""
    jitter_out: int | None = None
    round_trip: int | None = None
    owner: str = ""
    """The engine that has it: two Asterisks may give two calls one name."""


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
    listened: list[tuple[str, str]] = []
    """What it waited for until then."""
    outbox: list[OutboxRow] = []
    """What is to be carried out once this is committed."""
    starts: list[StartWanted] = []
    """Other sessions that are to be started with it."""
    updates: list[FieldsWanted] = []
    """What it writes into its record and its contact."""
    withdrawn: list[str] = []
    """Its commands that are not wanted any more, if they have not left."""


class Loaded(msgspec.Struct, kw_only=True):
    """A session's row with its live parties, and the body of its last turn."""

    row: SessionRow
    legs: list[LegRow]
    last_turn: bytes | None


_ROW = SessionRow.__struct_fields__
_CHANGING = ("status", "outcome", "node", "rev", "state", "owner", "owner_epoch", "wake_at", "updated_at")
QUALITY = ("loss_in", "loss_out", "jitter_in", "jitter_out", "round_trip")
"""The fields of a leg that say how well it was heard."""
_LEG_CHANGING = ("state", "answered_at", "ended_at", "cause", "fate", "rang", "sip", *QUALITY)
_INSERT = Insert(session, _ROW)
_GO_ON = Update(session, ["id", "rev", "owner_epoch"], _CHANGING)
"""Names no column of the indexes of sessions that have not ended: SQLite writes them anew for each that is named."""
_END = Update(session, ["id", "rev", "owner_epoch"], (*_CHANGING, "ended_at"))
_UPDATE_SNAPSHOT = Update(session, ["id"], ["contact", "record", "version"])
_STOP_LISTENING = Delete(waiting, ["kind", "key", "session_id"])
_LISTEN = Insert(waiting, ["kind", "key", "session_id"])
_INSERT_JOURNAL = Insert(journal, JournalRow.__struct_fields__)
_INSERT_LEG = Insert(leg, LegRow.__struct_fields__)
_UPDATE_LEG = Update(leg, ["session_id", "leg"], _LEG_CHANGING)
_LOAD = Select(sa.select(*(session.c[name] for name in _ROW)).order_by(session.c.id).with_for_update(), session.c.id)
_LIVE_LEGS = Select(
    sa.select(*(leg.c[name] for name in LegRow.__struct_fields__)).where(leg.c.ended_at.is_(None)), leg.c.session_id
)
_later = journal.alias("later")
_LAST = sa.select(sa.func.max(_later.c.turn)).where(_later.c.session_id == journal.c.session_id).scalar_subquery()
_LAST_TURNS = Select(
    sa.select(journal.c.session_id, journal.c.body).where(journal.c.turn == _LAST), journal.c.session_id
)  # fmt: skip
_changing_of = attrgetter(*_CHANGING)
_ending_of = attrgetter(*_CHANGING, "ended_at")
_leg_changing_of = attrgetter(*_LEG_CHANGING)


STOPPED = ("cancelled", "expired")
"""The ends of sessions that were stopped: what has not left for them yet is not sent any more."""


def write(connection: sa.Connection, writings: Sequence[Writing], known_legs: Iterable[str] = ()) -> list[bytes]:
    """Write sessions, journals and parties; gives the ids of sessions that are no longer ours.

    If it gives any, the caller must roll back and stop. `known_legs` are those that have a row already.
    """
    fresh = [astuple(_stored(connection, writing.row)) for writing in writings if writing.follows is None]
    _INSERT.run(connection, fresh)
    if not _change(connection, [writing for writing in writings if writing.follows is not None]):
        return _not_ours(connection, writings)
    snapshots = [
        (writing.row.id, writing.row.contact, writing.row.record, writing.row.version)
        for writing in writings
        if writing.snapshot and writing.follows is not None
    ]
    _UPDATE_SNAPSHOT.run(connection, snapshots)
    _listen(connection, writings)
    _INSERT_JOURNAL.run(connection, [astuple(entry) for writing in writings for entry in writing.journal])
    outbox.insert(connection, [row for writing in writings for row in writing.outbox])
    for writing in writings:
        for command_id in writing.withdrawn:
            outbox.cancel(connection, writing.row.id, at=writing.row.updated_at, command_id=command_id)
    stopped = [writing.row for writing in writings if writing.row.status in STOPPED]
    if stopped:
        outbox.cancel_each(connection, [row.id for row in stopped], at=stopped[0].updated_at)
    starts.carry_out(connection, [wanted for writing in writings for wanted in writing.starts])
    legs = [row for writing in writings if writing.legs for row in writing.legs.values()]
    if legs:
        known = set(known_legs)
        _INSERT_LEG.run(connection, [astuple(row) for row in legs if row.leg not in known])
        known_ones = [row for row in legs if row.leg in known]
        _UPDATE_LEG.run(connection, [(row.session_id, row.leg, *_leg_changing_of(row)) for row in known_ones])
    return []


def _change(connection: sa.Connection, writings: Sequence[Writing]) -> bool:
    """Write the rows of sessions that have one; whether all were as their writers had read them."""
    changed = 0
    for update, values_of, ended in ((_GO_ON, _changing_of, False), (_END, _ending_of, True)):
        rows = [
            (writing.row.id, writing.follows, writing.row.owner_epoch, *values_of(_stored(connection, writing.row)))
            for writing in writings
            if (writing.row.ended_at is not None) is ended
        ]
        changed += update.run(connection, rows)
    return changed == len(writings)


def _listen(connection: sa.Connection, writings: Sequence[Writing]) -> None:
    """Put what sessions wait for where an event finds them (DECISIONS 12)."""
    changed = [writing for writing in writings if writing.listens is not None]
    if changed:
        _STOP_LISTENING.run(connection, _waits([(writing.row.id, writing.listened) for writing in changed]))
        _LISTEN.run(connection, _waits([(writing.row.id, writing.listens or ()) for writing in changed]))


def _waits(sessions: Iterable[tuple[bytes, Iterable[tuple[str, str]]]]) -> list[tuple[str, str, bytes]]:
    return [(kind, key[:200], identity) for identity, what in sessions for kind, key in dict.fromkeys(what)]


def anything_owned(connection: sa.Connection, owner: str) -> bool:
    """Whether there is any session of an owner."""
    return connection.execute(sa.select(session.c.id).where(session.c.owner == owner).limit(1)).first() is not None


def owned_expired(connection: sa.Connection, *, at: int, limit: int = 100) -> list[bytes]:
    """Sessions that have an owner and should be over by their expiry."""
    late = sa.and_(session.c.wake_at <= at, session.c.owner.is_not(None), session.c.expires_at <= at)
    return list(connection.scalars(sa.select(session.c.id).where(late).limit(limit)))


def owned(connection: sa.Connection, owner: str) -> list[Loaded]:
    """Every session of an owner, with its parties that have not ended."""
    ids = list(connection.scalars(sa.select(session.c.id).where(session.c.owner == owner)))
    return list(load(connection, ids).values())


def load(connection: sa.Connection, ids: Sequence[bytes]) -> dict[bytes, Loaded]:
    """The sessions of these ids, locked for this transaction; missing ones are left out."""
    rows = [row_of(connection, found) for found in _LOAD.run(connection, sorted(ids))]
    legs: dict[bytes, list[LegRow]] = {}
    for found in _LIVE_LEGS.run(connection, ids):
        legs.setdefault(found[0], []).append(LegRow(**dict(zip(LegRow.__struct_fields__, found, strict=True))))
    turns = {found[0]: found[1] for found in _LAST_TURNS.run(connection, ids)}
    return {row.id: Loaded(row=row, legs=legs.get(row.id, []), last_turn=turns.get(row.id)) for row in rows}


def row_of(connection: sa.Connection, values: Sequence[Any]) -> SessionRow:
    """A session's row from its columns' values, in the order of its fields."""
    row = SessionRow(*values)
    if row.state.startswith(WITH_SECRETS):
        row.state = sealed.open_or_nothing(connection, row.state)
    return row


def _stored(connection: sa.Connection, row: SessionRow) -> SessionRow:
    """The row as it is written: a state that holds a secret is sealed."""
    if not row.state.startswith(WITH_SECRETS):
        return row
    return replace(row, state=sealed.closed(connection, row.state))


def raise_epoch(connection: sa.Connection, owner: str, epoch: int) -> int:
    """Put every session of an owner under a new epoch, so that commits under an older one find no row; how many."""
    ours = sa.and_(session.c.owner == owner, session.c.owner_epoch < epoch)
    return connection.execute(session.update().where(ours).values(owner_epoch=epoch)).rowcount


def _not_ours(connection: sa.Connection, writings: Sequence[Writing]) -> list[bytes]:
    """Which of the sessions were written by another; all, if it left the same revision and epoch as we would have."""
    ours = {
        writing.row.id: (writing.row.rev, writing.row.owner_epoch, writing.row.state)
        for writing in writings
        if writing.follows is not None
    }
    statement = sa.select(session.c.id, session.c.rev, session.c.owner_epoch, session.c.state)
    rows = connection.execute(statement.where(session.c.id.in_(ours)))
    there = {row.id: (row.rev, row.owner_epoch, sealed.open_or_nothing(connection, row.state)) for row in rows}
    return [identity for identity, written in ours.items() if there.get(identity) != written] or list(ours)

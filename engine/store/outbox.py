"""The outbox: what is to be carried out outside, written in the transaction of the turn that asked for it.

    due → sending → done | unknown | dead | cancelled
     ↑______|  certainly not sent: due again, later

`sending` is committed before anything leaves, and under the epoch of the lease by which one process alone drives the
gateway. A row that is found in `sending` under an older epoch may have left or not: nobody knows, and it is not sent a
second time but where its `on_unknown` says so (DECISIONS 4). Whoever ends a row puts the answer into the inbox in the
same transaction, so that it is neither lost nor given twice. While a row is `sending`, `due_at` is when its holder must
be back, where somebody sets it (`store/job_rows.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.store.bulk import Insert, Select, Update
from engine.store.compiled import Compiled, given
from engine.store.sealing import CannotOpen, seal_of
from engine.store.tenant import message, outbox

State = Literal["due", "sending", "done", "unknown", "dead", "cancelled"]
End = Literal["done", "unknown", "dead", "due", "cancelled"]
OnUnknown = Literal["fail", "resend"]

OPEN = ("due", "sending")
TASK = "task"
"""Where what waits for a person stands: nothing carries it out but he (`store/tasks.py`)."""
REASON_CHARACTERS = 1_000


class OutboxRow(msgspec.Struct, kw_only=True):
    """One command to be carried out; `gateway` says by whom, `body` is the command in msgpack.

    Rows of one `lane` (an address) leave one after the other. `sealed` bodies hold secrets: they are encrypted in the
    database; one that cannot be opened here is empty, and `reason` says why. `attempts` counts the sendings that were
    begun, `epoch` is that of the lease under which the last one was.
    """

    id: bytes
    session_id: bytes
    command_id: str
    gateway: str
    state: str
    body: bytes
    attempts: int
    due_at: int
    updated_at: int
    lane: str | None = None
    on_unknown: str = "fail"
    sealed: bool = False
    epoch: int | None = None
    reason: str | None = None
    reference: str | None = None

    @property
    def key(self) -> str:
        """The same over all attempts, and no other row's: for gateways that know idempotency keys."""
        return f"{self.session_id.hex()}-{self.command_id}"


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a row that was `sending`; `due` is another try at `due_at`."""

    id: bytes
    state: End
    reason: str | None = None
    reference: str | None = None
    due_at: int | None = None


COLUMNS = [outbox.c[name] for name in OutboxRow.__struct_fields__]
_NAMES = OutboxRow.__struct_fields__
_INSERT = Insert(outbox, _NAMES)
_CANCEL = Update(outbox, ["session_id", "state"], ["state", "updated_at"])
_STATE = Update(outbox, ["id"], ["state", "epoch", "attempts", "due_at", "updated_at"])
_HAND_ON = Update(outbox, ["id", "gateway", "state"], ["gateway", "reason", "due_at", "updated_at"])
_END = Update(outbox, ["id", "state", "epoch"], ["state", "reason", "reference", "due_at", "updated_at"])


def in_state(*states: str, table: sa.FromClause = outbox) -> sa.ColumnElement[bool]:
    """A state as a literal, for an index of those rows alone to be used."""
    if len(states) == 1:
        return table.c.state == sa.literal(states[0], literal_execute=True)
    return table.c.state.in_(sa.bindparam(None, states, expanding=True, literal_execute=True))


def insert(connection: sa.Connection, rows: Sequence[OutboxRow]) -> None:
    """Write new rows."""
    if rows:
        _INSERT.run(connection, [_values(connection, row) for row in rows])


def claim(
    connection: sa.Connection, gateway: str, *, at: int, epoch: int, limit: int, until: int | None = None
) -> list[OutboxRow]:
    """Take what is due at a gateway, the oldest first: from now on it is `sending` under our epoch.

    A row whose lane has an earlier one that is open, at whichever gateway, is left: at most one of each lane is given.
    """
    rows = [read(connection, found) for found in _DUE.all(connection, gateway, at, limit)]
    for row in rows:
        row.state, row.epoch, row.attempts, row.updated_at = "sending", epoch, row.attempts + 1, at
        row.due_at = row.due_at if until is None else until
    _STATE.run(connection, [(row.id, row.state, epoch, row.attempts, row.due_at, at) for row in rows])
    return sorted(rows, key=lambda row: row.id)


def _due() -> Compiled:
    first = outbox.alias("first")
    earlier = sa.exists().where(
        first.c.lane == outbox.c.lane, first.c.id < outbox.c.id, in_state(*OPEN, table=first)
    )  # fmt: skip
    statement = (
        sa.select(*COLUMNS)
        .where(outbox.c.gateway == given("gateway", outbox.c.gateway), in_state("due"), outbox.c.due_at <= given("at"))
        .where(sa.or_(outbox.c.lane.is_(None), ~earlier))
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(given("limit"))
        .with_for_update(skip_locked=True, of=outbox)
    )
    return Compiled(statement, "gateway", "at", "limit")


_DUE = _due()
_FOUND = Select(
    sa.select(outbox.c.id, outbox.c.state, outbox.c.epoch, outbox.c.reference).with_for_update(), outbox.c.id
)


def end(connection: sa.Connection, endings: Sequence[Ending], *, epoch: int, at: int) -> set[bytes]:
    """End rows that are `sending` under our epoch; the ids of those that were, whose answers may now be given.

    A row that has become `unknown` meanwhile, for we were away too long, and that was carried out, is `done` after all;
    its session has had its answer.
    """
    found = {row[0]: row[1:] for row in _FOUND.run(connection, [ending.id for ending in endings])}
    ours: set[bytes] = set()
    changes = []
    for ending in endings:
        state, under, reference = found.get(ending.id, (None, None, None))
        if state == "sending" and under == epoch:
            ours.add(ending.id)
        elif not (state == "unknown" and ending.state == "done"):
            continue
        reason = ending.reason[:REASON_CHARACTERS] if ending.reason else None
        known = ending.reference or reference
        changes.append((ending.id, state, under, ending.state, reason, known, ending.due_at or at, at))
    _END.run(connection, changes)
    return ours


def refer(connection: sa.Connection, identity: bytes, reference: str, *, epoch: int) -> bool:
    """Note the gateway's own id (or our leg's name) of a row that is `sending` under our epoch."""
    ours = sa.and_(outbox.c.id == identity, in_state("sending"), outbox.c.epoch == epoch)
    return bool(connection.execute(outbox.update().where(ours).values(reference=reference[:200])).rowcount)


def abandoned(connection: sa.Connection, gateway: str, *, epoch: int, limit: int = 500) -> list[OutboxRow]:
    """What was `sending` under an epoch before ours: it may have left or not. Now it is under ours, to be ended."""
    old = sa.or_(outbox.c.epoch.is_(None), outbox.c.epoch < epoch)
    found = (
        sa.select(outbox.c.id)
        .where(outbox.c.gateway == gateway, in_state("sending"), old)
        .limit(limit)
        .with_for_update(skip_locked=True, of=outbox)
    )
    ids = list(connection.scalars(found))
    if not ids:
        return []
    statement = outbox.update().where(outbox.c.id.in_(ids)).values(epoch=epoch).returning(*COLUMNS)
    return [read(connection, row) for row in connection.execute(statement)]


class Waiting(msgspec.Struct, frozen=True):
    """What waits at a gateway; `reason` says why, if it was tried."""

    id: bytes
    lane: str | None
    reason: str | None
    due_at: int


def due_at_gateway(
    connection: sa.Connection, gateway: str, *, after: tuple[int, bytes], until: int | None, limit: int
) -> list[Waiting]:
    """What is due at a gateway until then, or ever, behind a time and an id, in the order of both."""
    moment, identity = after
    behind = sa.or_(outbox.c.due_at > moment, sa.and_(outbox.c.due_at == moment, outbox.c.id > identity))
    rows = sa.and_(outbox.c.gateway == gateway, in_state("due"), outbox.c.due_at >= moment, behind)
    if until is not None:
        rows = sa.and_(rows, outbox.c.due_at <= until)
    columns = [outbox.c[name] for name in Waiting.__struct_fields__]
    statement = sa.select(*columns).where(rows).order_by(outbox.c.due_at, outbox.c.id).limit(limit)
    return [Waiting(*row) for row in connection.execute(statement)]


def hand_on(
    connection: sa.Connection, gateway: str, moves: Sequence[tuple[bytes, str]], *, reason: str | None, at: int
) -> int:
    """Rows that are due at a gateway are due at another one from now on; how many still were."""
    rows = [(identity, gateway, "due", to, reason, at, at) for identity, to in moves]
    return _HAND_ON.run(connection, rows) if rows else 0


def hand_back(connection: sa.Connection, gateway: str, to: str, *, at: int) -> int:
    """What waits at a gateway that is to be no more waits at another one, and what failed may be sent again there.

    How many wait.
    """
    ours = outbox.c.gateway == gateway
    for state in ("dead", "unknown"):
        connection.execute(outbox.update().where(ours, in_state(state)).values(gateway=to))
    moved = outbox.update().where(ours, in_state("due")).values(gateway=to, due_at=at, updated_at=at)
    return connection.execute(moved).rowcount


def is_on_its_way(connection: sa.Connection, gateway: str) -> bool:
    """Whether something is `sending` at a gateway."""
    rows = sa.select(outbox.c.id).where(outbox.c.gateway == gateway, in_state("sending"))
    return bool(connection.scalar(sa.select(sa.exists(rows))))


def cancel(connection: sa.Connection, session_id: bytes, *, at: int, command_id: str | None = None) -> int:
    """What has not left yet is not wanted any more: one command of a session, or all of them; how many there were."""
    due = sa.and_(outbox.c.session_id == session_id, in_state("due"))
    if command_id is not None:
        due = sa.and_(due, outbox.c.command_id == command_id)
    count = connection.execute(outbox.update().where(due).values(state="cancelled", updated_at=at)).rowcount
    if count:
        _withdraw(connection, [session_id], at=at)
    return count


def cancel_each(connection: sa.Connection, session_ids: Sequence[bytes], *, at: int) -> int:
    """The same for all that these sessions have asked for."""
    count = _CANCEL.run(connection, [(identity, "due", "cancelled", at) for identity in session_ids])
    if count:
        _withdraw(connection, session_ids, at=at)
    return count


def _withdraw(connection: sa.Connection, session_ids: Sequence[bytes], *, at: int) -> None:
    """The messages among them that had been tried before are in the ledger, waiting."""
    gone = sa.select(outbox.c.id).where(outbox.c.session_id.in_(session_ids), outbox.c.state == "cancelled")
    waiting = sa.and_(message.c.session_id.in_(session_ids), message.c.state == "queued", message.c.id.in_(gone))
    changed = {"state": "stopped", "reason": "withdrawn: nobody waits for it any more", "ended_at": at}
    connection.execute(message.update().where(waiting).values(changed))


def by_command(connection: sa.Connection, session_id: bytes, command_id: str) -> OutboxRow | None:
    """The row of a session's command."""
    one = sa.and_(outbox.c.session_id == session_id, outbox.c.command_id == command_id)
    row = connection.execute(sa.select(*COLUMNS).where(one)).one_or_none()
    return None if row is None else read(connection, row)


def _values(connection: sa.Connection, row: OutboxRow) -> tuple[Any, ...]:
    if row.sealed:
        row = msgspec.structs.replace(row, body=seal_of(connection).close(row.body))
    return msgspec.structs.astuple(row)


def read(connection: sa.Connection, found: Sequence[Any]) -> OutboxRow:
    """A row as `COLUMNS` gives it, opened if it was sealed."""
    row = OutboxRow(**dict(zip(_NAMES, found, strict=True)))
    row.sealed = bool(row.sealed)
    if row.sealed:
        try:
            row.body = seal_of(connection).open(row.body)
        except CannotOpen as error:
            row.body, row.reason = b"", str(error)
    return row

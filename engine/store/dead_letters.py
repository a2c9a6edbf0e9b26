"""The outbox as people see it: what waits, what has left, what failed or is unknown, and sending that again.

Sending again is a person's decision, and it is written down who took it: what is `unknown` may have arrived.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store import messages, receipts
from engine.store.outbox import TASK
from engine.store.sealing import CannotOpen, seal_of
from engine.store.tenant import outbox
from engine.store.walked_flows import of_none

FAILED = ("dead", "unknown")
"""The states in which a person has to look at a row."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the outbox; `body` is the command, empty if it cannot be opened here."""

    id: bytes
    session_id: bytes
    command_id: str
    gateway: str
    state: str
    body: bytes
    attempts: int
    due_at: int
    updated_at: int
    on_unknown: str
    sealed: bool
    reason: str | None
    reference: str | None
    handled_by: str | None
    handled_at: int | None


class Depth(msgspec.Struct, frozen=True, kw_only=True):
    """How much is in one state at one gateway, and since when the longest is due (or was begun)."""

    gateway: str
    state: str
    count: int
    since: int


_COLUMNS = [outbox.c[name] for name in Letter.__struct_fields__]


def letter(connection: sa.Connection, identity: bytes) -> Letter | None:
    """The row of this id."""
    row = connection.execute(sa.select(*_COLUMNS).where(outbox.c.id == identity)).one_or_none()
    return None if row is None else _letter(connection, row)


def letters(
    connection: sa.Connection,
    *,
    states: Sequence[str] = (),
    gateway: str | None = None,
    session_id: bytes | None = None,
    handled: bool | None = None,
    unseen: Collection[bytes] = (),
    before: bytes | None = None,
    limit: int,
) -> list[Letter]:
    """Rows, the newest first. `handled`: whether somebody has dismissed it or sent it again since it failed.

    None of sessions of `unseen` flows.
    """
    statement = sa.select(*_COLUMNS).order_by(outbox.c.id.desc()).limit(limit)
    if unseen:
        statement = statement.where(of_none(outbox.c.session_id, unseen))
    if states:
        statement = statement.where(outbox.c.state.in_(states))
    if states and set(states) <= set(FAILED):  # lets the small index of failed rows be used
        statement = statement.where(_FAILED)
    if gateway is not None:
        statement = statement.where(outbox.c.gateway == gateway)
    if session_id is not None:
        statement = statement.where(outbox.c.session_id == session_id)
    if handled is not None:
        statement = statement.where(_HANDLED if handled else ~_HANDLED)
    if before is not None:
        statement = statement.where(outbox.c.id < before)
    return [_letter(connection, row) for row in connection.execute(statement)]


def resend(connection: sa.Connection, identity: bytes, *, by: str, at: int, carried_out: bool = False) -> bool:
    """Let a dead or unknown row leave again, on somebody's word; False if it is neither.

    `carried_out`: also one that was, and of which a receipt has said later that it did not arrive.
    """
    states = (*FAILED, "done") if carried_out else FAILED
    failed = sa.and_(outbox.c.id == identity, outbox.c.state.in_(states))
    changed = {
        "state": "due", "attempts": 0, "due_at": at, "updated_at": at, "handled_by": by[:200], "handled_at": at,
    }  # fmt: skip
    if not connection.execute(outbox.update().where(failed).values(changed)).rowcount:
        return False
    receipts.forget(connection, identity)
    messages.queue_again(connection, identity, by=by, at=at)
    return True


def dismiss(connection: sa.Connection, identity: bytes, *, by: str, at: int) -> bool:
    """Somebody has seen a dead or unknown row, and it is settled; False if it is neither."""
    failed = sa.and_(outbox.c.id == identity, outbox.c.state.in_(FAILED))
    changed = {"updated_at": at, "handled_by": by[:200], "handled_at": at}
    return bool(connection.execute(outbox.update().where(failed).values(changed)).rowcount)


def depths(connection: sa.Connection) -> list[Depth]:
    """How much waits, is on its way, or failed and was not looked at; for metrics and alerts."""
    found: list[Depth] = []
    for condition, since in (
        (outbox.c.state == sa.literal("due", literal_execute=True), sa.func.min(outbox.c.due_at)),
        (outbox.c.state == sa.literal("sending", literal_execute=True), sa.func.min(outbox.c.updated_at)),
        (sa.and_(_FAILED, ~_HANDLED), sa.func.min(outbox.c.updated_at)),
    ):
        statement = (
            sa.select(outbox.c.gateway, outbox.c.state, sa.func.count(), since)
            .where(condition, outbox.c.gateway != TASK)  # a person's time is his own
            .group_by(outbox.c.gateway, outbox.c.state)
        )
        for gateway, state, count, first in connection.execute(statement):
            found.append(Depth(gateway=gateway, state=state, count=count, since=first))
    return found


_FAILED = outbox.c.state.in_(sa.bindparam(None, FAILED, expanding=True, literal_execute=True))
_HANDLED = sa.and_(outbox.c.handled_at.is_not(None), outbox.c.handled_at >= outbox.c.updated_at)


def _letter(connection: sa.Connection, found: sa.Row[Any]) -> Letter:
    row = Letter(**{name: found._mapping[name] for name in Letter.__struct_fields__})
    if not row.sealed:
        return row
    try:
        return msgspec.structs.replace(row, body=seal_of(connection).open(row.body))
    except CannotOpen:
        return msgspec.structs.replace(row, body=b"")

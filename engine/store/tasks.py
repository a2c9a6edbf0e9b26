"""Tasks: what waits for a person. A task is the outbox's row of its command, which no gateway carries out but somebody.

It is `due` until somebody decides, `done` then, and `cancelled` when its session does not wait for it any more. The
decision and the session's answer are written in one transaction, so that of two who decide at once one is told no.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.commands import AnyCommand, CreateTask
from engine.secret import kept
from engine.store.ids import made_at
from engine.store.outbox import TASK
from engine.store.sealing import CannotOpen, seal_of
from engine.store.tenant import outbox, session
from engine.store.walked_flows import of_none

State = Literal["open", "decided", "withdrawn"]
_STATES: dict[State, str] = {"open": "due", "decided": "done", "withdrawn": "cancelled"}
_WORDS: dict[str, State] = {written: state for state, written in _STATES.items()}
BATCH = 500
_decode = msgspec.msgpack.Decoder(AnyCommand, ext_hook=kept).decode


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """One task, with the session that waits for it. Times are microseconds; `decision` is an id of its decisions."""

    id: bytes
    session_id: bytes
    command_id: str
    state: State
    task: CreateTask
    flow_id: bytes | None
    node: str | None
    created_at: int
    decision: str | None
    decided_by: str | None
    decided_at: int | None


_COLUMNS = (
    outbox.c.id, outbox.c.session_id, outbox.c.command_id, outbox.c.state, outbox.c.body, outbox.c.sealed,
    outbox.c.reference, outbox.c.handled_by, outbox.c.handled_at, session.c.flow_id, session.c.node,
)  # fmt: skip
_OF_SESSION = session.c.id == outbox.c.session_id
_JOINED: sa.Select[Any] = sa.select(*_COLUMNS).join_from(outbox, session, _OF_SESSION, isouter=True)
_TASK = outbox.c.gateway == sa.literal(TASK, literal_execute=True)


def get(connection: sa.Connection, identity: bytes) -> TaskRow | None:
    """The task of this id."""
    found = connection.execute(_JOINED.where(outbox.c.id == identity, _TASK)).one_or_none()
    return None if found is None else _row(connection, found)


def page(
    connection: sa.Connection, *, state: State, role: str | None, before: bytes | None, limit: int,
    unseen: Collection[bytes] = (),
) -> list[TaskRow]:  # fmt: skip
    """Tasks, the newest first; of one role if asked for; none of sessions of `unseen` flows."""
    rows: list[TaskRow] = []
    for row in _every(connection, state, before, unseen):
        if role is None or row.task.role == role:
            rows.append(row)
            if len(rows) == limit:
                break
    return rows


def decide(connection: sa.Connection, identity: bytes, *, decision: str, by: str, at: int) -> bool:
    """Somebody has decided; False if it was decided, or withdrawn, before."""
    waiting = sa.and_(outbox.c.id == identity, _TASK, _is("open"))
    changed = {"state": "done", "reference": decision[:200], "handled_by": by[:200], "handled_at": at, "updated_at": at}
    return bool(connection.execute(outbox.update().where(waiting).values(changed)).rowcount)


def count(connection: sa.Connection, *, most: int, unseen: Collection[bytes] = ()) -> int:
    """How many wait for somebody, counted up to `most`; none of sessions of `unseen` flows."""
    some = sa.select(outbox.c.id).where(_TASK, _is("open"), of_none(outbox.c.session_id, unseen)).limit(most).subquery()
    return connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def _is(state: State) -> sa.ColumnElement[bool]:
    return outbox.c.state == sa.literal(_STATES[state], literal_execute=True)


def _every(
    connection: sa.Connection, state: State, before: bytes | None, unseen: Collection[bytes]
) -> Iterator[TaskRow]:
    """Batch after batch, for the role stands within the command."""
    while True:
        mine = (_TASK, _is(state), of_none(outbox.c.session_id, unseen))
        statement = _JOINED.where(*mine).order_by(outbox.c.id.desc()).limit(BATCH)
        if before is not None:
            statement = statement.where(outbox.c.id < before)
        found = connection.execute(statement).all()
        for each in found:
            if (row := _row(connection, each)) is not None:
                yield row
        if len(found) < BATCH:
            return
        before = found[-1].id


def _row(connection: sa.Connection, found: sa.Row[Any]) -> TaskRow | None:
    """None for one that cannot be read here: of another version, or sealed with a key that is gone."""
    try:
        task = _decode(seal_of(connection).open(found.body) if found.sealed else found.body)
    except (CannotOpen, msgspec.MsgspecError):
        return None
    if not isinstance(task, CreateTask):
        return None
    return TaskRow(
        id=found.id, session_id=found.session_id, command_id=found.command_id, state=_WORDS.get(found.state, "open"),
        task=task, flow_id=found.flow_id, node=found.node, created_at=made_at(found.id),
        decision=found.reference, decided_by=found.handled_by, decided_at=found.handled_at,
    )  # fmt: skip

"""What is old enough to go: ended sessions with all that belongs to them, and events that were applied long ago.

A session's id holds the time at which it began, so that the old ones are the beginning of the primary key, and each
look goes on where the last one ended. Whoever deletes a batch has exported it before; what has changed meanwhile stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.session.session import shown
from engine.store import sealed, started
from engine.store.bulk import Select
from engine.store.ids import first_id
from engine.store.tenant import idempotency, inbox, journal, leg, lineage, outbox, session, spoken_prompt
from engine.store.times import SECOND

IDEMPOTENCY_KEPT = 24 * 3600 * SECOND
_SESSION = (
    "id", "flow_id", "version", "status", "outcome", "node", "state", "contact", "record", "started_at", "ended_at",
)  # fmt: skip
_TURN = ("session_id", "turn", "at", "body")
_LEG = tuple(column.name for column in leg.c if column.name != "rang")
_COMMAND = ("session_id", "command_id", "gateway", "state", "attempts", "updated_at", "reason", "reference")
_TURNS = Select(sa.select(*(journal.c[name] for name in _TURN)), journal.c.session_id)
_LEGS = Select(sa.select(*(leg.c[name] for name in _LEG)), leg.c.session_id)
_COMMANDS = Select(sa.select(*(outbox.c[name] for name in _COMMAND)), outbox.c.session_id)


class Old(msgspec.Struct, kw_only=True):
    """An ended session with all that is kept of it: plain data, but for ids and times, which are as they are stored."""

    id: bytes
    session: dict[str, Any]
    turns: list[dict[str, Any]]
    legs: list[dict[str, Any]]
    commands: list[dict[str, Any]]


def ended_before(connection: sa.Connection, before: int, *, after: bytes, limit: int) -> list[Old]:
    """Sessions that ended before a moment and whose commands are carried out, in the order of their ids."""
    statement = (
        sa.select(*(session.c[name] for name in _SESSION))
        .where(session.c.id > after, session.c.id < first_id(before), session.c.ended_at < before, ~_at_work())
        .order_by(session.c.id)
        .limit(limit)
    )
    found = {row.id: dict(row._mapping) for row in connection.execute(statement)}
    turns = _by_session(_TURN, _TURNS.run(connection, list(found)))
    legs = _by_session(_LEG, _LEGS.run(connection, list(found)))
    commands = _by_session(_COMMAND, _COMMANDS.run(connection, list(found)))
    return [
        Old(
            id=identity, session=_opened(connection, row), commands=commands.get(identity, []),
            legs=legs.get(identity, []),
            turns=[
                turn | {"body": msgspec.msgpack.decode(turn["body"])}
                for turn in sorted(turns.get(identity, []), key=lambda turn: turn["turn"])
            ],
        )
        for identity, row in found.items()
    ]  # fmt: skip


def delete(connection: sa.Connection, identities: Sequence[bytes], before: int) -> int:
    """Delete those of these sessions that still are as old, with all that belongs to them; how many.

    Their events in the inbox go by their own age.
    """
    still = sa.select(session.c.id).where(session.c.id.in_(identities), session.c.ended_at < before, ~_at_work())
    ids = list(connection.scalars(still.with_for_update()))
    if ids:
        started.forget(connection, ids)
        for table in (journal, leg, outbox, lineage, spoken_prompt):
            connection.execute(table.delete().where(table.c.session_id.in_(ids)))
        connection.execute(session.delete().where(session.c.id.in_(ids)))
    return len(ids)


def delete_applied(connection: sa.Connection, before: int, *, limit: int) -> int:
    """Delete events that were applied before a moment, the oldest first; how many."""
    applied = (
        sa.select(inbox.c.id)
        .where(inbox.c.id < first_id(before), inbox.c.done_at < before)
        .order_by(inbox.c.id)
        .limit(limit)
    )  # fmt: skip
    return connection.execute(inbox.delete().where(inbox.c.id.in_(applied))).rowcount


def delete_answers(connection: sa.Connection, *, at: int, limit: int) -> int:
    """Delete answers that were kept for requests that come twice; how many."""
    old = sa.select(idempotency.c.key).where(idempotency.c.created_at < at - IDEMPOTENCY_KEPT).limit(limit)
    return connection.execute(idempotency.delete().where(idempotency.c.key.in_(old))).rowcount


def _at_work() -> sa.ColumnElement[bool]:
    """Whether a command of the session is still to be carried out."""
    states = ("due", "sending")
    return sa.exists(sa.select(outbox.c.id).where(outbox.c.session_id == session.c.id, outbox.c.state.in_(states)))


def _opened(connection: sa.Connection, row: dict[str, Any]) -> dict[str, Any]:
    """A session's row with its state's variables and results; secrets are left out with the rest of the state."""
    run = shown(sealed.opened(connection, row.pop("state"))).runs[0]
    plain = {name: msgspec.msgpack.decode(row[name]) for name in ("contact", "record")}
    return row | plain | {"vars": run.vars, "results": run.results}


def _by_session(names: Sequence[str], rows: list[tuple[Any, ...]]) -> dict[bytes, list[dict[str, Any]]]:
    found: dict[bytes, list[dict[str, Any]]] = {}
    for row in rows:
        values = dict(zip(names, row, strict=True))
        found.setdefault(values.pop("session_id"), []).append(values)
    return found

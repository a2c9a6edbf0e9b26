"""Calls of ours as rows: what is due to be called, and that a call has begun or ended.

A call's row in the outbox, its session's owner and its leg change in one transaction, before anything is dialled. So
whoever finds a row in `sending` knows by which name to ask Asterisk for the call, and never calls a second time.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.store.outbox import REASON_CHARACTERS, OutboxRow
from engine.store.sessions import LegRow
from engine.store.tenant import leg, outbox, session

GATEWAY = "telephone"
End = Literal["done", "unknown", "cancelled"]

_COLUMNS = [outbox.c[name] for name in OutboxRow.__struct_fields__]


def _is(state: str) -> sa.ColumnElement[bool]:
    """A state as a literal, for an index of those rows alone to be used."""
    return outbox.c.state == sa.literal(state, literal_execute=True)


def due(connection: sa.Connection, *, at: int, limit: int, gateway: str = GATEWAY) -> list[OutboxRow]:
    """Calls that are to be placed now, the oldest first."""
    statement = (
        sa.select(*_COLUMNS)
        .where(outbox.c.gateway == gateway, _is("due"), outbox.c.due_at <= at)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
    )
    return [_row(found) for found in connection.execute(statement)]


def postpone(connection: sa.Connection, identities: list[bytes], *, until: int) -> None:
    """These are looked at again then: others are not to wait behind them."""
    connection.execute(outbox.update().where(outbox.c.id.in_(identities), _is("due")).values(due_at=until))


def begin(connection: sa.Connection, identity: bytes, *, name: str, epoch: int, at: int) -> bool:
    """From now on this call is on its way, as the leg of this name; False if it is not to be placed any more."""
    changed: dict[str, Any] = {
        "state": "sending", "reference": name, "epoch": epoch, "attempts": outbox.c.attempts + 1, "updated_at": at,
    }  # fmt: skip
    return bool(connection.execute(outbox.update().where(outbox.c.id == identity, _is("due")).values(changed)).rowcount)


def refer(connection: sa.Connection, identity: bytes, *, name: str, at: int) -> None:
    """The call is tried by another trunk, as another leg."""
    mine = sa.and_(outbox.c.id == identity, _is("sending"))
    connection.execute(outbox.update().where(mine).values(reference=name, updated_at=at))


def end(connection: sa.Connection, identity: bytes, state: End, *, at: int, reason: str | None = None) -> bool:
    """The call's fate is known, or will never be; False if the row had ended."""
    short = reason[:REASON_CHARACTERS] if reason else None
    still = sa.and_(outbox.c.id == identity, outbox.c.state.in_(("due", "sending")))
    return bool(
        connection.execute(outbox.update().where(still).values(state=state, reason=short, updated_at=at)).rowcount
    )


def left(connection: sa.Connection, owner: str) -> list[OutboxRow]:
    """Calls on their way of an owner's sessions: those that the engine before this one had begun."""
    of_owner = sa.select(session.c.id).where(session.c.owner == owner)
    statement = sa.select(*_COLUMNS).where(
        outbox.c.gateway == GATEWAY, _is("sending"), outbox.c.session_id.in_(of_owner)
    )
    return [_row(found) for found in connection.execute(statement)]


def own(connection: sa.Connection, party: LegRow, *, owner: str, epoch: int) -> None:
    """The session is ours, with this party; its row was locked and had no owner."""
    mine = session.update().where(session.c.id == party.session_id).values(owner=owner, owner_epoch=epoch)
    connection.execute(mine)
    connection.execute(leg.insert().values(msgspec.structs.asdict(party) | {"owner": owner}))


def _row(found: sa.Row[Any]) -> OutboxRow:
    return OutboxRow(**{name: found._mapping[name] for name in OutboxRow.__struct_fields__})

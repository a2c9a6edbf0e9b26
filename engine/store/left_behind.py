"""Sessions whose engine is no more: their parties are gone with it, and they go on like all that sleep.

A session with somebody on the line is written by its engine alone. If that never comes back, or has lost sight of it,
nobody would ever write it again. So its parties are noted as lost, it hears of each by its inbox, and it belongs to
nobody: the workers serve it. The epoch goes up with that, so that an engine which has it in memory after all finds no
row to write (DECISIONS 3).
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from engine.events import CallEnded, CallFailed
from engine.store import calls, inbox
from engine.store.inbox import Posted
from engine.store.tenant import fax, leg, outbox, session
from engine.store.times import from_micros

SOURCE = "left behind"
LOST, UNKNOWN = "lost", "unknown"


def owners(connection: sa.Connection) -> set[str]:
    """Who owns sessions, or has faxes on their way."""
    of_sessions = sa.select(session.c.owner).where(session.c.owner.is_not(None)).distinct()
    of_faxes = sa.select(fax.c.owner).where(fax.c.ended_at.is_(None), fax.c.owner.is_not(None)).distinct()
    return {*connection.scalars(of_sessions), *connection.scalars(of_faxes)}


def owned(connection: sa.Connection, owner: str) -> list[bytes]:
    """The sessions of an owner."""
    return list(connection.scalars(sa.select(session.c.id).where(session.c.owner == owner)))


def let_go(
    connection: sa.Connection, owner: str, identities: Collection[bytes], *, epoch: int | None, at: int
) -> int:
    """Let these sessions go on without their owner; how many did.

    Those that are under a later epoch than `epoch` are not touched: an engine has taken them on.
    """
    ours = sa.and_(session.c.owner == owner, session.c.id.in_(list(identities)))
    if epoch is not None:
        ours = sa.and_(ours, session.c.owner_epoch <= epoch)
    locked = list(connection.scalars(sa.select(session.c.id).where(ours).order_by(session.c.id).with_for_update()))
    if not locked:
        return 0
    dialled = _dialled(connection, locked, at)
    there = sa.and_(leg.c.session_id.in_(locked), leg.c.ended_at.is_(None))
    events = []
    for row in connection.execute(sa.select(leg.c.session_id, leg.c.leg, leg.c.rang).where(there)):
        name = f"{row.session_id.hex()}-{row.leg}"[:200]
        command = dialled.get((row.session_id, row.leg))
        if command is None:
            posted = Posted(event=CallEnded(at=from_micros(at), leg=row.leg, cause=LOST))
        else:
            posted = Posted(
                event=CallFailed(at=from_micros(at), command_id=command, cause=UNKNOWN, rang=bool(row.rang))
            )
        events.append((row.session_id, SOURCE, name, posted))
    ended = {"state": "ended", "ended_at": at, "cause": LOST}
    connection.execute(leg.update().where(there).values(ended))
    inbox.put_each(connection, events, at=at)
    free = {"owner": None, "owner_epoch": session.c.owner_epoch + 1}
    connection.execute(session.update().where(session.c.id.in_(locked)).values(free))
    return len(locked)


def _dialled(connection: sa.Connection, identities: list[bytes], at: int) -> dict[tuple[bytes, str], str]:
    """The calls that were on their way, by session and leg, with their commands: unknown from now on."""
    statement = sa.select(outbox.c.id, outbox.c.session_id, outbox.c.reference, outbox.c.command_id).where(
        outbox.c.session_id.in_(identities), outbox.c.gateway == calls.GATEWAY, outbox.c.state == "sending"
    )
    found = {}
    for row in connection.execute(statement).all():
        calls.end(connection, row.id, "unknown", at=at, reason=UNKNOWN)
        mine = sa.and_(leg.c.session_id == row.session_id, leg.c.leg == row.reference, leg.c.ended_at.is_(None))
        connection.execute(leg.update().where(mine).values(fate=UNKNOWN))
        found[row.session_id, row.reference] = row.command_id
    return found

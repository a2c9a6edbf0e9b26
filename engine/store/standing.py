"""How a tenant stands for those who look at it: who is on the line, and what waits for somebody.

Each is counted by an index of such rows alone, and no further than `MOST`: a page says “1,000 and more”.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store import tasks
from engine.store.tenant import leg, message, outbox, session
from engine.store.walked_flows import of_none

MOST = 1_000


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How many parties are on the line, sessions go on, and things wait for a person."""

    calls: int
    running: int
    live: int
    tasks: int
    inbox: int
    failed: int


def of_tenant(connection: sa.Connection, *, but: Collection[bytes] = ()) -> Standing:
    """How a tenant stands at this moment, without what belongs to sessions of these flows."""
    drawn = session.c.flow_id.not_in(but) if but else sa.true()
    return Standing(
        calls=_count(connection, leg.c.leg, leg.c.ended_at.is_(None), of_none(leg.c.session_id, but)),
        running=_count(connection, session.c.id, session.c.owner.is_not(None), drawn),
        live=_count(connection, session.c.id, session.c.ended_at.is_(None), drawn),
        tasks=tasks.count(connection, most=MOST, unseen=but),
        inbox=_count(
            connection, message.c.id, _INBOX, message.c.handled_at.is_(None), of_none(message.c.session_id, but)
        ),
        failed=_count(connection, outbox.c.id, _FAILED, _UNSEEN, of_none(outbox.c.session_id, but)),
    )


def _count(connection: sa.Connection, column: sa.ColumnElement[Any], *conditions: sa.ColumnElement[bool]) -> int:
    some = sa.select(column).where(*conditions).limit(MOST).subquery()
    return connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0


_INBOX = message.c.became == sa.literal("inbox", literal_execute=True)
_FAILED = outbox.c.state.in_(sa.bindparam(None, ("dead", "unknown"), expanding=True, literal_execute=True))
_UNSEEN = sa.or_(outbox.c.handled_at.is_(None), outbox.c.handled_at < outbox.c.updated_at)

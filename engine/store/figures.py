"""How a tenant stands, in a few figures: what waits, for how long, and how many have failed.

Each is one look by a small index, for it is asked every few seconds of every tenant. The share of failures is that of
the newest sessions, so that it costs the same however many there are.
"""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.store import campaigns, dead_letters
from engine.store.tenant import inbox, leg, session
from engine.store.times import SECOND

NEWEST = 1_000
"""Sessions that the share of failures is taken of."""
RECENT = 15 * 60 * SECOND
FEWEST = 20
"""Sessions that must have ended for a share to mean anything."""


class Waiting(msgspec.Struct, kw_only=True):
    """What waits at a gateway: `seconds` is for how long the oldest due row has; `failed` rows need a person."""

    open: int = 0
    seconds: float = 0.0
    failed: int = 0


class Figures(msgspec.Struct, kw_only=True):
    """A tenant's figures at one moment; seconds are ages."""

    sessions_live: int = 0
    calls: dict[str, int] = {}
    inbox_open: int = 0
    inbox_seconds: float = 0.0
    timer_seconds: float = 0.0
    outbox: dict[str, Waiting] = {}
    ended: int = 0
    """Of the newest sessions, how many have ended in the last quarter of an hour, and how many of those failed."""
    failed: int = 0
    campaigns_stopped: list[str] = []
    """Campaigns that have stopped by themselves in the last quarter of an hour."""


def of_tenant(connection: sa.Connection, *, at: int, count_sessions: bool = True) -> Figures:
    """A tenant's figures; counting a million live sessions takes a moment, and can be left out."""
    figures = Figures(calls={}, outbox={})
    if count_sessions:
        live = sa.select(sa.func.count()).select_from(session).where(session.c.ended_at.is_(None))
        figures.sessions_live = connection.scalar(live) or 0
    states = sa.select(leg.c.state, sa.func.count()).where(leg.c.ended_at.is_(None)).group_by(leg.c.state)
    figures.calls = {row[0]: row[1] for row in connection.execute(states)}
    waiting = sa.select(sa.func.count(), sa.func.min(inbox.c.received_at)).where(inbox.c.done_at.is_(None))
    figures.inbox_open, oldest = connection.execute(waiting).one()
    figures.inbox_seconds = _age(oldest, at)
    due = sa.select(sa.func.min(session.c.wake_at)).where(session.c.wake_at <= at, session.c.owner.is_(None))
    figures.timer_seconds = _age(connection.scalar(due), at)
    for depth in dead_letters.depths(connection):
        gateway = figures.outbox.setdefault(depth.gateway, Waiting())
        if depth.state in dead_letters.FAILED:
            gateway.failed += depth.count
        else:
            gateway.open += depth.count
            gateway.seconds = max(gateway.seconds, _age(depth.since, at))
    newest = sa.select(session.c.status, session.c.ended_at).order_by(session.c.id.desc()).limit(NEWEST).subquery()
    recent = sa.select(newest.c.status, sa.func.count()).where(newest.c.ended_at > at - RECENT)
    ended = {row[0]: row[1] for row in connection.execute(recent.group_by(newest.c.status))}
    figures.ended, figures.failed = sum(ended.values()), ended.get("failed", 0)
    figures.campaigns_stopped = campaigns.stopped_by_themselves(connection, since=at - RECENT)
    return figures


def _age(since: int | None, at: int) -> float:
    return 0.0 if since is None else max(0.0, (at - since) / SECOND)

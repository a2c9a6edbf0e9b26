"""The ways of a flow's newest sessions over its drawing, read off their journals: who came by, how long it took.

A journal is bytes to the database, so it is read here, of so many sessions as can be read while somebody looks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.ids import first_id
from engine.store.tenant import journal, session
from engine.store.times import SECOND

MOST = 1_000
LIVE = ("running", "waiting")
_decode = msgspec.msgpack.Decoder(dict[str, Any]).decode


class Walk(msgspec.Struct, frozen=True):
    """One session's way: each step's node and outlet with the moment of its turn."""

    ended: bool
    outcome: str | None
    status: str
    steps: list[tuple[str, str | None, int]]


class AtNode(msgspec.Struct, frozen=True):
    """What became of those who came to a node; seconds are the median and the longest of their stays."""

    node: str
    came: int
    ended: int
    seconds: float
    longest: float


class ByOutlet(msgspec.Struct, frozen=True):
    """How often an outlet was taken, and how many ended there: it leads nowhere, or they hung up."""

    node: str
    outlet: str
    taken: int
    ended: int


def of_flow(
    connection: sa.Connection, flow_id: bytes, *, since: int, version: int | None = None, limit: int = MOST
) -> list[Walk]:
    """The newest walks that began since then."""
    mine = [session.c.flow_id == flow_id, session.c.id >= first_id(since)]
    if version is not None:
        mine.append(session.c.version == version)
    columns = (session.c.id, session.c.status, session.c.outcome)
    rows = connection.execute(sa.select(*columns).where(*mine).order_by(session.c.id.desc()).limit(limit)).all()
    steps: dict[bytes, list[tuple[str, str | None, int]]] = defaultdict(list)
    for start in range(0, len(rows), 500):
        ids = [row.id for row in rows[start : start + 500]]
        turns = sa.select(journal.c.session_id, journal.c.at, journal.c.body).where(journal.c.session_id.in_(ids))
        for turn in connection.execute(turns.order_by(journal.c.session_id, journal.c.turn)):
            for step in _decode(turn.body).get("steps", ()):
                steps[turn.session_id].append((step["node"], step.get("outlet"), turn.at))
    return [Walk(row.status not in LIVE, row.outcome, row.status, steps[row.id]) for row in rows]


def summed(walks: Iterable[Walk]) -> tuple[list[AtNode], list[ByOutlet]]:
    """Nodes and outlets of all walks together."""
    came: Counter[str] = Counter()
    stays: dict[str, list[float]] = defaultdict(list)
    taken: Counter[tuple[str, str]] = Counter()
    ended: Counter[tuple[str, str]] = Counter()
    ended_at: Counter[str] = Counter()
    for walk in walks:
        standing: tuple[str, int] | None = None
        for node, outlet, at in walk.steps:
            if standing is None or standing[0] != node:
                came[node] += 1
                standing = (node, at)
            if outlet is not None:
                taken[node, outlet] += 1
                stays[node].append((at - standing[1]) / SECOND)
                standing = None
        if walk.ended and walk.steps:
            node, outlet, _ = walk.steps[-1]
            ended_at[node] += 1
            if outlet is not None:
                ended[node, outlet] += 1
    nodes = [
        AtNode(node, count, ended_at[node], _median(stays[node]), max(stays[node], default=0.0))
        for node, count in came.items()
    ]
    return nodes, [ByOutlet(node, outlet, count, ended[node, outlet]) for (node, outlet), count in taken.items()]


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0

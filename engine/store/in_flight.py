"""Where the sessions of a flow stand that have not ended: by version, and by the node of the flow's own drawing.

A session's row names the node where it waits; inside a sub-flow that is the sub-flow's. Where a version walks
sub-flows, its sessions' states are looked into, for the node that counts is the one that the outer flow is at.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import sqlalchemy as sa

from engine.session.session import shown
from engine.store import sealed
from engine.store.tenant import session, version

PAGE = 1_000
RUNNING = "running"
Place = tuple[int, str | None]
"""A version's number, and a node of it."""
Standing = tuple[int, str | None, bool]
"""The same, and whether somebody is on the line there."""


def counts(connection: sa.Connection, flow_id: bytes, walking_sub_flows: set[int]) -> Counter[Standing]:
    """How many sessions stand at each place; `walking_sub_flows` are the versions whose states must be looked into."""
    live = sa.and_(session.c.flow_id == flow_id, session.c.ended_at.is_(None))
    grouped = (
        sa.select(session.c.version, session.c.node, session.c.status, sa.func.count())
        .where(live, session.c.version.not_in(walking_sub_flows))
        .group_by(session.c.version, session.c.node, session.c.status)
    )
    found: Counter[Standing] = Counter()
    for number, node, status, count in connection.execute(grouped):
        found[number, node, status == RUNNING] += count
    if not walking_sub_flows:
        return found
    last = b""
    wanted = [session.c[name] for name in ("id", "version", "status", "state")]
    columns = sa.select(*wanted).order_by(session.c.id).limit(PAGE)
    while True:
        inside = sa.and_(live, session.c.version.in_(walking_sub_flows), session.c.id > last)
        rows = connection.execute(columns.where(inside)).all()
        for row in rows:
            node = shown(sealed.opened(connection, row.state)).runs[0].node
            found[row.version, node, row.status == RUNNING] += 1
        if len(rows) < PAGE:
            return found
        last = rows[-1].id


def versions(connection: sa.Connection, flow_id: bytes) -> list[int]:
    """The versions that somebody is in."""
    statement = sa.select(session.c.version).where(session.c.flow_id == flow_id, session.c.ended_at.is_(None))
    return sorted(connection.scalars(statement.distinct()))


def documents(connection: sa.Connection, flow_id: bytes, numbers: list[int]) -> dict[int, dict[str, Any]]:
    """The documents of some versions."""
    statement = sa.select(version.c.number, version.c.document)
    rows = connection.execute(statement.where(version.c.flow_id == flow_id, version.c.number.in_(numbers)))
    return {row.number: json.loads(row.document) for row in rows}

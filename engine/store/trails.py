"""All that leads to one person, for who asks why he was, or was not, contacted: each found by an index."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.tenant import consent, flow, leg, message, plan, session, started

MOST = 1_000
"""Rows of one kind; a person with more has had enough."""


class SessionStep(msgspec.Struct, frozen=True, kw_only=True):
    """A session, as far as a trail shows it."""

    id: bytes
    flow_id: bytes
    flow: str
    status: str
    outcome: str | None
    node: str | None
    started_at: int
    ended_at: int | None


class Trail(msgspec.Struct, kw_only=True):
    """What there is; rows as they are stored."""

    sessions: list[SessionStep] = []
    legs: list[dict[str, Any]] = []
    messages: list[dict[str, Any]] = []
    consents: list[dict[str, Any]] = []
    starts: list[dict[str, Any]] = []
    plans: list[dict[str, Any]] = []


_SESSION = [flow.c.name.label("flow") if name == "flow" else session.c[name] for name in SessionStep.__struct_fields__]
_LEG = (
    "session_id", "direction", "caller", "called", "started_at", "answered_at", "ended_at", "cause", "fate", "trunk",
)  # fmt: skip
_MESSAGE = ("session_id", "direction", "medium", "peer", "state", "reason", "queued_at", "sent_at", "ended_at", "id")
_CONSENT = ("medium", "address", "given", "source", "reason", "at")
_STARTED = ("trigger_id", "record_id", "session_id", "at")
_PLAN = ("trigger_id", "record_id", "moment", "due_at", "fate", "reason", "session_id", "changed_at")


def find(
    connection: sa.Connection, *, sessions: Collection[bytes] = (), contact_id: bytes | None = None,
    addresses: Collection[str] = (), records: Collection[bytes] = (),
) -> Trail:  # fmt: skip
    """What there is about these sessions, this person, these addresses and records."""
    trail = Trail(sessions=[], legs=[], messages=[], consents=[], starts=[], plans=[])
    trail.starts = _rows(connection, started, _STARTED, started.c.record_id.in_(list(records)))
    trail.plans = _rows(connection, plan, _PLAN, plan.c.record_id.in_(list(records)))
    wanted = {*sessions, *(row["session_id"] for row in trail.starts)}
    whose: sa.ColumnElement[bool] = session.c.id.in_(list(wanted))
    if contact_id is not None:
        whose = sa.or_(whose, session.c.contact_id == contact_id)
    joined = sa.select(*_SESSION).join_from(session, flow, flow.c.id == session.c.flow_id)
    found = connection.execute(joined.where(whose).order_by(session.c.id.desc()).limit(MOST))
    trail.sessions = [SessionStep(**row._mapping) for row in found]
    ids = [one.id for one in trail.sessions]
    trail.legs = _rows(connection, leg, _LEG, leg.c.session_id.in_(ids))
    trail.messages = _rows(
        connection, message, _MESSAGE, sa.or_(message.c.session_id.in_(ids), message.c.peer.in_(list(addresses)))
    )
    trail.consents = _rows(connection, consent, _CONSENT, consent.c.address.in_(list(addresses)))
    return trail


def _rows(
    connection: sa.Connection, table: sa.Table, names: Collection[str], where: sa.ColumnElement[bool]
) -> list[dict[str, Any]]:
    found = connection.execute(sa.select(*(table.c[name] for name in names)).where(where).limit(MOST))
    return [dict(row._mapping) for row in found]

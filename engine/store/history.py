"""What lists show of sessions and of calls. Writing them is the owner's alone, in `sessions.py`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.session.state import LIVE
from engine.store import sealed
from engine.store.ids import first_id
from engine.store.tenant import leg, session


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A session as its row has it; `contact` and `record` are msgpack, `state` is the session's dump."""

    id: bytes
    flow_id: bytes
    version: int
    status: str
    outcome: str | None
    node: str | None
    rev: int
    state: bytes
    contact: bytes | None
    record: bytes | None
    wake_at: int | None
    started_at: int
    updated_at: int
    ended_at: int | None
    expires_at: int | None
    record_id: bytes | None
    contact_id: bytes | None


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """A party that was called or that called us."""

    session_id: bytes
    leg: str
    flow_id: bytes
    direction: str
    caller: str
    called: str
    state: str
    started_at: int
    answered_at: int | None
    ended_at: int | None
    cause: str | None
    trunk: str | None
    fate: str | None
    rang: bool | None
    sip: int | None
    loss_in: int | None
    loss_out: int | None
    jitter_in: int | None
    jitter_out: int | None
    round_trip: int | None


_SESSION = [session.c[field] for field in SessionRow.__struct_fields__]
_CALL = [session.c.flow_id if field == "flow_id" else leg.c[field] for field in CallRow.__struct_fields__]


def session_row(connection: sa.Connection, identity: bytes) -> SessionRow | None:
    """The session of this id."""
    row = connection.execute(sa.select(*_SESSION).where(session.c.id == identity)).one_or_none()
    return None if row is None else _session(connection, row)


def of_ids(connection: sa.Connection, identities: Sequence[bytes]) -> list[SessionRow]:
    """The sessions of these ids, of those that there are."""
    rows = connection.execute(sa.select(*_SESSION).where(session.c.id.in_(identities)))
    return [_session(connection, row) for row in rows]


def sessions(
    connection: sa.Connection,
    *,
    flow_id: bytes | None = None,
    statuses: list[str] | None = None,
    record_id: bytes | None = None,
    contact_id: bytes | None = None,
    among: Collection[bytes] | None = None,
    outcome: str | None = None,
    since: int | None = None,
    until: int | None = None,
    unseen: Collection[bytes] = (),
    before: bytes | None = None,
    limit: int,
) -> list[SessionRow]:
    """Sessions, the newest first; of one flow, some statuses, one record or person if asked for; not of `unseen`."""
    statement = sa.select(*_SESSION).order_by(session.c.id.desc()).limit(limit)
    if unseen:
        statement = statement.where(session.c.flow_id.not_in(unseen))
    if record_id is not None:
        statement = statement.where(session.c.record_id == record_id)
    if contact_id is not None:
        statement = statement.where(session.c.contact_id == contact_id)
    if flow_id is not None:
        statement = statement.where(session.c.flow_id == flow_id)
    if statuses:
        statement = statement.where(session.c.status.in_(statuses))
        if LIVE.issuperset(statuses):  # lets the small index of live sessions be used, however many have ended
            statement = statement.where(session.c.ended_at.is_(None))
    if among is not None:
        statement = statement.where(session.c.id.in_(among))
    if outcome is not None:
        statement = statement.where(session.c.outcome == outcome)
    if since is not None:
        statement = statement.where(session.c.id >= first_id(since))
    if until is not None:
        statement = statement.where(session.c.id < first_id(until))
    if before is not None:
        statement = statement.where(session.c.id < before)
    return [_session(connection, row) for row in connection.execute(statement)]


def calls(
    connection: sa.Connection, *, before: tuple[bytes, str] | None = None, limit: int, contact_id: bytes | None = None,
    unseen: Collection[bytes] = (),
) -> list[CallRow]:  # fmt: skip
    """Calls, those of the newest sessions first; `before` is the session and leg of the last one seen."""
    statement = (
        sa.select(*_CALL)
        .join_from(leg, session, session.c.id == leg.c.session_id)
        .order_by(leg.c.session_id.desc(), leg.c.leg.desc())
        .limit(limit)
    )
    if unseen:
        statement = statement.where(session.c.flow_id.not_in(unseen))
    if contact_id is not None:
        statement = statement.where(session.c.contact_id == contact_id)
    if before is not None:
        identity, name = before
        same = sa.and_(leg.c.session_id == identity, leg.c.leg < name)
        statement = statement.where(sa.or_(leg.c.session_id < identity, same))
    return [
        CallRow(**{field: row._mapping[field] for field in CallRow.__struct_fields__})
        for row in connection.execute(statement)
    ]


def _session(connection: sa.Connection, row: sa.Row[Any]) -> SessionRow:
    fields = {field: row._mapping[field] for field in SessionRow.__struct_fields__}
    return SessionRow(**fields | {"state": sealed.open_or_nothing(connection, row.state)})

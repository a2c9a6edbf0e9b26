"""One event for many sessions: put into the inbox a batch at a time, from where it was left, each session once.

The row in `bulk` says which sessions and how far it has come. A batch is one transaction, so a process that dies over
it leaves nothing half done, and two that do it at once take turns. Sessions that begin after it was asked for are not
meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import sqlalchemy as sa

from engine.events import AnyEvent, SessionCancelled, SessionMoved
from engine.store import inbox
from engine.store.ids import id_bytes, new_id
from engine.store.inbox import Posted
from engine.store.tenant import bulk, session

Kind = Literal["cancel", "move"]
SOURCE = "bulk"
BATCH = 200


class Which(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which of the live sessions are meant: those that all of this holds for. Times are microseconds."""

    flow: str | None = None
    statuses: list[str] = []
    node: str | None = None
    version: int | None = None
    not_version: int | None = None
    contact_key: str | None = None
    started_before: int | None = None
    started_after: int | None = None


class Bulk(msgspec.Struct, frozen=True, kw_only=True):
    """How far one is: `total` were meant when it was asked for, `done` have their event in the inbox."""

    id: bytes
    kind: Kind
    which: Which
    total: int
    done: int
    created_at: int
    ended_at: int | None


_events = msgspec.msgpack.Decoder(AnyEvent)


def count(connection: sa.Connection, which: Which) -> int:
    """How many sessions are meant now."""
    return connection.scalar(sa.select(sa.func.count()).select_from(session).where(*_meant(which))) or 0


def create(connection: sa.Connection, which: Which, event: SessionCancelled | SessionMoved, *, at: int) -> Bulk:
    """Ask for it; `carry_on` does it."""
    made = Bulk(
        id=new_id(), kind="move" if isinstance(event, SessionMoved) else "cancel", which=which,
        total=count(connection, which), done=0, created_at=at, ended_at=None,
    )  # fmt: skip
    values = {
        "id": made.id, "kind": made.kind, "filter": msgspec.to_builtins(which), "total": made.total, "done": 0,
        "event": msgspec.msgpack.encode(event), "created_at": at,
    }  # fmt: skip
    connection.execute(bulk.insert().values(values))
    return made


def get(connection: sa.Connection, identity: bytes) -> Bulk | None:
    """How far one is."""
    row = connection.execute(sa.select(bulk).where(bulk.c.id == identity)).one_or_none()
    return None if row is None else _bulk(row)


def unfinished(connection: sa.Connection) -> list[bytes]:
    """Those that have not come to their end."""
    return list(connection.scalars(sa.select(bulk.c.id).where(bulk.c.ended_at.is_(None)).order_by(bulk.c.id)))


def carry_on(connection: sa.Connection, identity: bytes, *, at: int, limit: int = BATCH) -> bool:
    """Put the next batch into the inbox; whether there is more to do."""
    open_one = sa.select(bulk).where(bulk.c.id == identity, bulk.c.ended_at.is_(None)).with_for_update()
    row = connection.execute(open_one).one_or_none()
    if row is None:
        return False
    which = msgspec.convert(row.filter, Which)
    meant = [*_meant(which), session.c.started_at <= row.created_at]
    if row.after is not None:
        meant.append(session.c.id > row.after)
    ids = list(connection.scalars(sa.select(session.c.id).where(*meant).order_by(session.c.id).limit(limit)))
    posted = Posted(event=_events.decode(row.event))
    new = sum(
        inbox.put(
            connection, session_id=id, source=SOURCE, external_id=f"{identity.hex()}-{id.hex()}", posted=posted, at=at
        )
        for id in ids
    )
    values: dict[str, object] = {"done": row.done + new, "ended_at": at if len(ids) < limit else None}
    if ids:
        values["after"] = ids[-1]
    connection.execute(bulk.update().where(bulk.c.id == identity).values(values))
    return len(ids) == limit


def _meant(which: Which) -> Sequence[sa.ColumnElement[bool]]:
    meant: list[sa.ColumnElement[bool]] = [session.c.ended_at.is_(None)]
    if which.flow is not None:
        meant.append(session.c.flow_id == id_bytes(which.flow))
    if which.statuses:
        meant.append(session.c.status.in_(which.statuses))
    if which.node is not None:
        meant.append(session.c.node == which.node)
    if which.version is not None:
        meant.append(session.c.version == which.version)
    if which.not_version is not None:
        meant.append(session.c.version != which.not_version)
    if which.contact_key is not None:
        meant.append(session.c.contact_key == which.contact_key)
    if which.started_before is not None:
        meant.append(session.c.started_at < which.started_before)
    if which.started_after is not None:
        meant.append(session.c.started_at >= which.started_after)
    return meant


def _bulk(row: sa.Row[*tuple[object, ...]]) -> Bulk:
    found = row._mapping
    return Bulk(
        id=found["id"], kind=found["kind"], which=msgspec.convert(found["filter"], Which), total=found["total"],
        done=found["done"], created_at=found["created_at"], ended_at=found["ended_at"],
    )  # fmt: skip

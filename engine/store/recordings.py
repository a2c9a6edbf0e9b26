"""Recordings of calls: assets that belong to a session and one of its parties."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import msgspec
import sqlalchemy as sa

from engine.store import assets
from engine.store.assets import NewFile
from engine.store.ids import new_id
from engine.store.tenant import asset_file, leg, recording, session

Kind = Literal["speech", "call", "room", "early"]


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A recording with its file's facts; `ended_at` in microseconds UTC."""

    id: bytes
    session_id: bytes
    leg: str
    kind: Kind
    channels: int
    ended_at: int
    seconds: float
    size: int
    sha256: bytes
    media_type: str


def add(
    connection: sa.Connection, *, session_id: bytes, leg: str, kind: Kind, channels: int, file: NewFile, at: int
) -> bytes:
    """Enter a recording whose file is stored already; its asset's id."""
    identity = new_id()
    assets.add(connection, identity=identity, kind="recording", name=None, language="", file=file, at=at)
    row = {
        "asset_id": identity, "session_id": session_id, "leg": leg, "kind": kind, "channels": channels, "ended_at": at,
    }  # fmt: skip
    connection.execute(recording.insert().values(row))
    return identity


def get(connection: sa.Connection, identity: bytes) -> Recording | None:
    """The recording of this id."""
    row = connection.execute(_JOINED.where(recording.c.asset_id == identity)).one_or_none()
    return None if row is None else Recording(**row._mapping)


def page(
    connection: sa.Connection, *, before: bytes | None, limit: int, session_id: bytes | None = None,
    unseen: Collection[bytes] = (),
) -> list[Recording]:  # fmt: skip
    """Recordings, the newest first; of one session if asked for; none of sessions of `unseen` flows."""
    statement = _JOINED.order_by(recording.c.asset_id.desc()).limit(limit)
    if unseen:
        walked = sa.select(session.c.flow_id).where(session.c.id == recording.c.session_id).scalar_subquery()
        statement = statement.where(sa.or_(walked.is_(None), walked.not_in(unseen)))
    if before is not None:
        statement = statement.where(recording.c.asset_id < before)
    if session_id is not None:
        statement = statement.where(recording.c.session_id == session_id)
    return [Recording(**row._mapping) for row in connection.execute(statement)]


def remove(connection: sa.Connection, identity: bytes) -> list[bytes]:
    """Remove a recording; gives the sha256 of files that nothing needs any more."""
    connection.execute(recording.delete().where(recording.c.asset_id == identity))
    return assets.remove(connection, identity)


def ended_before(connection: sa.Connection, at: int, *, limit: int) -> list[bytes]:
    """Recordings older than this, the oldest first."""
    statement = sa.select(recording.c.asset_id).where(recording.c.ended_at < at).order_by(recording.c.ended_at)
    return list(connection.scalars(statement.limit(limit)))


def session_of(connection: sa.Connection, name: str) -> bytes | None:
    """The session that a leg belongs to, over or not."""
    return connection.execute(
        sa.select(leg.c.session_id).where(leg.c.leg == name).order_by(leg.c.started_at.desc()).limit(1)
    ).scalar_one_or_none()


_JOINED = sa.select(
    recording.c.asset_id.label("id"), recording.c.session_id, recording.c.leg, recording.c.kind, recording.c.channels,
    recording.c.ended_at, asset_file.c.seconds, asset_file.c.size, asset_file.c.sha256, asset_file.c.media_type,
).join_from(recording, asset_file, asset_file.c.asset_id == recording.c.asset_id)  # fmt: skip

"""The sessions that left an asset behind: recordings of calls, faxes that came in, files of mail."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from engine.store.tenant import asset, fax, message, message_file, recording, session

_BY_MAIL = sa.join(message_file, message, message.c.id == message_file.c.message_id)
_LEFT = (
    (recording, recording.c.asset_id, recording.c.session_id), (fax, fax.c.asset_id, fax.c.session_id),
    (_BY_MAIL, message_file.c.asset_id, message.c.session_id),
)  # fmt: skip


def session_of(connection: sa.Connection, identity: bytes) -> bytes | None:
    """The session that an asset comes from; None if it was put in by somebody."""
    for where, ours, sessions in _LEFT:
        found: bytes | None = connection.scalar(sa.select(sessions).select_from(where).where(ours == identity).limit(1))
        if found is not None:
            return found
    return None


def let_go(connection: sa.Connection, identity: bytes) -> None:
    """Let nothing that a session left speak of an asset that is about to be removed."""
    connection.execute(recording.delete().where(recording.c.asset_id == identity))
    connection.execute(fax.update().where(fax.c.asset_id == identity).values(asset_id=None))
    connection.execute(message_file.delete().where(message_file.c.asset_id == identity))


def of_none(flows: Collection[bytes]) -> sa.ColumnElement[bool]:
    """That an asset comes from no session of these flows."""
    if not flows:
        return sa.true()
    left = [
        sa.select(ours).select_from(sa.join(where, session, session.c.id == sessions))
        .where(session.c.flow_id.in_(flows), ours.is_not(None))
        for where, ours, sessions in _LEFT
    ]  # fmt: skip
    return asset.c.id.not_in(sa.union_all(*left))

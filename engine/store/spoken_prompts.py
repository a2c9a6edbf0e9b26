"""Prompts that are spoken by telephone: which session speaks for which asset, and whether that is done with."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.store.tenant import session, spoken_prompt


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """A call whose session has ended, with its outcome; the time in microseconds UTC."""

    session_id: bytes
    asset_id: bytes
    language: str
    outcome: str
    ended_at: int


def begin(connection: sa.Connection, session_id: bytes, *, asset_id: bytes, language: str, at: int) -> None:
    """From now on this session is awaited."""
    row = {"session_id": session_id, "asset_id": asset_id, "language": language, "begun_at": at}
    connection.execute(spoken_prompt.insert().values(row))


def over(connection: sa.Connection, *, limit: int) -> list[Spoken]:
    """Those whose call is over and which are not done with."""
    statement = (
        sa.select(
            spoken_prompt.c.session_id, spoken_prompt.c.asset_id, spoken_prompt.c.language, session.c.outcome,
            session.c.ended_at,
        )
        .join_from(spoken_prompt, session, session.c.id == spoken_prompt.c.session_id)
        .where(spoken_prompt.c.ended_at.is_(None), session.c.ended_at.is_not(None))
        .order_by(spoken_prompt.c.session_id)
        .limit(limit)
    )  # fmt: skip
    return [Spoken(**{**row._mapping, "outcome": row.outcome or ""}) for row in connection.execute(statement)]


def hold(connection: sa.Connection, session_id: bytes) -> None:
    """Whoever else takes this one waits until this transaction is over."""
    connection.execute(
        sa.select(spoken_prompt.c.session_id).where(spoken_prompt.c.session_id == session_id).with_for_update()
    )


def end(connection: sa.Connection, session_id: bytes, *, at: int) -> None:
    """It is done with."""
    connection.execute(spoken_prompt.update().where(spoken_prompt.c.session_id == session_id).values(ended_at=at))

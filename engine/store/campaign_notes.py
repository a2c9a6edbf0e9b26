"""What was considered of campaigns and their members, in the order of time: the source of every "why"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.ids import new_ids
from engine.store.tenant import campaign_note


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was decided; `detail` are its values. Without a member it is about the campaign."""

    campaign_id: bytes
    member_id: bytes | None
    at: int
    what: str
    detail: dict[str, Any] = {}


def add(connection: sa.Connection, notes: Sequence[Note]) -> None:
    """Keep them, in this order."""
    if notes:
        rows = [
            {"id": identity} | msgspec.structs.asdict(note)
            for identity, note in zip(new_ids(len(notes)), notes, strict=True)
        ]
        connection.execute(campaign_note.insert(), rows)


def of_members(connection: sa.Connection, members: Collection[bytes]) -> list[Note]:
    """What was considered of these members, the oldest first."""
    mine = campaign_note.c.member_id.in_(list(members))
    return _notes(connection, sa.select(campaign_note).where(mine).order_by(campaign_note.c.id))


def of_campaigns(connection: sa.Connection, campaigns: Collection[bytes]) -> list[Note]:
    """What was decided of these campaigns as a whole, the oldest first."""
    mine = sa.and_(campaign_note.c.campaign_id.in_(list(campaigns)), campaign_note.c.member_id.is_(None))
    return _notes(connection, sa.select(campaign_note).where(mine).order_by(campaign_note.c.id))


def _notes(connection: sa.Connection, statement: sa.Select[Any]) -> list[Note]:
    found = connection.execute(statement)
    return [Note(**{name: row._mapping[name] for name in Note.__struct_fields__}) for row in found]

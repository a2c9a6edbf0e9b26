"""The files that came with mail: assets without a name, which go with their message."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.store import assets
from engine.store.assets import Asset, NewFile
from engine.store.tenant import message_file


def enter(connection: sa.Connection, message_id: bytes, files: Sequence[NewFile], *, at: int) -> None:
    """Enter the files of a message; their bytes are stored already."""
    for number, file in enumerate(files):
        made = assets.add(connection, kind="mail", name=None, language=assets.ANY_LANGUAGE, file=file, at=at)
        connection.execute(message_file.insert().values(message_id=message_id, number=number, asset_id=made))


def of(connection: sa.Connection, message_ids: Sequence[bytes]) -> dict[bytes, list[Asset]]:
    """The files of each of these messages, in order."""
    statement = sa.select(message_file.c.message_id, message_file.c.asset_id).order_by(message_file.c.number)
    rows = connection.execute(statement.where(message_file.c.message_id.in_(message_ids))).all()
    there = {each.id: each for each in assets.every(connection, [row.asset_id for row in rows])}
    found: dict[bytes, list[Asset]] = {}
    for row in rows:
        if row.asset_id in there:
            found.setdefault(row.message_id, []).append(there[row.asset_id])
    return found


def remove(connection: sa.Connection, message_id: bytes) -> list[bytes]:
    """Remove a message's files; gives the sha256 of those whose bytes nothing needs any more."""
    ids = list(connection.scalars(sa.select(message_file.c.asset_id).where(message_file.c.message_id == message_id)))
    connection.execute(message_file.delete().where(message_file.c.message_id == message_id))
    return [sha256 for identity in ids for sha256 in assets.remove(connection, identity)]

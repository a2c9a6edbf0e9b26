"""Faxes as rows: what was sent and what has come in, with pages and fate.

A fax's row is written in the transaction that makes its outbox row `sending`, before anything is dialled, and names the
Asterisk that has its call (`owner`); so whoever serves that Asterisk next knows which calls to ask it for.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.store import assets, calls
from engine.store.ids import first_id
from engine.store.outbox import OutboxRow
from engine.store.tenant import fax, leg, outbox
from engine.store.walked_flows import of_none

GATEWAY = "fax"
Direction = Literal["in", "out"]


class FaxRow(msgspec.Struct, frozen=True, kw_only=True):
    """A fax; times in microseconds UTC. `fate` is `sent`, `received`, `busy`, `no_answer`, `failed` or `unknown`.

    `document` is what the flow named, `asset_id` the file that came in. `station` is what the other machine calls
    itself, `medium` is `audio` or `t38`, `rate` in bits a second.
    """

    id: bytes
    session_id: bytes
    direction: Direction
    leg: str
    started_at: int
    caller: str = ""
    called: str = ""
    pages: int = 0
    owner: str | None = None
    outbox_id: bytes | None = None
    trunk: str | None = None
    document: str | None = None
    asset_id: bytes | None = None
    fate: str | None = None
    cause: str | None = None
    station: str | None = None
    medium: str | None = None
    rate: int | None = None
    answered_at: int | None = None
    ended_at: int | None = None


class Caller(msgspec.Struct, frozen=True):
    """Whose a leg is, and the numbers of its call."""

    session_id: bytes
    caller: str
    called: str
    answered_at: int | None


_COLUMNS = [fax.c[name] for name in FaxRow.__struct_fields__]


def begin(connection: sa.Connection, row: FaxRow, *, epoch: int) -> bool:
    """From now on this fax is on its way; False if it is not to be sent any more."""
    assert row.outbox_id is not None
    if not calls.begin(connection, row.outbox_id, name=row.leg, epoch=epoch, at=row.started_at):
        return False
    add(connection, row)
    return True


def is_ours(connection: sa.Connection, outbox_id: bytes, *, name: str, epoch: int) -> bool:
    """Whether this row is `sending` as this leg, under our epoch."""
    ours = sa.and_(outbox.c.id == outbox_id, outbox.c.reference == name, outbox.c.epoch == epoch)
    state = connection.execute(sa.select(outbox.c.state).where(ours)).scalar_one_or_none()
    return state == "sending"


def go_by(connection: sa.Connection, identity: bytes, outbox_id: bytes, *, name: str, trunk: str, at: int) -> None:
    """It is tried by another trunk, as another leg."""
    connection.execute(fax.update().where(fax.c.id == identity).values(leg=name, trunk=trunk))
    calls.refer(connection, outbox_id, name=name, at=at)


def end(connection: sa.Connection, identity: bytes, **changes: Any) -> None:
    """What became of it."""
    connection.execute(fax.update().where(fax.c.id == identity).values(changes))


def add(connection: sa.Connection, row: FaxRow) -> None:
    """Enter a fax."""
    connection.execute(fax.insert().values(msgspec.structs.asdict(row)))


def left(connection: sa.Connection, owner: str) -> list[tuple[FaxRow, OutboxRow]]:
    """Those that an engine of this Asterisk had on their way."""
    names = OutboxRow.__struct_fields__
    statement = (
        sa.select(*_COLUMNS, *(outbox.c[name].label(f"row_{name}") for name in names))
        .join_from(fax, outbox, outbox.c.id == fax.c.outbox_id)
        .where(fax.c.owner == owner, fax.c.ended_at.is_(None))
    )
    return [
        (_fax(found), OutboxRow(**{name: found._mapping[f"row_{name}"] for name in names}))
        for found in connection.execute(statement)
    ]


def page(
    connection: sa.Connection,
    *,
    before: bytes | None,
    limit: int,
    session_id: bytes | None = None,
    direction: str | None = None,
    fate: str | None = None,
    unseen: Collection[bytes] = (),
) -> list[FaxRow]:
    """Faxes, the newest first; of one session, direction or fate if asked for; none of sessions of `unseen` flows."""
    statement = sa.select(*_COLUMNS).order_by(fax.c.id.desc()).limit(limit)
    wanted = {"session_id": session_id, "direction": direction, "fate": fate}
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(fax.c[name] == value)
    if unseen:
        statement = statement.where(of_none(fax.c.session_id, unseen))
    if before is not None:
        statement = statement.where(fax.c.id < before)
    return [_fax(found) for found in connection.execute(statement)]


def get(connection: sa.Connection, identity: bytes) -> FaxRow | None:
    """The fax of this id."""
    found = connection.execute(sa.select(*_COLUMNS).where(fax.c.id == identity)).one_or_none()
    return None if found is None else _fax(found)


def ended_before(connection: sa.Connection, at: int, *, limit: int) -> list[bytes]:
    """Faxes that ended before a moment, the oldest first. A fax's id is no later than its end."""
    old = sa.and_(fax.c.id < first_id(at), fax.c.ended_at < at)
    return list(connection.scalars(sa.select(fax.c.id).where(old).order_by(fax.c.id).limit(limit)))


def remove(connection: sa.Connection, identity: bytes) -> list[bytes]:
    """Remove a fax with the document that came in by it; gives the sha256 of files that nothing needs any more."""
    asset = connection.execute(sa.select(fax.c.asset_id).where(fax.c.id == identity)).scalar_one_or_none()
    connection.execute(fax.delete().where(fax.c.id == identity))
    return [] if asset is None else assets.remove(connection, asset)


def caller_of(connection: sa.Connection, name: str) -> Caller | None:
    """Whose leg this is, over or not."""
    statement = sa.select(leg.c.session_id, leg.c.caller, leg.c.called, leg.c.answered_at).where(leg.c.leg == name)
    found = connection.execute(statement.order_by(leg.c.started_at.desc()).limit(1)).one_or_none()
    return None if found is None else Caller(*found)


def _fax(found: sa.Row[Any]) -> FaxRow:
    return FaxRow(**{name: found._mapping[name] for name in FaxRow.__struct_fields__})

"""Sessions found by what people know of them: a telephone number or mail address, a record's or person's key, an id.

Each is one step in an index: who called and was called, with whom texts were exchanged, whose address it is. The newest
`MOST` of each are found.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from engine.store.ids import id_bytes
from engine.store.tenant import attempt, contact, contact_address, leg, message, record, record_type, session

MOST = 1_000


def found(connection: sa.Connection, written: str, *, address: str, spellings: Sequence[str]) -> set[bytes]:
    """The sessions that this may mean; `address` is the one spelling of a number, `spellings` are all of them."""
    identity = id_bytes(written)
    if identity is not None:
        return {identity}
    if not written:
        return set()
    ids = _with_address(connection, address, spellings)
    people = set(connection.scalars(sa.select(contact.c.id).where(contact.c.key == written)))
    reached = sa.select(contact_address.c.contact_id).where(contact_address.c.address == address)
    people |= set(connection.scalars(reached))
    types = sa.select(record_type.c.name)
    keyed = sa.select(record.c.id).where(record.c.record_type.in_(types), record.c.key == written)
    records = set(connection.scalars(keyed))
    return ids | _of(connection, session.c.contact_id, people) | _of(connection, session.c.record_id, records)


def _with_address(connection: sa.Connection, address: str, spellings: Sequence[str]) -> set[bytes]:
    """Sessions in which this address was called, has called, was written to or has written."""
    out = leg.c.direction == sa.literal("out", literal_execute=True)
    came = leg.c.direction == sa.literal("in", literal_execute=True)
    ids: set[bytes] = set()
    for statement in (
        sa.select(leg.c.session_id).where(out, leg.c.called.in_(spellings)).order_by(leg.c.session_id.desc()),
        sa.select(leg.c.session_id).where(came, leg.c.caller.in_(spellings)).order_by(leg.c.session_id.desc()),
        sa.select(message.c.session_id)
        .where(message.c.peer == address, message.c.session_id.is_not(None))
        .order_by(message.c.id.desc()),
        sa.select(attempt.c.session_id).where(attempt.c.address == address).order_by(attempt.c.at.desc()),
    ):
        ids |= set(connection.scalars(statement.limit(MOST)))
    return ids


def _of(connection: sa.Connection, column: sa.Column[bytes], wanted: Collection[bytes]) -> set[bytes]:
    if not wanted:
        return set()
    theirs = sa.select(session.c.id).where(column.in_(list(wanted)[:MOST])).order_by(session.c.id.desc()).limit(MOST)
    return set(connection.scalars(theirs))

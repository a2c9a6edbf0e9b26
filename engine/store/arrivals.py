"""What has come in by a gateway's id, which counts once; and the parts of long texts that wait for the others."""

from __future__ import annotations

import hashlib

import msgspec
import sqlalchemy as sa

from engine.store.inserting import insert_new
from engine.store.tenant import arrival, message_part
from engine.store.times import SECOND

KNOWN_FOR = 7 * 24 * 3600 * SECOND
"""So long is an id known; a gateway that brings the same text again does so within hours."""
JOINED_KEPT = 3600 * SECOND
"""So long parts are kept that were joined, for a carrier may bring one again."""


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """Which long text a part belongs to."""

    gateway: str
    sender: str
    receiver: str
    reference: int
    total: int


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """A long text as far as it came, and when its first part did."""

    whole: Whole
    parts: dict[int, str]
    at: int


def is_new(connection: sa.Connection, gateway: str, external_id: str, *, at: int) -> bool:
    """Whether this has not come before; from now on it has. What has no id is always new."""
    known_by = external_id if len(external_id) <= 200 else hashlib.sha256(external_id.encode()).hexdigest()
    values = {"gateway": gateway, "external_id": known_by, "at": at}
    return not external_id or insert_new(connection, arrival, values)


def add_part(connection: sa.Connection, whole: Whole, number: int, text: str, *, at: int) -> dict[int, str] | None:
    """Keep a part; all parts by number if they are there now, for the first time.

    The same part again changes nothing. Another text under the number of one that was joined begins a new one: phones
    count to 255 and begin again.
    """
    there = _parts(connection, whole)
    known = there.get(number)
    if known is not None and known[1] is not None and known[0] != text:
        connection.execute(message_part.delete().where(_of(whole)))
        there = {}
    elif known is not None:
        return None
    values = msgspec.structs.asdict(whole) | {"number": number, "text": _octets(text), "at": at}
    connection.execute(message_part.insert().values(values))
    if len(there) + 1 < whole.total:
        return None
    connection.execute(message_part.update().where(_of(whole)).values(joined_at=at))
    return {each: words for each, (words, _) in there.items()} | {number: text}


def waiting_of(connection: sa.Connection, gateway: str, sender: str) -> int:
    """How many parts of a sender wait."""
    theirs = sa.and_(message_part.c.gateway == gateway, message_part.c.sender == sender)
    waiting = sa.select(sa.func.count()).where(theirs, message_part.c.joined_at.is_(None))
    return connection.scalar(waiting) or 0


def take_oldest(
    connection: sa.Connection, gateway: str, *, sender: str | None = None, before: int | None = None
) -> Left | None:
    """The text that has waited longest for a part, of a sender or since before a moment; it waits no more."""
    columns = [message_part.c[name] for name in Whole.__struct_fields__]
    statement = sa.select(*columns, message_part.c.at).where(
        message_part.c.gateway == gateway, message_part.c.joined_at.is_(None)
    )
    if sender is not None:
        statement = statement.where(message_part.c.sender == sender)
    if before is not None:
        statement = statement.where(message_part.c.at < before)
    row = connection.execute(statement.order_by(message_part.c.at).limit(1)).one_or_none()
    if row is None:
        return None
    whole = Whole(**{name: row._mapping[name] for name in Whole.__struct_fields__})
    parts = {number: words for number, (words, _) in _parts(connection, whole).items()}
    connection.execute(message_part.delete().where(_of(whole)))
    return Left(whole=whole, parts=parts, at=row.at)


def forget(connection: sa.Connection, *, at: int, limit: int = 1_000) -> int:
    """Let go of ids that are known no longer, and of parts that were joined long ago; how many."""
    old = sa.select(arrival.c.gateway, arrival.c.external_id).where(arrival.c.at < at - KNOWN_FOR).limit(limit)
    ids = sa.tuple_(arrival.c.gateway, arrival.c.external_id).in_(old)
    gone = connection.execute(arrival.delete().where(ids)).rowcount
    joined = sa.and_(message_part.c.at < at - JOINED_KEPT, message_part.c.joined_at < at - JOINED_KEPT)
    return gone + connection.execute(message_part.delete().where(joined)).rowcount


def _parts(connection: sa.Connection, whole: Whole) -> dict[int, tuple[str, int | None]]:
    statement = sa.select(message_part.c.number, message_part.c.text, message_part.c.joined_at).where(_of(whole))
    return {
        row.number: (row.text.decode("utf-16-le", "surrogatepass"), row.joined_at)
        for row in connection.execute(statement)
    }


def _of(whole: Whole) -> sa.ColumnElement[bool]:
    return sa.and_(*(message_part.c[name] == value for name, value in msgspec.structs.asdict(whole).items()))


def _octets(text: str) -> bytes:
    """Halves of characters stay as they are: the other half is in another part."""
    return text.encode("utf-16-le", "surrogatepass")

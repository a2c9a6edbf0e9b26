"""Forgetting a person: what there is of him goes, wherever it is, and a receipt says how much that was.

Whatever table names a record, a person or a session by its id is emptied of these, so that a table that comes later is
emptied as well. Sessions that still go on are their owners' alone (DECISIONS 1): they are to be stopped first. What is
kept is what he is owed: that he is on the do-not-contact list, and when he has agreed to what.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.contact_key import contact_key
from engine.store import contacts, faxes, messages, recordings
from engine.store.contacts import Contact
from engine.store.ids import new_id
from engine.store.inbox import read
from engine.store.sealing import CannotOpen, seal_of
from engine.store.tenant import (
    campaign_member,
    campaign_note,
    consent,
    contact,
    do_not_contact,
    erasure,
    fax,
    inbox,
    message,
    metadata,
    record,
    record_version,
    recording,
    session,
)

BATCH = 500
PURPOSE = "erasure"
_FILED = (recording, fax, message, session)
"""Tables whose rows go by hands that know what hangs on them."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody was forgotten. `person` is made of his key by the tenant's own; `counts` are rows by table."""

    id: bytes
    person: bytes
    counts: dict[str, int]
    by: str
    reason: str
    at: int


class Found(msgspec.Struct):
    """What hangs on a person."""

    records: list[bytes]
    sessions: list[bytes]
    live: list[bytes]
    """Sessions of his that have not ended."""
    starts: list[bytes]
    """Sessions of his that wait in the inbox to begin."""


def find(connection: sa.Connection, person: Contact) -> Found:
    """What there is of a person."""
    ids = list(connection.scalars(sa.select(record.c.id).where(record.c.contact_id == person.id)))
    rows: dict[bytes, int | None] = {}
    named = sa.or_(session.c.contact_id == person.id, session.c.contact_key == contact_key({"id": person.key}))
    for his in (named, *(session.c.record_id.in_(some) for some in _batches(ids))):
        statement = sa.select(session.c.id, session.c.ended_at, session.c.contact_id, session.c.contact)
        for row in connection.execute(statement.where(his)):
            if his is not named or row.contact_id == person.id or _is_with(row.contact, person.key):
                rows[row.id] = row.ended_at
    starts = _starts(connection, person, set(ids))
    live = [identity for identity, ended_at in rows.items() if ended_at is None]
    return Found(records=ids, sessions=list(rows), live=live, starts=[each for each in starts if each not in rows])


def erase(
    connection: sa.Connection, person: Contact, found: Found, *, by: str, reason: str, at: int, fields: Collection[str]
) -> tuple[Receipt, list[bytes]]:
    """Forget a person whose sessions have ended; the receipt, and the sha256 of files that nothing needs any more.

    `fields` are the person-key fields of the tenant's record types: old versions of records that are somebody else's by
    now name him by these.
    """
    counts: dict[str, int] = {}
    sessions, files = [*found.sessions, *found.starts], []
    own = contacts.only_his(connection, person.id)
    for name, ids, remove in (
        ("recording", _of(connection, recording.c.asset_id, recording.c.session_id, sessions), recordings.remove),
        ("fax", _of(connection, fax.c.id, fax.c.session_id, sessions), faxes.remove),
        ("message", _messages(connection, sessions, own), messages.remove),
    ):
        counts[name] = len(ids)
        for identity in ids:
            files += remove(connection, identity)
    members = _of(connection, campaign_member.c.id, campaign_member.c.contact_id, [person.id])
    counts["campaign_note"] = _delete(connection, campaign_note, campaign_note.c.member_id, members)
    counts["record_version"] = _versions(connection, person.key, fields)
    for column, ids in (("session_id", sessions), ("record_id", found.records), ("contact_id", [person.id])):
        for table in metadata.sorted_tables:
            if column in table.c and table not in _FILED and table is not record:
                counts[table.name] = counts.get(table.name, 0) + _delete(connection, table, table.c[column], ids)
    counts["session"] = _delete(connection, session, session.c.id, sessions)
    counts["record"] = _delete(connection, record, record.c.id, found.records)
    counts["contact"] = _delete(connection, contact, contact.c.id, [person.id])
    kept = {f"{table.name} (kept)": _kept(connection, table, own) for table in (do_not_contact, consent)}
    receipt = Receipt(
        id=new_id(), person=mark(connection, person.key), by=by[:200], reason=reason, at=at,
        counts={name: count for name, count in sorted((counts | kept).items()) if count},
    )  # fmt: skip
    connection.execute(erasure.insert().values(msgspec.structs.asdict(receipt)))
    return receipt, files


def mark(connection: sa.Connection, key: str) -> bytes:
    """What stands for a person in receipts: nobody can say of whom it is who does not know the person key."""
    return hmac.new(seal_of(connection).keys_for(PURPOSE)[0], key.encode(), hashlib.sha256).digest()


def receipts(
    connection: sa.Connection, *, before: bytes | None, limit: int, key: str | None = None
) -> list[Receipt]:  # fmt: skip
    """Receipts, the newest first; those of a person key, whichever of the tenant's keys made them."""
    statement = sa.select(erasure).order_by(erasure.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(erasure.c.id < before)
    if key is not None:
        keys = seal_of(connection).keys_for(PURPOSE)
        marks = [hmac.new(each, key.encode(), hashlib.sha256).digest() for each in keys]
        statement = statement.where(erasure.c.person.in_(marks))
    return [Receipt(**row._mapping) for row in connection.execute(statement)]


def _is_with(packed: bytes | None, key: str) -> bool:
    """Whether a session's contact is this person: the short form of a key may stand for two."""
    return packed is not None and msgspec.msgpack.decode(packed).get("id") == key


def _starts(connection: sa.Connection, person: Contact, record_ids: set[bytes]) -> list[bytes]:
    """Sessions of his that are only asked for."""
    found = []
    for row in connection.execute(sa.select(inbox.c.session_id, inbox.c.event).where(inbox.c.done_at.is_(None))):
        try:
            start = read(connection, row.event).start
        except CannotOpen:
            continue
        if start is not None and (
            start.contact_id == person.id or start.record_id in record_ids or start.contact.get("id") == person.key
        ):
            found.append(row.session_id)
    return found


def _messages(connection: sa.Connection, sessions: Sequence[bytes], own: Sequence[str]) -> list[bytes]:
    """What was written to him or came from him: in his sessions, and at addresses that nobody else has."""
    at_his = _of(connection, message.c.id, message.c.peer, own)
    return list(dict.fromkeys([*_of(connection, message.c.id, message.c.session_id, sessions), *at_his]))


def _versions(connection: sa.Connection, key: str, fields: Collection[str]) -> int:
    """Old versions that name him, of records that are somebody else's by now."""
    named = [f"{_json(field)}:{_json(key)}" for field in fields]
    body = record_version.c.body
    return sum(
        connection.execute(record_version.delete().where(body.contains(each, autoescape=True))).rowcount
        for each in named
    )


def _kept(connection: sa.Connection, table: sa.Table, own: Sequence[str]) -> int:
    count = sa.select(sa.func.count()).select_from(table)
    return sum(connection.scalar(count.where(table.c.address.in_(some))) or 0 for some in _batches(own))


def _of(
    connection: sa.Connection, wanted: sa.Column[Any], column: sa.Column[Any], values: Sequence[Any]
) -> list[bytes]:  # fmt: skip
    return [each for some in _batches(values) for each in connection.scalars(sa.select(wanted).where(column.in_(some)))]


def _delete(connection: sa.Connection, table: sa.Table, column: sa.Column[Any], values: Sequence[Any]) -> int:
    return sum(connection.execute(table.delete().where(column.in_(some))).rowcount for some in _batches(values))


def _batches(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[first : first + BATCH] for first in range(0, len(values), BATCH))


def _json(value: str) -> str:
    return msgspec.json.encode(value).decode()

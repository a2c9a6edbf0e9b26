"""Records as triggers look at them at a later time: as they are now, with whom they are about."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from engine.host.record_doors import RecordTypeUnknown, door_in
from engine.records.change import Change
from engine.store import Store
from engine.store.bulk import Select
from engine.store.records import Kept
from engine.store.tenant import contact, record

_COLUMNS = [record.c[name] for name in Kept.__struct_fields__]
_BY_ID = Select(sa.select(*_COLUMNS).where(record.c.deleted_at.is_(None)), record.c.id)
_HELD = Select(
    sa.select(*_COLUMNS).where(record.c.deleted_at.is_(None)).order_by(record.c.key).with_for_update(read=True),
    record.c.id,
)
_PEOPLE = Select(sa.select(contact.c.id, contact.c.key, contact.c.body), contact.c.id)


def by_ids(connection: sa.Connection, store: Store, ids: Sequence[bytes]) -> dict[bytes, Change]:
    """The records of these ids that are there. Nothing is locked: see `store/plans.py`."""
    rows = [Kept(*row) for row in _BY_ID.run(connection, ids)]
    return {each.record_id: each for each in as_changes(connection, store, rows)}


def held(connection: sa.Connection, rows: Sequence[Kept]) -> list[Kept]:
    """The same records as they are now; nobody changes them until this transaction ends.

    They are locked in the order in which who writes them does.
    """
    return [Kept(*row) for row in _HELD.run(connection, [row.id for row in rows])]


def as_changes(connection: sa.Connection, store: Store, rows: Sequence[Kept]) -> list[Change]:
    """Records as if they had just come, with the people whom they are about."""
    people = {row[0]: row for row in _PEOPLE.run(connection, [row.contact_id for row in rows if row.contact_id])}
    found = []
    for row in rows:
        try:
            intake = door_in(connection, store, row.record_type)
        except RecordTypeUnknown:
            continue
        data, person = row.data, people.get(row.contact_id or b"")
        said = intake.person.fields(data)
        known = {} if person is None else {"id": person[1], **msgspec.json.decode(person[2])}
        found.append(
            Change(
                record_id=row.id, record_type=row.record_type, key=row.key, before=None, after=data,
                contact_id=row.contact_id, contact=known | said, version=row.version, at=row.updated_at,
                source=row.source,
            )
        )  # fmt: skip
    return found

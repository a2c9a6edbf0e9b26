"""What sessions write into their records and contacts: in the transaction of the turn that asks, and answered with it.

So it happens once, however often the turn is taken; and other sessions, and triggers, hear of it as of any change. A
session whose record is not kept (a caller's, or one that was only given at its start) changes its own copy, at once
(`at_once.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from msgspec.structs import replace

from engine.events import AnyEvent, CommandFailed, FieldsUpdated
from engine.host.keeping_records import Crossed, write
from engine.host.record_doors import RecordTypeUnknown, door_in
from engine.records.intake import Entry
from engine.records.rows import Row
from engine.records.update import FieldsWanted
from engine.store import Store, contacts, inbox, records
from engine.store.inbox import Posted
from engine.store.sessions import Writing
from engine.store.times import from_micros

SOURCE = "session"
ANSWER = "fields"
TRIES = 3


class _CannotWrite(Exception):
    """It cannot be written; the message says why."""


def carry_out(connection: sa.Connection, store: Store, writings: Iterable[Writing]) -> None:
    """Write what these sessions ask for, and put the answers into their inboxes."""
    wanted = [each for writing in writings for each in writing.updates]
    for each in sorted(wanted, key=lambda one: (one.of, one.row_id)):
        at = from_micros(each.at)
        try:
            fields = _contact(connection, store, each) if each.of == "contact" else _record(connection, store, each)
            answer: AnyEvent = FieldsUpdated(at=at, command_id=each.command_id, fields=fields)
        except _CannotWrite as refusal:
            answer = CommandFailed(at=at, command_id=each.command_id, reason=str(refusal)[:500])
        inbox.put(
            connection, session_id=each.session_id, source=ANSWER, at=each.at, posted=Posted(event=answer),
            external_id=f"{each.session_id.hex()}-{each.command_id}",
        )  # fmt: skip


def _record(connection: sa.Connection, store: Store, wanted: FieldsWanted) -> dict[str, object]:
    kept = records.by_ids(connection, [wanted.row_id]).get(wanted.row_id)
    if kept is None or kept.deleted_at is not None:
        raise _CannotWrite("there is no such record")
    try:
        intake = door_in(connection, store, kept.record_type)
    except RecordTypeUnknown as error:
        raise _CannotWrite(str(error)) from error
    entry = intake.read(0, Row(data={**kept.data, **wanted.fields}))
    if not isinstance(entry, Entry):
        raise _CannotWrite("; ".join(str(fault) for fault in entry))
    if entry.key != kept.key:
        raise _CannotWrite(f"the key {kept.key!r} of a record stays")
    entry.source_version = None  # it is not the source's word
    for _ in range(TRIES):
        try:
            with connection.begin_nested():
                write(
                    connection, store, intake, [entry], source=SOURCE, at=wanted.at, session_id=wanted.session_id
                )  # fmt: skip
        except Crossed:
            continue
        return entry.data
    raise _CannotWrite("somebody else is writing this record")


def _contact(connection: sa.Connection, store: Store, wanted: FieldsWanted) -> dict[str, object]:
    found = contacts.by_ids(connection, [wanted.row_id]).get(wanted.row_id)
    if found is None:
        raise _CannotWrite("there is no such contact")
    if wanted.fields.get("id", found.key) != found.key:
        raise _CannotWrite(f"the key {found.key!r} of a contact stays")
    fields = {name: value for name, value in wanted.fields.items() if name != "id"}
    if {**found.fields, **fields} != found.fields:
        changed = replace(found, fields={**found.fields, **fields}, updated_at=wanted.at)
        contacts.update(connection, [changed], country=store.country)
    return {**wanted.known, **fields}

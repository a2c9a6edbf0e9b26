"""What a session that the API starts is about: fields that are given, a record that is kept, or one to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from designer.problems import Problem
from engine.faults import Fault, shown
from engine.host import ingest
from engine.host.record_doors import RecordTypeUnknown, door_in
from engine.records.rows import Row
from engine.store import Store, contacts, flows, records
from engine.store.records import Kept

SOURCE = "api"
MESSAGES = {
    "there is no record {value} of this type", "there is no record type {value}", "the flow names no record type",
    "This record does not fit its type.", "Somebody else is writing this just now. Send it again.",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A record and its person, with their ids where they are kept."""

    record: dict[str, Any]
    contact: dict[str, Any] = {}
    record_id: bytes | None = None
    contact_id: bytes | None = None


def subject(
    connection: sa.Connection, store: Store, given: Mapping[str, Any], *, save: bool, flow_id: bytes, version: int,
    at: int,
) -> Subject:  # fmt: skip
    """The subject of a start; raises Problem 422 with what is wrong. Exactly `record_type` and `key` name a record."""
    if not save and given.keys() == {"record_type", "key"}:
        return _of(connection, store, str(given["record_type"]), str(given["key"]))
    if not save:
        return Subject(record=dict(given))
    document = flows.version_document(connection, flow_id, version)
    name = None if document is None else msgspec.json.decode(document[1]).get("record_type")
    if name is None:
        raise _problem(Fault("save", "the flow names no record type"))
    return _saved(connection, store, name, dict(given), at=at)


def _of(connection: sa.Connection, store: Store, name: str, key: str) -> Subject:
    row = records.get(connection, name, key)
    if row is None:
        raise _problem(Fault("record.key", "there is no record {value} of this type", {"value": shown(key)}))
    return _kept(connection, store, row)


def _saved(connection: sa.Connection, store: Store, name: str, data: dict[str, Any], *, at: int) -> Subject:
    try:
        intake = door_in(connection, store, name)
    except RecordTypeUnknown:
        raise _problem(Fault("save", "there is no record type {value}", {"value": shown(name)})) from None
    entry = intake.read(0, Row(data=data))
    if isinstance(entry, list):
        faults = [Fault(f"record.{each.path}".rstrip("."), each.message, each.params) for each in entry]
        raise Problem(422, "This record does not fit its type.", errors=faults)
    try:
        ingest.write(connection, store, intake, [entry], source=SOURCE, at=at)
    except ingest.Crossed:
        raise Problem(409, "Somebody else is writing this just now. Send it again.") from None
    row = records.get(connection, name, entry.key)
    assert row is not None
    return _kept(connection, store, row)


def _kept(connection: sa.Connection, store: Store, row: Kept) -> Subject:
    intake = door_in(connection, store, row.record_type)
    people = contacts.looked_up(connection, [row.contact_id] if row.contact_id is not None else [])
    person = people.get(row.contact_id or b"")
    known = {} if person is None else person.as_session_gets_it
    return Subject(
        record={}, contact=known | intake.person.fields(row.data), record_id=row.id, contact_id=row.contact_id
    )


def _problem(fault: Fault) -> Problem:
    return Problem(422, "The request does not fit.", errors=[fault])

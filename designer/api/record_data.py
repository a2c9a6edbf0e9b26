"""A record as the API writes it, for the one who asks; and finding one by its address."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, Field

from designer.access.identity import store
from designer.problems import Problem
from engine.host.record_doors import RecordTypeUnknown, door_in
from engine.record_types import RecordType
from engine.records.intake import Intake
from engine.records.seeing import Sight, seen
from engine.store import from_micros, id_text, records
from engine.store.records import Kept

UNKNOWN = "There is no such record."
UNKNOWN_TYPE = "There is no such record type."
MESSAGES = {UNKNOWN}
"""Sentences of this module; each has its translation."""


class TypePath(BaseModel):
    type: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")


class RecordPath(TypePath):
    key: str = Field(max_length=200, description="As the record has it; a slash in it is sent as it is.")


def intake_of(connection: sa.Connection, name: str) -> Intake:
    """The door of a record type; raises Problem 404."""
    try:
        return door_in(connection, store(), name)
    except RecordTypeUnknown:
        raise Problem(404, UNKNOWN_TYPE) from None


def found(connection: sa.Connection, path: RecordPath) -> Kept:
    """The record of an address; raises Problem 404."""
    row = records.get(connection, path.type, path.key)
    if row is None:
        raise Problem(404, UNKNOWN)
    return row


def record_data(row: Kept, kind: RecordType, sight: Sight) -> dict[str, Any]:
    """One record."""
    return {
        "id": id_text(row.id),
        "record_type": row.record_type,
        "key": row.key,
        "version": row.version,
        "data": seen(kind, row.data, sight),
        "contact": None if row.contact_id is None else id_text(row.contact_id),
        "source": row.source,
        "source_version": row.source_version,
        "created_at": from_micros(row.created_at),
        "updated_at": from_micros(row.updated_at),
    }

"""The doors of a tenant's record types, made once for each revision of a type."""

from __future__ import annotations

import threading
from collections import OrderedDict

import sqlalchemy as sa

from engine.record_types import RecordType
from engine.records.intake import Intake
from engine.store import Store, definitions
from engine.store.tenant import record_type

KEPT = 300


class RecordTypeUnknown(LookupError):
    """There is no such record type, or it was kept by an older version and cannot be used: the message says which."""


_doors: OrderedDict[tuple[str, str], tuple[dict[str, object], Intake]] = OrderedDict()
_lock = threading.Lock()


def door(store: Store, name: str) -> Intake:
    """The door of a record type as it is defined now; raises RecordTypeUnknown."""
    with store.read() as connection:
        return door_in(connection, store, name)


def door_in(connection: sa.Connection, store: Store, name: str) -> Intake:
    """The same, in a transaction."""
    found = definitions.get(connection, record_type, name)
    if found is None:
        raise RecordTypeUnknown(f"there is no record type {name!r}")
    place = (store.name, name)
    with _lock:
        kept = _doors.get(place)
        if kept is not None and kept[0] == found.definition:
            _doors.move_to_end(place)
            return kept[1]
    try:
        made = Intake(name, RecordType.model_validate(found.definition))
    except ValueError as error:  # what an older version has let in; it is checked when it is put
        raise RecordTypeUnknown(f"the record type {name!r} cannot be used: {error}") from error
    with _lock:
        _doors[place] = found.definition, made
        while len(_doors) > KEPT:
            _doors.popitem(last=False)
    return made

"""What of a session the one who asks is shown: hidden fields of its record are covered wherever they stand in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa

from designer.access.identity import store
from engine.host.record_doors import RecordTypeUnknown, door_in
from engine.record_types import RecordType
from engine.records.seeing import Sight, Veil
from engine.store import flows, records
from engine.store.history import SessionRow


def veils(connection: sa.Connection, looks: Sight) -> Callable[[SessionRow], Veil]:
    """Makes the veil of each session of a page."""
    kinds: dict[tuple[bytes, int], RecordType | None] = {}
    plain = Veil(looks, contact={}, record={}, kind=None)

    def of(row: SessionRow) -> Veil:
        if looks.everything:
            return plain
        name: str | None = None
        if row.record_id is not None and (kept := records.by_id(connection, row.record_id)) is not None:
            name = kept.record_type
        flow = (row.flow_id, row.version)
        kind = _kind(connection, name) if name is not None else kinds.get(flow)
        if name is None and flow not in kinds:
            kind = kinds[flow] = _kind(connection, _declared(connection, *flow))
        return Veil(looks, contact=_plain(row.contact), record=_plain(row.record), kind=kind)

    return of


def _declared(connection: sa.Connection, flow_id: bytes, version: int) -> str | None:
    """The record type that a version of a flow names."""
    found = flows.version_document(connection, flow_id, version)
    return None if found is None else msgspec.json.decode(found[1]).get("record_type")


def _kind(connection: sa.Connection, name: str | None) -> RecordType | None:
    try:
        return None if name is None else door_in(connection, store(), name).kind
    except RecordTypeUnknown:
        return None


def _plain(packed: bytes | None) -> dict[str, Any]:
    return {} if packed is None else msgspec.msgpack.decode(packed) or {}

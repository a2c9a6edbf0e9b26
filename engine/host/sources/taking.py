"""Records that sources have brought go where records go: `host/ingest.py`, by source and type, in their order."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from engine.faults import Fault
from engine.host.ingest import Ingested, ingest
from engine.host.record_doors import RecordTypeUnknown, door
from engine.records.rows import Row
from engine.sources.mapping import MappedRow
from engine.store import Store

__all__ = ["Brought", "RecordTypeUnknown", "Refusal", "Taken", "take_in"]


class Brought(msgspec.Struct, frozen=True):
    """A record, by its position, and the source that it is from."""

    position: int
    source: str
    row: MappedRow


class Refusal(msgspec.Struct, frozen=True):
    """A record that was refused, with every fault in it."""

    brought: Brought
    errors: list[Fault]


class Taken(msgspec.Struct):
    """What became of records."""

    done: Ingested
    refused: list[Refusal] = []


def take_in(store: Store, brought: Sequence[Brought], *, at: int) -> Taken:
    """Take records in; raises RecordTypeUnknown before anything is taken in, for its rows are wanted later."""
    groups: dict[tuple[str, str], list[Brought]] = {}
    for each in brought:
        groups.setdefault((each.source, each.row.record_type), []).append(each)
    for _, record_type in groups:
        door(store, record_type)
    taken = Taken(done=Ingested(rejected=[]), refused=[])
    for (source, record_type), rows in groups.items():
        given = [Row(data=r.row.data, source_version=r.row.source_version, deleted=r.row.deleted) for r in rows]
        done = ingest(store, record_type, given, source=source, at=at)
        taken.refused += [Refusal(rows[refused.row], refused.errors) for refused in done.rejected]
        for name in ("accepted", "updated", "unchanged", "late", "deleted", "sessions"):
            setattr(taken.done, name, getattr(taken.done, name) + getattr(done, name))
    return taken

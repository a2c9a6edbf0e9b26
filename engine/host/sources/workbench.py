"""The workbench: what rows would become, and which triggers would start what by them; nothing is kept.

Nothing is worked out a second way: the records go through the very code that takes them in, within a transaction that
is rolled back. So what the workbench says is what happens.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from engine.faults import Fault
from engine.host import following
from engine.host.keeping_records import keep
from engine.host.record_doors import RecordTypeUnknown, door_in
from engine.records.change import Change
from engine.records.intake import Entry
from engine.records.rows import Ingested, Row
from engine.sources.mapping import MappedRow
from engine.store import Store
from engine.store.tenant import plan, started, trigger

MESSAGES = {"there is no record type {value}"}
"""Sentences of this module; each has its translation."""
BECOMES = ("accepted", "updated", "unchanged", "late", "deleted")


class WouldStart(msgspec.Struct, frozen=True, kw_only=True):
    """What a trigger would do: `start` at once, `plan` for a moment, or not, for a reason."""

    trigger: bytes
    flow: bytes
    does: str
    at: int | None = None
    reason: str | None = None


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What would become of a record."""

    row: MappedRow
    becomes: str
    key: str | None = None
    errors: Sequence[Fault] = ()
    triggers: Sequence[WouldStart] = ()


class _Undone(Exception):
    """Ends the transaction without a trace."""


def tried(store: Store, rows: Sequence[MappedRow], *, at: int) -> list[Tried]:
    """What would become of records, one after the other."""
    found: list[Tried] = []
    try:
        with store.begin() as connection:
            found += [_tried(connection, store, row, at=at + number) for number, row in enumerate(rows)]
            raise _Undone
    except _Undone:
        return found


def _tried(connection: sa.Connection, store: Store, row: MappedRow, *, at: int) -> Tried:
    try:
        intake = door_in(connection, store, row.record_type)
    except RecordTypeUnknown:
        fault = Fault("record_type", "there is no record type {value}", {"value": row.record_type})
        return Tried(row=row, becomes="rejected", errors=[fault])
    entry = intake.read(0, Row(data=row.data, source_version=row.source_version, deleted=row.deleted))
    if not isinstance(entry, Entry):
        return Tried(row=row, becomes="rejected", errors=entry)
    batch = keep(connection, intake, [entry], source="workbench", at=at, country=store.country)
    if batch.forgotten:
        following.forget(connection, batch.forgotten, at=at)
    following.follow(connection, batch.changes, at=at, time_zone=store.time_zone)
    return Tried(
        row=row, becomes=_becomes(batch.done), key=entry.key, triggers=_started(connection, batch.changes, at=at)
    )  # fmt: skip


def _becomes(done: Ingested) -> str:
    return next((name for name in BECOMES if getattr(done, name)), "unchanged")


def _started(connection: sa.Connection, changes: Sequence[Change], *, at: int) -> list[WouldStart]:
    ids = [change.record_id for change in changes]
    starts = (
        sa.select(started.c.trigger_id, trigger.c.flow_id)
        .join(trigger, trigger.c.id == started.c.trigger_id)
        .where(started.c.record_id.in_(ids), started.c.at == at)
    )
    plans = (
        sa.select(plan.c.trigger_id, trigger.c.flow_id, plan.c.due_at, plan.c.reason)
        .join(trigger, trigger.c.id == plan.c.trigger_id)
        .where(plan.c.record_id.in_(ids), plan.c.changed_at == at)
    )
    found = [WouldStart(trigger=row.trigger_id, flow=row.flow_id, does="start") for row in connection.execute(starts)]
    for row in connection.execute(plans):
        does = "plan" if row.due_at is not None else "not"
        found.append(
            WouldStart(trigger=row.trigger_id, flow=row.flow_id, does=does, at=row.due_at, reason=row.reason)
        )  # fmt: skip
    return found

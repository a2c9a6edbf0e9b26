"""Plans: dated starts to come, one for each trigger and record; and those of schedules, which have no record.

A record that changes moves its plans or cancels them, in the transaction that writes it; a worker that serves a plan
holds its row until the start is written, so that each is served once. Who writes a record has its row before its plan's
row, and who serves a record's plan does not lock the record: so the two never wait for each other in a ring.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import sqlalchemy as sa

from engine.store.bulk import Update, Upsert
from engine.store.compiled import Compiled, given
from engine.store.tenant import plan

NO_RECORD = b""
"""The `record_id` of a schedule's plan, and of the look through all records that a new trigger begins with."""

Fate = Literal["started", "cancelled", "past", "over", "not_started", "done"]
"""What became of a plan: `past` had passed when the record came, `over` was of no use any more when it was served."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A start to come, or what became of it; microseconds UTC."""

    trigger_id: bytes
    record_id: bytes
    moment: int
    due_at: int | None
    over_at: int | None = None
    after: bytes | None = None
    fate: str | None = None
    reason: str | None = None
    session_id: bytes | None = None
    changed_at: int


_ROW = Plan.__struct_fields__
_COLUMNS = [plan.c[name] for name in _ROW]
_PUT = Upsert(
    plan,
    ["trigger_id", "record_id", "moment", "due_at", "over_at", "changed_at"],
    lambda _, new: {
        **{name: new[name] for name in ("moment", "due_at", "over_at", "changed_at")},
        **{name: sa.null() for name in ("after", "fate", "reason", "session_id")},
    },
    lambda there, new: sa.or_(there.moment != new.moment, there.fate == "cancelled"),
)
_REFUSE = Upsert(
    plan,
    ["trigger_id", "record_id", "moment", "fate", "reason", "changed_at"],
    lambda _, new: {name: new[name] for name in ("moment", "fate", "reason", "changed_at")},
    lambda there, _: there.due_at.is_(None),
)
_ONE = sa.and_(
    plan.c.trigger_id == given("of_trigger", plan.c.trigger_id),
    plan.c.record_id == given("of_record", plan.c.record_id),
)
_CANCEL = Compiled(
    plan.update()
    .where(_ONE, plan.c.due_at.is_not(None))
    .values(due_at=None, fate="cancelled", reason=given("why", plan.c.reason), changed_at=given("at")),
    "of_trigger", "of_record", "why", "at",
)  # fmt: skip
_LAPSE = Compiled(
    plan.update()
    .where(_ONE, plan.c.moment != given("to_moment"))
    .values(moment=given("to_moment"), due_at=None, fate="past", reason=None, changed_at=given("at")),
    "of_trigger", "of_record", "to_moment", "at",
)  # fmt: skip
_END = Update(plan, ["trigger_id", "record_id"], ["due_at", "fate", "reason", "session_id", "changed_at"])
_GO_ON = Update(plan, ["trigger_id", "record_id"], ["moment", "due_at", "after", "fate", "changed_at"])
DUE = Compiled(sa.select(sa.exists(sa.select(plan.c.trigger_id).where(plan.c.due_at <= given("at")))), "at")
"""Whether anything is due."""


def _take(of: sa.ColumnElement[bool]) -> Compiled:
    due = sa.select(*_COLUMNS).where(plan.c.due_at <= given("at"), of).order_by(plan.c.due_at).limit(given("limit"))
    return Compiled(due.with_for_update(skip_locked=True), "at", "limit")


_TAKE = _take(plan.c.record_id != NO_RECORD)
_TAKE_WHOLE = _take(plan.c.record_id == NO_RECORD)


def put(connection: sa.Connection, rows: Sequence[tuple[bytes, bytes, int, int, int | None]], *, at: int) -> None:
    """Plan starts: trigger, record, moment, when it is due, when it is over.

    One for the same moment as before stays as it is, served or not; one that was cancelled is there again.
    """
    _PUT.run(connection, [(*row, at) for row in sorted(rows)])


def cancel(connection: sa.Connection, pairs: Sequence[tuple[bytes, bytes]], reason: str, *, at: int) -> None:
    """These triggers have nothing to come for these records any more."""
    if pairs:
        _CANCEL.many(connection, [(*pair, reason, at) for pair in sorted(pairs)])


def lapse(connection: sa.Connection, rows: Sequence[tuple[bytes, bytes, int]], *, at: int) -> None:
    """What was planned has moved to a moment that has passed already: trigger, record, moment."""
    if rows:
        _LAPSE.many(connection, [(*row, at) for row in sorted(rows)])


def refuse(connection: sa.Connection, rows: Sequence[tuple[bytes, bytes, str]], *, at: int) -> None:
    """A change that was to start a flow did not: trigger, record, and why, for who asks."""
    ordered = sorted(rows)
    _REFUSE.run(connection, [(trigger, record, at, "not_started", reason, at) for trigger, record, reason in ordered])


def cancel_of_records(connection: sa.Connection, record_ids: Sequence[bytes], reason: str, *, at: int) -> None:
    """Nothing is to come for these records any more."""
    theirs = sa.and_(plan.c.record_id.in_(record_ids), plan.c.due_at.is_not(None))
    cancelled = {"due_at": None, "fate": "cancelled", "reason": reason, "changed_at": at}
    connection.execute(plan.update().where(theirs).values(cancelled))


def cancel_of_trigger(connection: sa.Connection, trigger_id: bytes, reason: str, *, at: int) -> None:
    """Nothing that this trigger has planned for records is to come any more."""
    its = sa.and_(plan.c.trigger_id == trigger_id, plan.c.record_id != NO_RECORD, plan.c.due_at.is_not(None))
    cancelled = {"due_at": None, "fate": "cancelled", "reason": reason, "changed_at": at}
    connection.execute(plan.update().where(its).values(cancelled))


def take(connection: sa.Connection, *, at: int, limit: int) -> list[Plan]:
    """Lock what is due now for records, the earliest first; what another has in hand is passed over."""
    return [Plan(**dict(zip(_ROW, row, strict=True))) for row in _TAKE.all(connection, at, limit)]


def take_whole(connection: sa.Connection, *, at: int) -> Plan | None:
    """Lock one that is due now and has no record of its own."""
    rows = _TAKE_WHOLE.all(connection, at, 1)
    return Plan(**dict(zip(_ROW, rows[0], strict=True))) if rows else None


def locked(connection: sa.Connection, trigger_id: bytes) -> Plan | None:
    """A trigger's plan that has no record, locked: whoever is just serving it has ended."""
    its = sa.and_(plan.c.trigger_id == trigger_id, plan.c.record_id == NO_RECORD)
    row = connection.execute(sa.select(*_COLUMNS).where(its).with_for_update()).one_or_none()
    return None if row is None else Plan(**row._mapping)


def end(
    connection: sa.Connection, rows: Sequence[tuple[bytes, bytes, Fate, str | None, bytes | None]], *, at: int
) -> None:
    """These were served: trigger, record, what became of it, why, and the session."""
    _END.run(connection, [(*row[:2], None, *row[2:], at) for row in rows])


def go_on(
    connection: sa.Connection, trigger_id: bytes, *, moment: int, after: bytes | None, at: int, fate: str | None = None
) -> None:
    """A schedule's plan: its next moment, or, with the record that it has come to, more of this one."""
    _GO_ON.run(connection, [(trigger_id, NO_RECORD, moment, moment, after, fate, at)])


def page(
    connection: sa.Connection,
    trigger_id: bytes,
    *,
    after: tuple[int, bytes] | None = None,
    limit: int,
    open_only: bool = False,
    of_records: bool = False,
) -> list[Plan]:
    """A trigger's plans by their moments, those after one; only what is to come, or is about records, if asked for."""
    statement = sa.select(*_COLUMNS).where(plan.c.trigger_id == trigger_id).order_by(plan.c.moment, plan.c.record_id)
    if of_records:
        statement = statement.where(plan.c.record_id != NO_RECORD)
    if open_only:
        statement = statement.where(plan.c.due_at.is_not(None))
    if after is not None:
        statement = statement.where(sa.tuple_(plan.c.moment, plan.c.record_id) > after)
    return [Plan(**row._mapping) for row in connection.execute(statement.limit(limit))]


def of_record(connection: sa.Connection, record_id: bytes) -> list[Plan]:
    """What triggers have to come for a record, or what became of it."""
    statement = sa.select(*_COLUMNS).where(plan.c.record_id == record_id).order_by(plan.c.moment)
    return [Plan(**row._mapping) for row in connection.execute(statement)]


def remove(connection: sa.Connection, trigger_id: bytes) -> None:
    """The trigger is no more, and what it had planned."""
    connection.execute(plan.delete().where(plan.c.trigger_id == trigger_id))

"""Triggers: what starts a flow. A call trigger's number belongs to one tenant of the whole platform.

Two databases have no common transaction, so a number is reserved in control, its trigger made in the tenant's
database, and the reservation confirmed; `sweep_numbers` settles what a crash left between (DECISIONS 5). The tenant's
row is the truth: a reservation without it is void.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.matching import forms
from engine.store import flow_state, plans
from engine.store.control import number as numbers
from engine.store.databases import Stores, TenantUnknown
from engine.store.flow_state import Standing
from engine.store.flows import FlowUnknown
from engine.store.ids import new_id
from engine.store.inserting import insert_new
from engine.store.tenant import flow, trigger
from engine.store.times import SECOND
from engine.texting.keywords import Keyword
from engine.trunks import policy

CALL = "call"
SMS = "sms"
MISSED_CALL = "missed_call"
CALLED = (CALL, "fax", MISSED_CALL)
"""Kinds that a call to a number starts."""
SETTLED_AFTER = 60 * SECOND
"""Microseconds after which an unconfirmed reservation can no longer be somebody's who is just at it."""


class NumberTaken(RuntimeError):
    """Another call trigger has this number."""

    def __init__(self, number: str) -> None:
        super().__init__(f"{number} starts another flow")
        self.number = number


class WordTaken(RuntimeError):
    """Another trigger at the same number has this word, or takes any text (an empty word)."""

    def __init__(self, word: str) -> None:
        super().__init__(f"{word!r} starts another flow")
        self.word = word


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """What starts a flow; `number` if its kind has one."""

    id: bytes
    kind: str
    flow_id: bytes
    number: str | None
    config: dict[str, Any]
    """What its kind is told, as it was given."""
    created_at: int
    enabled: bool = True
    """Whether it starts anything."""


class CallTarget(msgspec.Struct, frozen=True, kw_only=True):
    """What a call to a number starts; `version` is None while the flow is not published."""

    tenant: str
    trigger_id: bytes
    flow_id: bytes
    version: int | None
    standing: Standing
    kind: str = CALL
    enabled: bool = True


def bind(connection: sa.Connection, *, kind: str, flow_id: bytes, config: dict[str, Any], at: int) -> Trigger:
    """Make a trigger that has no number. Raises FlowUnknown."""
    if connection.execute(sa.select(flow.c.id).where(flow.c.id == flow_id).with_for_update(read=True)).first() is None:
        raise FlowUnknown
    made = Trigger(id=new_id(), kind=kind, flow_id=flow_id, number=None, config=config, created_at=at)
    connection.execute(trigger.insert().values(msgspec.structs.asdict(made)))
    return made


def bind_number(
    stores: Stores, tenant: str, *, flow_id: bytes, number: str, at: int, kind: str = CALL
) -> Trigger:
    """Make a trigger of calls to a number, of whichever of these kinds. Raises NumberTaken, FlowUnknown."""
    made = Trigger(id=new_id(), kind=kind, flow_id=flow_id, number=number, config={}, created_at=at)
    reserve(stores, tenant, made, at=at)
    try:
        with stores.tenant(tenant).begin() as connection:
            known = connection.execute(sa.select(flow.c.id).where(flow.c.id == flow_id).with_for_update(read=True))
            if known.one_or_none() is None:
                raise FlowUnknown
            connection.execute(trigger.insert().values(msgspec.structs.asdict(made)))
    except (FlowUnknown, sa.exc.SQLAlchemyError):
        with stores.control.begin() as connection:
            connection.execute(numbers.delete().where(numbers.c.trigger_id == made.id, ~numbers.c.confirmed))
        raise
    with stores.control.begin() as connection:
        connection.execute(numbers.update().where(numbers.c.trigger_id == made.id).values(confirmed=True))
    return made


def bind_sms(connection: sa.Connection, *, flow_id: bytes, number: str, words: Sequence[str], at: int) -> Trigger:
    """Let texts to a number of ours (any if empty) that say one of these words start a flow; without words, any text.

    Raises FlowUnknown, and WordTaken for a word that starts a flow at this number already.
    """
    if connection.execute(sa.select(flow.c.id).where(flow.c.id == flow_id).with_for_update(read=True)).first() is None:
        raise FlowUnknown
    words_free(connection, number, words)
    config = {"words": list(words)}
    made = Trigger(id=new_id(), kind=SMS, flow_id=flow_id, number=number or None, config=config, created_at=at)
    connection.execute(trigger.insert().values(msgspec.structs.asdict(made)))
    return made


def words_free(connection: sa.Connection, number: str, words: Sequence[str], *, but: bytes = b"") -> None:
    """Raises WordTaken if another trigger than `but` has one of these words at this number."""
    others = sa.and_(trigger.c.kind == SMS, trigger.c.id != but)
    there = connection.execute(sa.select(trigger.c.number, trigger.c.config).where(others))
    taken = {form for each in there if (each.number or "") == number for form in _forms(each.config["words"])}
    if twice := _forms(words) & taken:
        raise WordTaken(min(twice))


def sms_keywords(connection: sa.Connection) -> list[Keyword]:
    """What texts start, the oldest first."""
    theirs = sa.select(trigger).where(trigger.c.kind == SMS, trigger.c.enabled)
    rows = connection.execute(theirs.order_by(trigger.c.id))
    return [Keyword(trigger=row.id, words=tuple(row.config["words"]), number=row.number or "") for row in rows]


def _forms(words: Sequence[str]) -> set[str]:
    return {form for word in words for form in forms(word)} if words else {""}


def remove(stores: Stores, tenant: str, identity: bytes, *, at: int) -> bool:
    """Remove a trigger and free its number; whether it was there."""
    store = stores.tenant(tenant)
    with store.read() as connection:
        known = connection.execute(sa.select(trigger.c.id).where(trigger.c.id == identity)).one_or_none()
    if known is None:
        return False
    with stores.control.begin() as connection:
        connection.execute(
            numbers.update().where(numbers.c.trigger_id == identity).values(confirmed=False, changed_at=at)
        )
    with store.begin() as connection:
        plans.remove(connection, identity)
        removed = connection.execute(trigger.delete().where(trigger.c.id == identity)).rowcount == 1
    with stores.control.begin() as connection:
        connection.execute(numbers.delete().where(numbers.c.trigger_id == identity))
    return removed


def sweep_numbers(stores: Stores, *, at: int) -> int:
    """Confirm or free the numbers that a crash left unconfirmed; how many. Call it once a minute."""
    with stores.control.read() as connection:
        left = connection.execute(
            sa.select(numbers).where(~numbers.c.confirmed, numbers.c.changed_at < at - SETTLED_AFTER)
        ).all()
    for row in left:
        there = _holds(stores, row)
        still = sa.and_(_is(row), numbers.c.changed_at == row.changed_at, ~numbers.c.confirmed)
        with stores.control.begin() as connection:
            if there:
                connection.execute(numbers.update().where(still).values(confirmed=True))
            else:
                connection.execute(numbers.delete().where(still))
    return len(left)


def call_target(stores: Stores, number: str) -> CallTarget | None:
    """What a call to this number starts, if anything; one that is nobody's may be somebody's in another spelling.

    A number of a tenant that is suspended is nobody's for as long.
    """
    with stores.control.read() as connection:
        owner = connection.execute(sa.select(numbers).where(numbers.c.number == number)).one_or_none()
        if owner is None:
            owner = _otherwise_written(connection, number, stores.country)
    if owner is None or stores.suspended(owner.tenant):
        return None
    with stores.tenant(owner.tenant).read() as connection:
        row = connection.execute(
            sa.select(flow.c.id, flow.c.published, flow.c.state, flow.c.settings, trigger.c.kind, trigger.c.enabled)
            .join_from(trigger, flow, flow.c.id == trigger.c.flow_id)
            .where(trigger.c.id == owner.trigger_id)
        ).one_or_none()
    if row is None:
        return None
    return CallTarget(
        tenant=owner.tenant, trigger_id=owner.trigger_id, flow_id=row.id, version=row.published,
        standing=flow_state.read(row), kind=row.kind, enabled=row.enabled,
    )  # fmt: skip


def tenants_called(stores: Stores) -> list[str]:
    """The tenants that have a number to be called."""
    with stores.control.read() as connection:
        return list(connection.scalars(sa.select(numbers.c.tenant).where(numbers.c.confirmed).distinct()))


def versions_called(connection: sa.Connection) -> list[tuple[bytes, int]]:
    """The published versions that calls to this tenant start."""
    called = sa.select(trigger.c.flow_id).where(trigger.c.kind.in_(CALLED))
    there = sa.select(flow.c.id, flow.c.published).where(flow.c.id.in_(called), flow.c.published.is_not(None))
    return [(row.id, row.published) for row in connection.execute(there)]


def get(connection: sa.Connection, identity: bytes) -> Trigger | None:
    """The trigger of this id."""
    row = connection.execute(sa.select(trigger).where(trigger.c.id == identity)).one_or_none()
    return None if row is None else _trigger(row)


def page(
    connection: sa.Connection,
    *,
    before: bytes | None = None,
    limit: int,
    flow_id: bytes | None = None,
    kind: str | None = None,
) -> list[Trigger]:
    """Triggers, the newest first; of one flow or kind if asked for."""
    statement = sa.select(trigger).order_by(trigger.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(trigger.c.id < before)
    if flow_id is not None:
        statement = statement.where(trigger.c.flow_id == flow_id)
    if kind is not None:
        statement = statement.where(trigger.c.kind == kind)
    return [_trigger(row) for row in connection.execute(statement)]


def of_flows(connection: sa.Connection, flow_ids: list[bytes]) -> dict[bytes, list[Trigger]]:
    """The triggers of each of these flows, the oldest first."""
    found: dict[bytes, list[Trigger]] = {}
    statement = sa.select(trigger).where(trigger.c.flow_id.in_(flow_ids)).order_by(trigger.c.id)
    for row in connection.execute(statement):
        found.setdefault(row.flow_id, []).append(_trigger(row))
    return found


def reserve(stores: Stores, tenant: str, made: Trigger, *, at: int) -> None:
    """Keep a trigger's number for it until the trigger is written. Raises NumberTaken."""
    assert made.number is not None
    values = {
        "number": made.number, "tenant": tenant, "trigger_id": made.id, "confirmed": False, "changed_at": at,
    }  # fmt: skip
    with stores.control.begin() as connection:
        other = _otherwise_written(connection, made.number, stores.country)
        if other is not None and other.trigger_id != made.id:
            raise NumberTaken(made.number)
        if insert_new(connection, numbers, values):
            return
        row = connection.execute(sa.select(numbers).where(numbers.c.number == made.number)).one_or_none()
    if row is None or row.confirmed or row.changed_at >= at - SETTLED_AFTER:
        raise NumberTaken(made.number)
    if _holds(stores, row):
        raise NumberTaken(made.number)
    with stores.control.begin() as connection:
        void = numbers.delete().where(_is(row), ~numbers.c.confirmed)
        if connection.execute(void).rowcount != 1 or not insert_new(connection, numbers, values):
            raise NumberTaken(made.number)


def _otherwise_written(connection: sa.Connection, number: str, country: str) -> sa.Row[Any] | None:
    """The confirmed reservation of the same number in another spelling."""
    others = [other for other in policy.spellings(number, country) if other != number]
    if not others:
        return None
    found = sa.and_(numbers.c.number.in_(others), numbers.c.confirmed)
    return connection.execute(sa.select(numbers).where(found).order_by(numbers.c.changed_at)).first()


def _is(row: sa.Row[Any]) -> sa.ColumnElement[bool]:
    return sa.and_(numbers.c.number == row.number, numbers.c.trigger_id == row.trigger_id)


def _holds(stores: Stores, reserved: sa.Row[Any]) -> bool:
    """Whether the trigger is there for which this number is reserved, and has this number."""
    try:
        store = stores.tenant(reserved.tenant)
    except TenantUnknown:
        return False
    with store.read() as connection:
        there = get(connection, reserved.trigger_id)
    return there is not None and there.number == reserved.number


def _trigger(row: sa.Row[Any]) -> Trigger:
    return Trigger(**{field: row._mapping[field] for field in Trigger.__struct_fields__})

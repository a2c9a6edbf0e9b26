"""A trigger that is told something else: its flow, its condition, its words or its number; and switched off and on.

Two databases have no common transaction, so a new number is reserved before the trigger has it, and the old one is
given up after that; what a crash leaves between is settled as for a new trigger (`triggers.sweep_numbers`): a number
is a trigger's whose row has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store import triggers
from engine.store.control import number as numbers
from engine.store.databases import Stores
from engine.store.flows import FlowUnknown
from engine.store.tenant import flow, trigger
from engine.store.triggers import Trigger


class TriggerMoved(RuntimeError):
    """Somebody else has given the trigger another number meanwhile, or removed it."""


def set_enabled(connection: sa.Connection, identity: bytes, enabled: bool) -> bool:
    """Switch a trigger on or off; whether it is there."""
    changed = trigger.update().where(trigger.c.id == identity).values(enabled=enabled)
    return connection.execute(changed).rowcount == 1


def locked(connection: sa.Connection, identity: bytes) -> Trigger | None:
    """The trigger of this id, until the end of the transaction nobody else's to change."""
    connection.execute(sa.select(trigger.c.id).where(trigger.c.id == identity).with_for_update())
    return triggers.get(connection, identity)


def write(
    connection: sa.Connection, before: Trigger, *, flow_id: bytes, config: dict[str, Any], number: str | None
) -> Trigger:
    """Tell a trigger that is locked something else. Raises FlowUnknown."""
    if connection.execute(sa.select(flow.c.id).where(flow.c.id == flow_id).with_for_update(read=True)).first() is None:
        raise FlowUnknown
    changes: dict[str, Any] = {"flow_id": flow_id, "config": config, "number": number}
    connection.execute(trigger.update().where(trigger.c.id == before.id).values(changes))
    return msgspec.structs.replace(before, **changes)


@contextmanager
def moving(stores: Stores, tenant: str, before: Trigger, number: str, *, at: int) -> Iterator[None]:
    """Around the transaction that gives a trigger of calls another number. Raises NumberTaken.

    In that transaction the trigger must still have the number that it has in `before` (`TriggerMoved`); whatever is
    raised in it, the trigger keeps that one.
    """
    if before.number == number:
        yield
        return
    theirs = numbers.c.trigger_id == before.id
    triggers.reserve(stores, tenant, msgspec.structs.replace(before, number=number), at=at)
    with stores.control.begin() as connection:
        old = numbers.update().where(theirs, numbers.c.number == before.number)
        connection.execute(old.values(confirmed=False, changed_at=at))
    given_up, kept = number, before.number
    try:
        yield
        given_up, kept = before.number or "", number
    finally:
        with stores.control.begin() as connection:
            connection.execute(numbers.delete().where(theirs, numbers.c.number == given_up))
            connection.execute(numbers.update().where(theirs, numbers.c.number == kept).values(confirmed=True))

"""A number belongs to one trigger of the whole platform, whatever crashes between the two databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.store import Stores, control, flows, new_id, now_micros, trigger_changes, triggers
from engine.store.flows import Draft, FlowUnknown
from engine.store.times import SECOND
from engine.store.trigger_changes import TriggerMoved
from engine.store.triggers import NumberTaken

LATER = 120 * SECOND


@pytest.fixture
def flow(stores: Stores) -> bytes:
    with stores.tenant("main").begin() as connection:
        return flows.create(connection, Draft(document="{}", name="A"), at=1).id


def numbers(stores: Stores) -> list[tuple[str, bool]]:
    with stores.control.read() as connection:
        rows = connection.execute(sa.select(control.number.c.number, control.number.c.confirmed))
        return sorted((row.number, row.confirmed) for row in rows)


def test_a_number_leads_to_its_flow_and_is_free_again_after_removal(stores: Stores, flow: bytes) -> None:
    made = triggers.bind_number(stores, "main", flow_id=flow, number="7001", at=now_micros())
    target = triggers.call_target(stores, "7001")
    assert target is not None
    assert (target.tenant, target.flow_id, target.version) == ("main", flow, None)
    with stores.tenant("main").begin() as connection:
        flows.publish(connection, flow, document="{}", sha256="", message="", at=1)
        assert triggers.of_flows(connection, [flow]) == {flow: [made]}
    target = triggers.call_target(stores, "7001")
    assert target is not None
    assert target.version == 1
    assert triggers.remove(stores, "main", made.id, at=now_micros())
    assert not triggers.remove(stores, "main", made.id, at=now_micros())
    assert triggers.call_target(stores, "7001") is None
    assert numbers(stores) == []


def test_a_second_trigger_for_a_number_is_refused_in_every_tenant(stores: Stores, flow: bytes) -> None:
    triggers.bind_number(stores, "main", flow_id=flow, number="7001", at=now_micros())
    with stores.tenant("other").begin() as connection:
        theirs = flows.create(connection, Draft(document="{}", name="B"), at=1).id
    for tenant, identity in (("main", flow), ("other", theirs)):
        with pytest.raises(NumberTaken, match="7001"):
            triggers.bind_number(stores, tenant, flow_id=identity, number="7001", at=now_micros())


def test_an_unknown_flow_reserves_nothing(stores: Stores) -> None:
    with pytest.raises(FlowUnknown):
        triggers.bind_number(stores, "main", flow_id=new_id(), number="7001", at=now_micros())
    assert numbers(stores) == []


def test_what_a_crash_left_is_freed_or_confirmed(stores: Stores, flow: bytes) -> None:
    now = now_micros()
    kept = triggers.bind_number(stores, "main", flow_id=flow, number="7001", at=now)
    with stores.control.begin() as connection:
        connection.execute(control.number.update().values(confirmed=False))
        connection.execute(
            control.number.insert().values(
                number="7002", tenant="main", trigger_id=new_id(), confirmed=False, changed_at=now
            )
        )
    assert triggers.sweep_numbers(stores, at=now) == 0
    assert triggers.sweep_numbers(stores, at=now + LATER) == 2
    assert numbers(stores) == [("7001", True)]
    with stores.tenant("main").read() as connection:
        assert triggers.get(connection, kept.id) == kept


def test_a_void_reservation_does_not_hold_a_number_for_ever(stores: Stores, flow: bytes) -> None:
    now = now_micros()
    with stores.control.begin() as connection:
        connection.execute(
            control.number.insert().values(
                number="7002", tenant="main", trigger_id=new_id(), confirmed=False, changed_at=now
            )
        )
    with pytest.raises(NumberTaken):
        triggers.bind_number(stores, "main", flow_id=flow, number="7002", at=now + 1)
    triggers.bind_number(stores, "main", flow_id=flow, number="7002", at=now + LATER)
    assert numbers(stores) == [("7002", True)]


@pytest.mark.parametrize("written", [False, True])
def test_a_crash_while_a_number_is_changed_leaves_the_trigger_one_number(
    stores: Stores, flow: bytes, written: bool
) -> None:
    now = now_micros()
    made = triggers.bind_number(stores, "main", flow_id=flow, number="7001", at=now)
    moving = trigger_changes.moving(stores, "main", made, "7002", at=now)
    moving.__enter__()
    if written:
        with stores.tenant("main").begin() as connection:
            trigger_changes.write(connection, made, flow_id=flow, config={}, number="7002")
    assert numbers(stores) == [("7001", False), ("7002", False)]
    assert triggers.sweep_numbers(stores, at=now + LATER) == 2
    assert numbers(stores) == [("7002" if written else "7001", True)]
    moving.__exit__(RuntimeError, RuntimeError(), None)


def test_a_number_stays_where_its_change_is_refused(stores: Stores, flow: bytes) -> None:
    made = triggers.bind_number(stores, "main", flow_id=flow, number="7001", at=now_micros())
    with pytest.raises(TriggerMoved), trigger_changes.moving(stores, "main", made, "7002", at=now_micros()):
        raise TriggerMoved
    assert numbers(stores) == [("7001", True)]
    other = triggers.bind_number(stores, "main", flow_id=flow, number="02088886666", at=now_micros())
    with trigger_changes.moving(stores, "main", other, "+862088886666", at=now_micros()):
        pass
    assert numbers(stores) == [("+862088886666", True), ("7001", True)]

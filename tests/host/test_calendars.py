"""Calendars by name in sessions that run: as they are in the tenant's database at that moment."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engine.host import sleeping
from engine.host.calendars import KEPT, TenantCalendars
from engine.host.programs import Programs
from engine.store import Store, Stores, definitions, inbox, new_id, now_micros
from engine.store.inbox import Start
from engine.store.tenant import calendar, session
from tests.host.conftest import publish

ALWAYS = {"week": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}}
NEVER: dict[str, Any] = {"week": {"mon": []}}


def keep(store: Store, definition: dict[str, Any]) -> None:
    with store.begin() as connection:
        definitions.put(connection, calendar, "clinic", definition, at=now_micros())


def outcome(store: Store, flow_id: bytes, programs: Programs) -> str:
    """What a session comes to that is started now."""
    identity = new_id()
    with store.begin() as connection:
        start = Start(flow_id=flow_id, version=1, contact={}, record={})
        inbox.put_start(connection, session_id=identity, source="api", start=start, at=now_micros())
    sleeping.serve(store, programs)
    with store.read() as connection:
        return str(connection.scalar(sa.select(session.c.outcome).where(session.c.id == identity)))


def test_a_session_goes_by_the_calendar_as_it_is_now(stores: Stores) -> None:
    store = stores.tenant("main")
    ends = {state: {"type": "end", "config": {"outcome": state}} for state in ("open", "closed", "holiday")}
    hours = {"type": "hours", "config": {"calendar": "clinic"}, "outlets": {state: state for state in ends}}
    document = {"callweave": 1, "name": "H", "languages": ["en"], "start": "ask", "nodes": {"ask": hours, **ends}}
    flow_id = publish(store, document)
    keep(store, ALWAYS)
    assert outcome(store, flow_id, Programs("UTC")) == "open"
    keep(store, NEVER)
    assert outcome(store, flow_id, Programs("UTC")) == "closed"
    with store.begin() as connection:
        definitions.remove(connection, calendar, "clinic")
    assert outcome(store, flow_id, Programs("UTC")) == "closed", "what is not known to be open counts as closed"


def test_a_calendar_is_read_again_after_a_moment(stores: Stores) -> None:
    store, now = stores.tenant("main"), [0.0]
    calendars = TenantCalendars(store, clock=lambda: now[0])
    with pytest.raises(KeyError):
        calendars["clinic"]
    keep(store, ALWAYS)
    assert calendars.get("clinic") is None
    now[0] = KEPT
    first = calendars["clinic"]
    keep(store, NEVER)
    assert calendars["clinic"] is first
    now[0] = 2 * KEPT
    assert calendars["clinic"] is not first
    assert list(calendars) == ["clinic"]
    assert len(calendars) == 1


def test_a_calendar_that_is_not_sound_any_more_is_as_if_it_were_missing(stores: Stores) -> None:
    store = stores.tenant("main")
    keep(store, {"week": {"mon": [["9"]]}})
    assert TenantCalendars(store).get("clinic") is None

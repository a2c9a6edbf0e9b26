"""Sessions that nobody owns: started and advanced from the inbox, each event in one transaction."""

from __future__ import annotations

import sqlalchemy as sa

from engine.events import SessionCancelled
from engine.host import sleeping
from engine.host.programs import Programs
from engine.store import Stores, inbox, new_id, now_micros
from engine.store.inbox import Posted, Start
from engine.store.tenant import session


def test_a_start_without_a_call_makes_a_session(stores: Stores, flow_id: bytes) -> None:
    store = stores.tenant("main")
    identity = new_id()
    start = Start(flow_id=flow_id, version=1, contact={"name": "Ann"}, record={"x": 1})
    with store.begin() as connection:
        inbox.put_start(connection, session_id=identity, source="api", start=start, at=now_micros())
    [(held, steps)] = sleeping.serve(store, Programs("UTC"))
    assert (held.id, [step.outlet for step in steps]) == (identity, ["failed"]), "nobody is on the line"
    assert sleeping.serve(store, Programs("UTC")) == [], "it is done"
    with store.read() as connection:
        row = connection.execute(sa.select(session)).one()
    assert (row.id, row.status, row.owner, row.rev) == (identity, "completed", None, 1)


def test_an_event_for_a_session_that_has_ended_changes_nothing(stores: Stores, flow_id: bytes) -> None:
    store = stores.tenant("main")
    identity = new_id()
    with store.begin() as connection:
        start = Start(flow_id=flow_id, version=1, contact={}, record={})
        inbox.put_start(connection, session_id=identity, source="api", start=start, at=now_micros())
        posted = Posted(event=SessionCancelled())
        inbox.put(connection, session_id=identity, source="api", external_id="c", posted=posted, at=now_micros())
    sleeping.serve(store, Programs("UTC"))
    with store.read() as connection:
        row = connection.execute(sa.select(session)).one()
    assert (row.status, row.rev) == ("completed", 1)


def test_an_event_for_a_flow_that_cannot_run_here_waits(stores: Stores, flow_id: bytes) -> None:
    store = stores.tenant("main")
    with store.begin() as connection:
        start = Start(flow_id=flow_id, version=7, contact={}, record={})
        inbox.put_start(connection, session_id=new_id(), source="api", start=start, at=now_micros())
    assert sleeping.serve(store, Programs("UTC")) == []
    with store.read() as connection:
        assert connection.execute(sa.select(inbox.inbox.c.done_at)).scalars().all() == [None]

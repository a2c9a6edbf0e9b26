"""Sessions that nobody owns: started and advanced from the inbox, each event in one transaction."""

from __future__ import annotations

import sqlalchemy as sa

from engine.events import SessionCancelled
from engine.host import sleeping
from engine.host.programs import Programs
from engine.store import Stores, inbox, new_id, now_micros
from engine.store.inbox import Posted, Start
from engine.store.tenant import session
from tests.host.conftest import publish


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


def test_a_sub_flow_is_found_by_its_name_and_stays_with_its_version(stores: Stores, flow_id: bytes) -> None:
    store = stores.tenant("main")
    inner = {
        "callweave": 1, "name": "Inner", "languages": ["en"], "start": "a",
        "nodes": {"a": {"type": "end", "config": {"outcome": "first {{ vars.who }}"}}},
    }  # fmt: skip
    outer = {
        "callweave": 1, "name": "Outer", "languages": ["en"], "start": "run",
        "nodes": {
            "run": {"type": "run_flow", "config": {"flow": "Inner", "inputs": {"who": "{{ contact.name }}"}}, "outlets": {"completed": "end"}},
            "end": {"type": "end", "config": {"outcome": "{{ results.run.value }}"}},
        },
    }  # fmt: skip
    publish(store, inner)
    started = publish(store, outer)
    identity = new_id()
    with store.begin() as connection:
        start = Start(flow_id=started, version=1, contact={"name": "Ann"}, record={})
        inbox.put_start(connection, session_id=identity, source="api", start=start, at=now_micros())
    sleeping.serve(store, Programs("UTC"))
    with store.read() as connection:
        row = connection.execute(sa.select(session)).one()
    assert (row.status, row.outcome) == ("completed", "first Ann")


def test_a_wait_wakes_its_session_when_its_moment_has_come_and_not_before(stores: Stores, flow_id: bytes) -> None:
    store = stores.tenant("main")
    waiting = {
        "callweave": 1, "name": "Waiting", "languages": ["en"], "start": "wait",
        "nodes": {
            "wait": {"type": "wait", "config": {"for": "1s"}, "outlets": {"done": "end"}},
            "end": {"type": "end", "config": {"outcome": "woken"}},
        },
    }  # fmt: skip
    started = publish(store, waiting)
    with store.begin() as connection:
        start = Start(flow_id=started, version=1, contact={}, record={})
        inbox.put_start(connection, session_id=new_id(), source="api", start=start, at=now_micros())
    programs = Programs("UTC")
    sleeping.serve(store, programs)
    with store.read() as connection:
        row = connection.execute(sa.select(session)).one()
    assert (row.status, row.node) == ("waiting", "wait")
    while now_micros() < row.wake_at:
        assert sleeping.serve(store, programs) == [] or now_micros() >= row.wake_at
    sleeping.serve(store, programs)
    with store.read() as connection:
        row = connection.execute(sa.select(session)).one()
    assert (row.status, row.outcome, row.wake_at) == ("completed", "woken", None)

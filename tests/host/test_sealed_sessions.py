"""A secret that a session carries is encrypted in its row, and on its way to a session that it starts."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engine.commands import Gather
from engine.events import CallAnswered, CallEnded, CallOffered, DigitsGathered
from engine.host import sleeping
from engine.host.programs import Programs
from engine.host.turn import Held, commit
from engine.secret import Secret
from engine.session.session import shown
from engine.store import Store, Stores, history, inbox, new_id, now_micros, sessions
from engine.store.sealing import Seal, with_seal
from engine.store.tenant import flow
from engine.store.tenant import inbox as inbox_table
from engine.store.tenant import session as session_table
from tests.host.conftest import publish

PIN = "83519274"
ASK: dict[str, Any] = {
    "callweave": 1, "name": "Ask", "languages": ["en"], "start": "answer",
    "nodes": {
        "answer": {"type": "answer", "outlets": {"done": "pin"}},
        "pin": {
            "type": "gather", "config": {"prompt": "Your PIN?", "max_digits": 8, "secret": True}, "outlets": {"done": "pass"},
        },
        "pass": {
            "type": "start_flow", "config": {"flow": "Know", "inputs": {"pin": "{{ results.pin.value }}"}},
            "outlets": {"done": "wait"},
        },
        "wait": {"type": "wait_for", "config": {"what": "signal", "name": "go"}, "outlets": {"received": "end"}},
        "end": {"type": "end"},
    },
    "on_hang_up": "wait",
}  # fmt: skip
KNOW: dict[str, Any] = {
    "callweave": 1, "name": "Know", "languages": ["en"], "start": "wait",
    "nodes": {
        "wait": {"type": "wait_for", "config": {"what": "signal", "name": "go"}, "outlets": {"received": "end"}},
        "end": {"type": "end"},
    },
}  # fmt: skip


@pytest.fixture
def asked(stores: Stores) -> bytes:
    """A session that knows a PIN, and has started another with it."""
    store = stores.tenant("main")
    publish(store, KNOW)
    flow_id = publish(store, ASK)
    program = Programs("UTC").find(store, flow_id, 1)
    assert program is not None
    held = Held(
        tenant="main", id=new_id(), flow_id=flow_id, version=1, program=program, contact={}, record={},
        owner=None, epoch=0, started_at=now_micros(),
    )  # fmt: skip
    held.take(CallOffered(leg="chan-1", caller="138", called="7009"))
    [answer] = held.awaited
    held.take(CallAnswered(leg="chan-1", command_id=answer))
    [question] = held.awaited.values()
    assert isinstance(question, Gather)
    held.take(DigitsGathered(command_id=question.id, digits=PIN))
    held.take(CallEnded(leg="chan-1", cause="normal"))
    held.leg_ended(CallEnded(leg="chan-1", cause="normal"))
    writing = held.writing()
    assert writing is not None
    with store.begin() as connection:
        assert commit(connection, [writing], [], at=now_micros()) == []
    return held.id


def test_it_is_in_no_row_in_the_clear(stores: Stores, asked: bytes) -> None:
    store = stores.tenant("main")
    with store.read() as connection:
        states = list(connection.scalars(sa.select(session_table.c.state)))
        events = list(connection.scalars(sa.select(inbox_table.c.event)))
        assert states
        assert any(b"Know" not in event and event.startswith(b"\xc1") for event in events)
        assert not [found for found in states + events if PIN.encode() in found]
        row = history.session_row(connection, asked)
        assert row is not None
        assert "•••" in str(shown(row.state).runs[0].results)
        assert PIN not in str(shown(row.state))


def test_the_sessions_go_on_with_it(stores: Stores, asked: bytes) -> None:
    store, programs = stores.tenant("main"), Programs("UTC")
    while sleeping.serve_batch(store, programs).any:
        pass
    with store.read() as connection:
        ids = list(connection.scalars(sa.select(session_table.c.id)))
        assert len(ids) == 2
        known = {}
        for identity, loaded in sessions.load(connection, ids).items():
            program = programs.find(store, loaded.row.flow_id, 1)
            assert program is not None
            known[identity] = Held.loaded("main", loaded, program).session
    mine = known.pop(asked)
    [other] = known.values()
    assert mine is not None and other is not None
    assert mine.results["pin"]["value"] == Secret(PIN)
    assert other.vars["pin"] == Secret(PIN)


def test_a_missing_key_keeps_only_those_that_need_it_from_going_on(stores: Stores, asked: bytes) -> None:
    store = stores.tenant("main")
    keyless = Store(
        "main", with_seal(store.engine, Seal("main", [])), one_writer=store.engine.dialect.name == "sqlite"
    )  # fmt: skip
    free = new_id()
    with keyless.begin() as connection:
        know = connection.scalars(sa.select(flow.c.id).where(flow.c.name == "Know")).one()
        begin = inbox.Start(flow_id=know, version=1, contact={}, record={})
        inbox.put_start(connection, session_id=free, source="test", start=begin, at=now_micros())
    while sleeping.serve_batch(keyless, Programs("UTC")).any:
        pass
    with store.read() as connection:
        assert history.session_row(connection, free) is not None
        assert connection.scalar(sa.select(sa.func.count()).where(inbox_table.c.done_at.is_(None))) == 2

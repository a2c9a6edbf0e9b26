"""A command that a node gives up does not leave any more; one that has left is let be."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa

from engine.events import CallOffered
from engine.host import sleeping
from engine.host.programs import Programs
from engine.store import Store, Stores, inbox, new_id, now_micros, triggers
from engine.store.inbox import Start
from engine.store.tenant import outbox
from tests.host.conftest import host_of, publish
from tests.host.test_live import until

DECIDE: dict[str, Any] = {
    "callweave": 1, "name": "Decide", "languages": ["en"], "start": "ask",
    "nodes": {
        "ask": {
            "type": "task", "config": {"title": "Call her back", "role": "nurse", "due": "1s"},
            "outlets": {"done": "end", "timed_out": "wait"},
        },
        "wait": {"type": "wait_for", "config": {"what": "signal", "name": "go"}, "outlets": {"received": "end"}},
        "end": {"type": "end"},
    },
}  # fmt: skip


def states(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.scalars(sa.select(outbox.c.state)))


def test_of_a_session_that_sleeps(stores: Stores) -> None:
    store, programs = stores.tenant("main"), Programs("UTC")
    for left in (False, True):
        identity = new_id()
        start = Start(flow_id=publish(store, DECIDE), version=1, contact={}, record={})
        with store.begin() as connection:
            connection.execute(outbox.delete())
            inbox.put_start(connection, session_id=identity, source="test", start=start, at=now_micros())
        assert sleeping.serve(store, programs)
        assert states(store) == ["due"]
        with store.begin() as connection:
            if left:
                connection.execute(outbox.update().values(state="sending"))
        asyncio.run(until(lambda: bool(sleeping.serve(store, programs))))
        assert states(store) == (["sending"] if left else ["cancelled"])


def test_of_a_live_session(stores: Stores) -> None:
    store = stores.tenant("main")
    triggers.bind_number(stores, "main", flow_id=publish(store, DECIDE), number="7011", at=now_micros())

    async def call() -> None:
        host = host_of(stores)
        host.leg_offered(CallOffered(leg="chan-1", caller="138", called="7011"))
        await until(lambda: states(store) == ["cancelled"])
        await host.close()

    asyncio.run(call())

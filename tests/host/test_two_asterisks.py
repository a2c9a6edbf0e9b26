"""Two Asterisks on one database: each counts its channels for itself, so two calls may have the same name."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from engine.events import CallEnded, CallOffered
from engine.host.live import LiveHost
from engine.store import Stores
from engine.store.tenant import leg, session
from tests.host.conftest import host_of
from tests.host.test_live import phones, rows, until

NAME = "1795332089.9"
"""As Asterisk names a channel: the second in which it began, and the how manyth it is since Asterisk began."""


def call(host: LiveHost) -> None:
    host.leg_offered(CallOffered(leg=NAME, caller="138", called="7002"))


def test_two_calls_of_one_name(stores: Stores, flow_id: bytes) -> None:
    stopped: list[str] = []

    async def scene() -> None:
        hosts = [host_of(stores, owner=f"asterisk {number}", stopped=stopped) for number in (1, 2)]
        for host in hosts:
            call(host)
        await until(lambda: [phones(host).kinds for host in hosts] == [["answer"]] * 2)
        await until(lambda: len(rows(stores)) == 2)
        for host in hosts:
            host.leg_event(NAME, CallEnded(leg=NAME, cause="normal"))
            await host.close()

    asyncio.run(scene())
    assert not stopped, "neither engine ends for the other's call"
    with stores.tenant("main").read() as connection:
        ended = connection.execute(
            sa.select(leg.c.owner, leg.c.state, session.c.outcome, session.c.owner.label("still"))
            .join(session, session.c.id == leg.c.session_id)
            .order_by(leg.c.owner)
        ).all()
    assert [tuple(row) for row in ended] == [(f"asterisk {number}", "ended", "hung_up", None) for number in (1, 2)]


def test_two_engines_of_one_asterisk_do_not_both_take_a_call(stores: Stores, flow_id: bytes) -> None:
    stopped: list[str] = []

    async def scene() -> None:
        first, late = host_of(stores), host_of(stores, stopped=stopped)
        call(first)
        await until(lambda: len(rows(stores)) == 1)
        call(late)
        await until(lambda: stopped != [])
        await first.close()
        await late.close()

    asyncio.run(scene())
    assert stopped == ["a session belongs to another engine"]
    assert len(rows(stores)) == 1

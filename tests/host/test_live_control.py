"""Control of sessions with somebody on the line: moved while he listens, expired, and calls that are declined."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine.commands import HangUp
from engine.events import DigitsGathered, MessageReceived, SessionExpired, SessionMoved
from engine.host.live import LiveHost
from engine.store import Stores, flow_state, flows, id_text, inbox, messages, new_id, now_micros
from engine.store.inbox import Posted
from engine.store.messages import MessageRow
from tests.host.conftest import host_of
from tests.host.test_live import CALL, at_the_menu, phones, rows, until


async def tell(host: LiveHost, stores: Stores, event: Any) -> None:
    """Put an event into the inbox of the only session, and let its engine take it."""
    [row] = rows(stores)
    with stores.tenant("main").begin() as connection:
        inbox.put(
            connection, session_id=row.id, source="test", external_id=new_id().hex(), posted=Posted(event=event), at=now_micros()
        )  # fmt: skip
    host.apply_inbox("main", await asyncio.to_thread(host.take_inbox, "main"))


def test_a_caller_is_moved_to_a_new_version_while_he_listens(stores: Stores, flow_id: bytes) -> None:
    store = stores.tenant("main")
    with store.begin() as connection:
        found = flows.version_document(connection, flow_id, 1)
        assert found is not None
        text = found[1].replace('"Tea"', '"Green tea"')
        flows.publish(connection, flow_id, document=text, sha256="1" * 64, message="", at=now_micros())

    async def scene() -> None:
        host = host_of(stores)
        await at_the_menu(host)
        await until(lambda: bool(rows(stores)))
        await tell(host, stores, SessionMoved(version=2, key=f"{id_text(flow_id)}@2"))
        await until(lambda: rows(stores)[0].version == 2)
        assert phones(host).kinds == ["answer", "gather"], "nothing is asked again"
        host.leg_event("chan-1", DigitsGathered(command_id="2", digits="1"))
        await until(lambda: rows(stores)[0].node != "ask")
        await host.close()

    asyncio.run(scene())
    [row] = rows(stores)
    assert (row.version, row.owner_epoch) == (2, 1)


def test_a_caller_whose_session_expires_is_let_go(stores: Stores, flow_id: bytes) -> None:
    async def scene() -> None:
        host = host_of(stores)
        await at_the_menu(host)
        await until(lambda: bool(rows(stores)))
        await tell(host, stores, SessionExpired())
        await until(lambda: rows(stores)[0].status == "expired")
        assert isinstance(phones(host).asked[-1][0], HangUp)
        await host.close()

    asyncio.run(scene())


@pytest.mark.parametrize(("state", "cause"), [("paused", "congestion"), ("retired", "unallocated")])
def test_a_call_to_a_flow_that_begins_nothing_is_declined(stores: Stores, flow_id: bytes, state: Any, cause: str) -> None:
    with stores.tenant("main").begin() as connection:
        flow_state.set_state(connection, flow_id, state)

    async def scene() -> None:
        host = host_of(stores)
        host.leg_offered(CALL)
        await until(lambda: bool(phones(host).asked))
        [(command, _)] = phones(host).asked
        assert isinstance(command, HangUp) and command.cause == cause
        await host.close()

    asyncio.run(scene())
    assert rows(stores) == []


def test_a_message_that_a_caller_waits_for_no_more_is_for_a_person(stores: Stores, flow_id: bytes) -> None:
    given = MessageRow(
        id=new_id(), direction="in", medium="sms", gateway="sms", sender="138", receiver="1069", peer="138", text="1",
        state="received", became="answered", queued_at=1,
    )  # fmt: skip
    store = stores.tenant("main")
    with store.begin() as connection:
        messages.add(connection, given)

    def became() -> str | None:
        with store.read() as connection:
            found = messages.get(connection, given.id)
        return None if found is None else found.became

    async def scene() -> None:
        host = host_of(stores)
        await at_the_menu(host)
        await until(lambda: bool(rows(stores)))
        await tell(host, stores, MessageReceived(text="1", sender="138", message_id=id_text(given.id)))
        await until(lambda: became() == "inbox")
        await host.close()

    asyncio.run(scene())

"""Calls of ours, between the outbox and telephones that only note what they are asked: at most once, whatever dies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from engine.adapters.telephony import LegFound, Missed, Outgoing, PickedUp, Rang, Told
from engine.adapters.ways import Later, NoWay, Way
from engine.commands import CallCommand
from engine.events import CallEnded, SessionCancelled
from engine.host import sleeping
from engine.host.call_rows import CallRows
from engine.host.calls import CallsOut
from engine.host.live import LiveHost
from engine.host.programs import Programs
from engine.store import Stores, new_id, now_micros
from engine.store import inbox as inbox_rows
from engine.store.inbox import Posted, Start
from engine.store.tenant import leg, outbox, session
from tests.host.conftest import OWNER, publish

CALLING: dict[str, Any] = {
    "callweave": 1, "name": "Calls", "languages": ["en"], "start": "ring",
    "nodes": {
        "ring": {
            "type": "call", "config": {"to": "{{ contact.phone }}", "ring_seconds": 20},
            "outlets": {"answered": "ask", "machine": "failed", "busy": "rest", "no_answer": "rest", "failed": "failed"},
        },
        "ask": {"type": "gather", "config": {"prompt": "Your bed?"}, "outlets": {"done": "done"}},
        "rest": {"type": "wait", "config": {"for": "2h"}, "outlets": {"done": "done"}},
        "done": {"type": "end", "config": {"outcome": "done"}},
        "failed": {"type": "end", "config": {"outcome": "{{ results.ring.cause }}"}},
    },
}  # fmt: skip


class Phones:
    """Notes what it is asked, and what the databases said at that moment."""

    ready = True

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self.placed: list[Outgoing] = []
        self.taken_on: list[Outgoing] = []
        self.told: dict[str, Told] = {}
        self.seen: list[tuple[str, str | None]] = []
        self.asked: list[CallCommand] = []

    def place(self, call: Outgoing, told: Told) -> bool:
        self.placed.append(call)
        self.told[call.leg] = told
        with self._stores.tenant("main").read() as connection:
            state = connection.execute(sa.select(outbox.c.state).where(outbox.c.reference == call.leg)).scalar_one()
            self.seen.append((state, connection.execute(sa.select(session.c.owner)).scalar_one()))
        return True

    def take_on(self, call: Outgoing, told: Told) -> None:
        self.taken_on.append(call)
        self.told[call.leg] = told

    def perform(self, command: CallCommand, reference: str, tenant: str = "") -> None:
        self.asked.append(command)


class Trunks:
    """Ways by the names of trunks, which are given in turn."""

    def __init__(self, *names: str, room: int = 99) -> None:
        self.names = names or ("first",)
        self.room = room
        self.held: set[str] = set()

    async def find(
        self, tenant: str, to: str, *, leg: str, caller_id: str = "", trunk: str = "", tried: Sequence[str] = ()
    ) -> Way | NoWay | Later:
        left = [name for name in self.names if name not in tried]
        if not left:
            return NoWay(reason="no other trunk")
        if len(self.held) >= self.room:
            return Later(seconds=0.01)
        self.held.add(leg)
        return Way(leg=leg, trunk=left[0], endpoint=f"PJSIP/{to}@{left[0]}")

    async def free(self, leg: str) -> None:
        self.held.discard(leg)

    async def reconcile(self, there: Collection[str]) -> None:
        self.held &= set(there)


class Scene:
    """One engine, from its start until it is left, politely or not."""

    def __init__(self, stores: Stores, trunks: Trunks, *, epoch: int = 1) -> None:
        programs = Programs("UTC")
        self.phones = Phones(stores)
        self.host = LiveHost(
            stores=stores, programs=programs, owner=OWNER, epoch=epoch, may_act=lambda: True, stop=lambda reason: None,
            watcher=lambda held, steps: None,
        )  # fmt: skip
        self.host.telephony = self.phones  # type: ignore[assignment]
        self.host.recover()
        self.calls = CallsOut(self.host, CallRows(stores, programs, owner=OWNER, epoch=epoch), trunks)
        self.host.calls_out = self.calls
        self.calls.recover()
        self._running = asyncio.create_task(self.calls.run())

    async def placed(self, number: int = 1) -> Outgoing:
        await until(lambda: len(self.phones.placed) >= number)
        return self.phones.placed[number - 1]

    def tell(self, call: Outgoing, news: Rang | PickedUp | Missed) -> None:
        self.phones.told[call.leg](news)

    async def leave(self) -> None:
        self._running.cancel()
        with suppress(asyncio.CancelledError):
            await self._running
        await self.host.close()


async def until(what: Callable[[], object], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.01)


def begun(stores: Stores, phone: str = "13800000000") -> bytes:
    """A session that waits for its call."""
    flow = publish(stores.tenant("main"), CALLING)
    identity = new_id()
    start = Start(flow_id=flow, version=1, contact={"phone": phone}, record={})
    with stores.tenant("main").begin() as connection:
        inbox_rows.put_start(connection, session_id=identity, source="test", start=start, at=now_micros())
    sleeping.serve(stores.tenant("main"), Programs("UTC"))
    return identity


def rows(stores: Stores) -> tuple[Any, Any, list[Any]]:
    """The session, its outbox row, its legs."""
    with stores.tenant("main").read() as connection:
        return (
            connection.execute(sa.select(session)).one(), connection.execute(sa.select(outbox)).one(),
            list(connection.execute(sa.select(leg).order_by(leg.c.leg))),
        )  # fmt: skip


def test_all_is_written_before_anything_is_dialled(stores: Stores) -> None:
    async def main() -> None:
        trunks = Trunks()
        scene = Scene(stores, trunks)
        call = await scene.placed()
        assert scene.phones.seen == [("sending", OWNER)]
        assert call.leg == f"{identity.hex()}-1"
        scene.tell(call, Rang())
        scene.tell(call, Missed(fate="busy", cause="busy", rang=True, sip=486))
        await until(lambda: rows(stores)[0].owner is None)
        assert not trunks.held
        await scene.leave()

    identity = begun(stores)
    asyncio.run(main())
    found, row, [party] = rows(stores)
    assert (found.node, found.status, found.wake_at is not None) == ("rest", "waiting", True), "it sleeps again"
    assert (row.state, row.reference) == ("done", party.leg)
    assert (party.fate, party.cause, party.sip, party.rang, party.state) == ("busy", "busy", 486, True, "ended")


def test_who_answers_is_on_the_line_until_he_hangs_up(stores: Stores) -> None:
    async def main() -> None:
        trunks = Trunks()
        scene = Scene(stores, trunks)
        call = await scene.placed()
        scene.tell(call, PickedUp())
        assert [command.type for command in scene.phones.asked] == ["gather"]
        await until(lambda: rows(stores)[1].state == "done")
        assert rows(stores)[0].owner == OWNER and trunks.held
        scene.host.leg_event(call.leg, CallEnded(leg=call.leg))
        await until(lambda: rows(stores)[0].owner is None)
        assert trunks.held, "it is still on the line"
        scene.host.leg_gone(call.leg)
        await until(lambda: not trunks.held)
        await scene.leave()

    begun(stores)
    asyncio.run(main())
    assert rows(stores)[2][0].fate == "answered"


def test_killed_between_the_commit_and_the_dialling(stores: Stores) -> None:
    async def first() -> None:
        scene = Scene(stores, Trunks())
        await scene.placed()
        await scene.leave()

    async def second() -> None:
        scene = Scene(stores, Trunks(), epoch=2)
        scene.host.legs_found([])
        await until(lambda: rows(stores)[0].ended_at is not None)
        await asyncio.sleep(0.4)
        assert not scene.phones.placed, "nobody is rung a second time"
        await scene.leave()

    begun(stores)
    asyncio.run(first())
    asyncio.run(second())
    found, row, [party] = rows(stores)
    assert (found.status, found.outcome, found.owner) == ("completed", "unknown", None)
    assert (row.state, party.fate) == ("unknown", "unknown")


def test_killed_while_it_rings(stores: Stores) -> None:
    legs: list[str] = []

    async def first() -> None:
        scene = Scene(stores, Trunks())
        call = await scene.placed()
        scene.tell(call, Rang())
        legs.append(call.leg)
        await scene.leave()

    async def second() -> None:
        scene = Scene(stores, Trunks(), epoch=2)
        scene.host.legs_found([LegFound(leg=legs[0], placed=True, rings=True)])
        assert [call.leg for call in scene.phones.taken_on] == legs
        scene.tell(scene.phones.taken_on[0], PickedUp())
        assert [command.type for command in scene.phones.asked] == ["gather"]
        await until(lambda: rows(stores)[1].state == "done")
        assert not scene.phones.placed
        await scene.leave()

    begun(stores)
    asyncio.run(first())
    asyncio.run(second())
    found, _, [party] = rows(stores)
    assert (found.owner, found.owner_epoch, party.state, party.rang) == (OWNER, 2, "answered", True)


def test_trouble_of_a_trunk_leads_to_the_next_and_no_further(stores: Stores) -> None:
    async def main() -> None:
        trunks = Trunks("first", "second")
        scene = Scene(stores, trunks)
        call = await scene.placed()
        scene.tell(call, Missed(cause="congestion", sip=503, trunk_trouble=True))
        again = await scene.placed(2)
        assert (again.leg, again.endpoint) == (f"{call.leg}-2", "PJSIP/13800000000@second")
        assert scene.phones.seen == [("sending", OWNER)] * 2
        scene.tell(again, Missed(cause="trunk_trouble", sip=500, trunk_trouble=True))
        await until(lambda: rows(stores)[0].ended_at is not None and not trunks.held)
        await scene.leave()

    begun(stores)
    asyncio.run(main())
    found, row, parties = rows(stores)
    assert (found.outcome, found.owner, row.state) == ("trunk_trouble", None, "done")
    assert [(party.trunk, party.cause) for party in parties] == [("first", "congestion"), ("second", "trunk_trouble")]


def test_killed_on_the_second_trunk(stores: Stores) -> None:
    async def first() -> None:
        scene = Scene(stores, Trunks("first", "second", "third"))
        scene.tell(await scene.placed(), Missed(cause="congestion", trunk_trouble=True))
        await scene.placed(2)
        await scene.leave()

    async def second() -> None:
        scene = Scene(stores, Trunks("first", "second", "third"), epoch=2)
        name = rows(stores)[1].reference
        scene.host.legs_found([LegFound(leg=name, placed=True)])
        scene.tell(scene.phones.taken_on[0], Missed(cause="congestion", trunk_trouble=True))
        third = await scene.placed()
        assert third.leg.endswith("-1-3"), "a name that was not there before"
        await scene.leave()

    begun(stores)
    asyncio.run(first())
    asyncio.run(second())


def test_a_session_that_is_cancelled_while_it_rings(stores: Stores) -> None:
    async def main() -> None:
        scene = Scene(stores, Trunks())
        call = await scene.placed()
        with stores.tenant("main").begin() as connection:
            posted = Posted(event=SessionCancelled(reason="no longer wanted"))
            inbox_rows.put(connection, session_id=identity, source="api", external_id="1", posted=posted, at=now_micros())
        scene.host.apply_inbox("main", await asyncio.to_thread(scene.host.take_inbox, "main"))
        assert [command.type for command in scene.phones.asked] == ["hang_up"]
        scene.tell(call, Missed(cause="cancelled", rang=True))
        await until(lambda: rows(stores)[0].owner is None)
        await scene.leave()

    identity = begun(stores)
    asyncio.run(main())
    found, _, [party] = rows(stores)
    assert (found.status, party.cause) == ("cancelled", "cancelled")


def test_an_answer_that_comes_after_the_session_has_ended(stores: Stores) -> None:
    async def main() -> None:
        scene = Scene(stores, Trunks())
        call = await scene.placed()
        held = scene.host.roster.find("main", identity)
        assert held is not None
        scene.host.apply(held, SessionCancelled(), lambda connection: None)
        scene.tell(call, PickedUp())
        assert [command.type for command in scene.phones.asked] == ["hang_up", "hang_up"], "nobody is left on the line"
        scene.host.leg_event(call.leg, CallEnded(leg=call.leg))
        await until(lambda: rows(stores)[0].owner is None)
        await scene.leave()

    identity = begun(stores)
    asyncio.run(main())


def test_a_session_that_ended_before_its_call_had_room(stores: Stores) -> None:
    async def main() -> None:
        trunks = Trunks(room=0)
        scene = Scene(stores, trunks)
        await asyncio.sleep(0.3)
        with stores.tenant("main").begin() as connection:
            connection.execute(session.update().values(status="cancelled", ended_at=now_micros()))
        trunks.room = 1
        await until(lambda: rows(stores)[1].state == "cancelled" and not trunks.held)
        assert not scene.phones.placed
        await scene.leave()

    begun(stores)
    asyncio.run(main())


def test_no_way_is_told_by_the_inbox(stores: Stores) -> None:
    async def main() -> None:
        class Closed(Trunks):
            async def find(self, *args: Any, **more: Any) -> Way | NoWay | Later:
                return NoWay(reason="foreign number")

        scene = Scene(stores, Closed())
        await until(lambda: rows(stores)[1].state == "done")
        await scene.leave()

    begun(stores)
    asyncio.run(main())
    sleeping.serve(stores.tenant("main"), Programs("UTC"))
    found, row, parties = rows(stores)
    assert (found.outcome, row.reason, parties) == ("foreign number", "foreign number", [])

"""What the host keeps: a call's turns, its fence, and what the next engine finds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa

from engine.adapters.telephony import LegFound
from engine.commands import Gather, HangUp
from engine.events import CallAnswered, CallEnded, CallOffered, DigitsGathered, PlaybackFinished, SessionCancelled
from engine.host.live import LiveHost
from engine.node import Wait
from engine.store import Stores, inbox, new_id, now_micros, triggers
from engine.store.inbox import Posted
from engine.store.tenant import journal, leg, session
from tests.host.conftest import EXAMPLE, OWNER, NotingTelephones, host_of, publish

CALL = CallOffered(at=datetime.now(UTC), leg="chan-1", caller="138", called="7002")


def phones(host: LiveHost) -> NotingTelephones:
    return cast(NotingTelephones, host.telephony)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.005)


def rows(stores: Stores) -> list[Any]:
    with stores.tenant("main").read() as connection:
        return list(connection.execute(sa.select(session)))


async def at_the_menu(host: LiveHost) -> None:
    host.leg_offered(CALL)
    await until(lambda: phones(host).kinds == ["answer"])
    host.leg_event("chan-1", CallAnswered(command_id="1", leg="chan-1"))
    assert phones(host).kinds == ["answer", "gather"]


def test_a_call_to_its_end(stores: Stores, flow_id: bytes) -> None:
    async def scene() -> None:
        host = host_of(stores)
        await at_the_menu(host)
        host.leg_event("chan-1", DigitsGathered(command_id="2", digits="1"))
        host.leg_event("chan-1", PlaybackFinished(command_id="3"))
        assert phones(host).kinds == ["answer", "gather", "play_prompt", "hang_up"]
        await until(lambda: [row.status for row in rows(stores)] == ["completed"])
        assert rows(stores)[0].owner == OWNER, "somebody is still on the line"
        host.leg_event("chan-1", CallEnded(leg="chan-1", cause="normal"))
        await host.close()

    asyncio.run(scene())
    [row] = rows(stores)
    assert (row.outcome, row.owner, row.node) == ("Tea", None, None)
    with stores.tenant("main").read() as connection:
        ended = connection.execute(sa.select(leg)).one()
        turns = connection.scalars(sa.select(journal.c.turn).order_by(journal.c.turn)).all()
    assert (ended.leg, ended.state, ended.cause) == ("chan-1", "ended", "normal")
    assert ended.answered_at is not None
    assert turns == [1, 2, 3, 4]


def test_the_next_engine_asks_the_last_question_again(stores: Stores, flow_id: bytes) -> None:
    async def first() -> None:
        host = host_of(stores)
        await at_the_menu(host)
        await host.close()

    async def second() -> None:
        host = host_of(stores, epoch=2)
        assert host.recover() == 1
        host.legs_found([LegFound(leg="chan-1", caller="138", called="7002", answered=True)])
        [(command, reference)] = phones(host).asked
        assert isinstance(command, Gather)
        assert reference.endswith("-2-2"), "the new epoch, the same command"
        host.leg_event("chan-1", DigitsGathered(command_id="2", digits="2"))
        host.leg_event("chan-1", CallEnded(leg="chan-1"))
        await host.close()

    asyncio.run(first())
    asyncio.run(second())
    [row] = rows(stores)
    assert (row.status, row.outcome, row.owner, row.owner_epoch) == ("completed", "hung_up", None, 2)


def test_the_next_engine_takes_on_the_calls_of_every_tenant(stores: Stores, flow_id: bytes) -> None:
    other = publish(stores.tenant("other"), json.loads(EXAMPLE.read_text(encoding="utf-8")))
    triggers.bind_number(stores, "other", flow_id=other, number="7003", at=now_micros())
    calls = {f"chan-{number}": ("7002", "7003")[number % 2] for number in range(6)}

    async def first_engine() -> None:
        host = host_of(stores, epoch=1)
        for name, called in calls.items():
            host.leg_offered(CallOffered(leg=name, caller="138", called=called))
        await until(lambda: len(phones(host).asked) == len(calls))
        await host.close()

    async def second_engine() -> None:
        host = host_of(stores, epoch=2)
        assert host.recover() == len(calls)
        assert host.roster.tenants() == {"main", "other"}
        assert phones(host).asked == []
        there = [leg for leg in calls if leg != "chan-5"]
        host.legs_found([LegFound(leg=leg, caller="138", called=calls[leg], answered=False) for leg in there])
        assert sorted(command.leg for command, _ in phones(host).asked) == there
        for tenant, count in (("main", 3), ("other", 2)):
            ours = {leg for leg in there if (held := host.roster.party(leg)) is not None and held.tenant == tenant}
            assert ours == {leg for leg in there if calls[leg] == ("7002" if tenant == "main" else "7003")}
            assert len(ours) == count
        for name in there:
            host.leg_event(name, CallEnded(leg=name, cause="normal"))
        await host.close()

    asyncio.run(first_engine())
    asyncio.run(second_engine())
    for name in ("main", "other"):
        with stores.tenant(name).read() as connection:
            ended = list(connection.execute(sa.select(session.c.status, session.c.owner, session.c.owner_epoch)))
        assert [tuple(row) for row in ended] == [("completed", None, 2)] * 3


def test_a_party_that_went_while_nobody_looked(stores: Stores, flow_id: bytes) -> None:
    async def first() -> None:
        host = host_of(stores)
        await at_the_menu(host)
        await host.close()

    async def second() -> None:
        host = host_of(stores, epoch=2)
        host.recover()
        host.legs_found([])
        assert phones(host).asked == []
        await host.close()

    asyncio.run(first())
    asyncio.run(second())
    assert [(row.status, row.outcome) for row in rows(stores)] == [("completed", "hung_up")]


def test_a_caller_of_whom_nothing_was_committed_begins_anew(stores: Stores, flow_id: bytes) -> None:
    async def scene() -> None:
        host = host_of(stores, epoch=2)
        host.recover()
        host.legs_found([LegFound(leg="chan-9", caller="139", called="7002")])
        await until(lambda: phones(host).kinds == ["answer"])
        await host.close()

    asyncio.run(scene())
    assert len(rows(stores)) == 1


def test_who_was_let_go_before_the_crash_is_let_go_again(stores: Stores, flow_id: bytes) -> None:
    async def first() -> None:
        host = host_of(stores)
        await at_the_menu(host)
        host.leg_event("chan-1", DigitsGathered(command_id="2", digits="1"))
        host.leg_event("chan-1", PlaybackFinished(command_id="3"))
        await host.close()  # the hang-up went out, or did not

    async def second() -> None:
        host = host_of(stores, epoch=2)
        host.recover()
        host.legs_found([LegFound(leg="chan-1")])
        [(command, _)] = phones(host).asked
        assert isinstance(command, HangUp)
        host.leg_event("chan-1", CallEnded(leg="chan-1"))
        await host.close()

    asyncio.run(first())
    asyncio.run(second())
    assert [(row.status, row.outcome, row.owner) for row in rows(stores)] == [("completed", "Tea", None)]


def test_an_engine_that_was_replaced_writes_nothing_more(stores: Stores, flow_id: bytes) -> None:
    stopped: list[str] = []

    async def scene() -> None:
        old = host_of(stores, stopped=stopped)
        await at_the_menu(old)
        await until(lambda: [row.node for row in rows(stores)] == ["ask"])
        new = host_of(stores, epoch=2)
        assert new.recover() == 1
        old.leg_event("chan-1", DigitsGathered(command_id="2", digits="1"))
        await until(lambda: bool(stopped))
        assert [row.node for row in rows(stores)] == ["ask"], "the old engine's turn must not be there"
        await new.close()

    asyncio.run(scene())
    assert stopped == ["a session belongs to another engine"]


def test_events_before_the_flow_is_found_are_kept(stores: Stores, flow_id: bytes) -> None:
    async def scene() -> None:
        host = host_of(stores)
        host.leg_offered(CALL)
        host.leg_event("chan-1", CallEnded(leg="chan-1", cause="cancelled"))
        await until(lambda: [row.status for row in rows(stores)] == ["completed"])
        await host.close()

    asyncio.run(scene())
    assert [(row.outcome, row.owner) for row in rows(stores)] == [("hung_up", None)]


def test_an_inbox_event_is_applied_once_and_marked_with_its_commit(stores: Stores, flow_id: bytes) -> None:
    async def scene() -> None:
        host = host_of(stores)
        await at_the_menu(host)
        await until(lambda: len(rows(stores)) == 1)
        cancelled = Posted(event=SessionCancelled(reason="by hand"))
        for external_id in ("a", "a", "b"):
            with stores.tenant("main").begin() as connection:
                inbox.put(
                    connection, session_id=rows(stores)[0].id, source="test", external_id=external_id, posted=cancelled,
                    at=now_micros(),
                )  # fmt: skip
        claimed = await asyncio.to_thread(host.take_inbox, "main")
        assert len(claimed) == 2, "the same id counts once"
        host.apply_inbox("main", claimed)
        await host.close()

    asyncio.run(scene())
    assert [(row.status, row.outcome) for row in rows(stores)] == [("cancelled", "by hand")]
    with stores.tenant("main").read() as connection:
        open_rows = connection.execute(sa.select(inbox.inbox.c.id).where(inbox.inbox.c.done_at.is_(None))).all()
    assert open_rows == []


def test_a_fault_of_a_node_type_ends_its_session_and_no_other(stores: Stores, flow_id: bytes) -> None:
    async def scene() -> None:
        host = host_of(stores)
        await at_the_menu(host)
        held = host.roster.party("chan-1")
        assert held is not None
        node = held.program.places["ask"].node

        def broken(*_: object) -> None:
            raise ZeroDivisionError

        node.handle = broken  # type: ignore[method-assign, assignment]
        host.leg_event("chan-1", DigitsGathered(command_id="2", digits="1"))
        assert phones(host).kinds[-1] == "hang_up"
        await host.close()

    asyncio.run(scene())
    assert [(row.status, row.outcome) for row in rows(stores)] == [("failed", "ZeroDivisionError")]


def test_a_node_type_that_breaks_at_the_first_turn_lets_its_caller_go(stores: Stores, flow_id: bytes) -> None:
    async def scene() -> None:
        host = host_of(stores)
        target = stores.tenant("main")
        program = host._programs.get(target, flow_id, 1)
        place = program.places["pick_up"]

        def broken(*_: object) -> None:
            raise ZeroDivisionError

        place.enter = broken  # type: ignore[assignment]
        host.leg_offered(CALL)
        await until(lambda: phones(host).kinds == ["hang_up"])
        host.leg_event("chan-1", CallEnded(leg="chan-1"))
        await host.close()

    asyncio.run(scene())
    assert [(row.status, row.outcome, row.owner) for row in rows(stores)] == [("failed", "ZeroDivisionError", None)]


def test_a_result_that_cannot_be_kept_ends_its_session_and_no_other(stores: Stores, flow_id: bytes) -> None:
    async def scene() -> None:
        host = host_of(stores)
        await at_the_menu(host)
        held = host.roster.party("chan-1")
        assert held is not None
        node = held.program.places["ask"].node
        node.handle = lambda session, event: Wait((), memo=object())  # type: ignore[method-assign]
        host.leg_event("chan-1", DigitsGathered(command_id="2", digits="1"))
        assert phones(host).kinds[-1] == "hang_up"
        await host.close()

    asyncio.run(scene())
    assert [(row.status, row.outcome) for row in rows(stores)] == [("failed", "NotImplementedError")]


def test_ids_sort_by_time() -> None:
    ids = [new_id() for _ in range(1_000)]
    assert ids == sorted(ids)

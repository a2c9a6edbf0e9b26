"""Sessions that belong to an engine which does not serve them: each comes to its end without it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.adapters.telephony import LegFound
from engine.events import CallEnded, CallOffered
from engine.host import left_behind as host_left_behind
from engine.host import recovery
from engine.host.left_behind import SILENT_SECONDS, Owners, Unseen
from engine.host.programs import Programs, VersionUnknown
from engine.host.rounds import Rounds
from engine.host.settings import Settings
from engine.store import Stores, inbox, now_micros
from engine.store import lease as leases
from engine.store.lease import Lease
from engine.store.tenant import leg, outbox, session
from tests.host.conftest import OWNER, host_of, publish
from tests.host.test_calls import CALLING
from tests.host.test_control import begin, serve
from tests.host.test_control import rows as rows_of
from tests.host.test_live import at_the_menu, phones, until


class Time:
    """A monotonic clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def lease(expires_at: int = 1) -> Lease:
    return Lease(name=OWNER, holder="vm:1", pid=1, process_started=1, epoch=1, expires_at=expires_at)


def leave_a_call(stores: Stores) -> None:
    """A caller at the menu, whose engine is killed."""

    async def scene() -> None:
        host = host_of(stores)
        await at_the_menu(host)
        await host.close()

    asyncio.run(scene())


def rows(stores: Stores) -> list[Any]:
    return rows_of(stores.tenant("main"))


def legs(stores: Stores) -> list[Any]:
    with stores.tenant("main").read() as connection:
        return list(connection.execute(sa.select(leg)))


def test_an_owner_is_silent_when_its_lease_has_stood_still_for_long() -> None:
    time = Time()
    owners = Owners(time)

    def passes(seconds: float, each: Callable[[int], list[Lease]], every: float = 5.0) -> bool:
        for number in range(int(seconds / every)):
            time.now += every
            owners.see(each(number))
        return owners.silent(OWNER)

    owners.see([lease()])
    assert not passes(SILENT_SECONDS - 10, lambda _: [lease()])
    assert passes(10, lambda _: [lease()])
    assert not passes(5, lambda _: [lease(2)]), "it was renewed"
    assert not passes(3 * SILENT_SECONDS, lambda number: [lease(3 + number)])
    assert not passes(SILENT_SECONDS - 10, lambda _: [lease(2)])
    owners.see_nothing()
    owners.see([lease(2)])
    assert not passes(SILENT_SECONDS - 10, lambda _: [lease(2)]), "while nobody could renew it does not count"
    time.now += 2 * SILENT_SECONDS  # the clock was halted
    owners.see([lease(2)])
    assert not owners.silent(OWNER)
    assert passes(SILENT_SECONDS, lambda _: [lease(2)])
    assert not owners.silent("asterisk that never had a lease")
    assert passes(SILENT_SECONDS + 5, lambda _: []), "nor is there one any more"
    assert owners.silent("asterisk that never had a lease")


def test_an_engine_that_never_comes_back(
    stores: Stores, flow_id: bytes, tmp_path: Path, database_urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_a_call(stores)
    settings = Settings(
        data=tmp_path / "data", telephony="simulated", redis_url=f"unix://{tmp_path}/none.sock", **database_urls
    )
    rounds = Rounds(settings, stores)
    rounds.go()
    serve(stores.tenant("main"))
    assert [(row.status, row.owner) for row in rows(stores)] == [("running", OWNER)]
    monkeypatch.setattr(host_left_behind, "SILENT_SECONDS", 0.0)
    rounds.go()
    serve(stores.tenant("main"))
    [row] = rows(stores)
    assert (row.status, row.outcome, row.owner, row.owner_epoch) == ("completed", "hung_up", None, 2)
    assert [(one.state, one.cause) for one in legs(stores)] == [("ended", "lost")]


def test_an_engine_that_comes_back_after_all_finds_no_row_to_write(stores: Stores, flow_id: bytes) -> None:
    stopped: list[str] = []

    async def scene() -> None:
        host = host_of(stores, stopped=stopped)
        await at_the_menu(host)
        await until(lambda: [row.rev for row in rows(stores)] == [2])
        with stores.tenant("main").begin() as connection:
            identity = rows(stores)[0].id
            let_go = host_left_behind.left_behind.let_go
            assert let_go(connection, OWNER, [identity], epoch=0, at=now_micros()) == 0, "it is of a later epoch"
            assert let_go(connection, OWNER, [identity], epoch=1, at=now_micros()) == 1
        host.leg_event("chan-1", CallEnded(leg="chan-1", cause="normal"))
        await until(lambda: stopped != [])
        await host.close()

    asyncio.run(scene())
    serve(stores.tenant("main"))
    assert [(row.outcome, row.owner) for row in rows(stores)] == [("hung_up", None)]


def test_what_an_engine_does_not_serve_of_its_own(stores: Stores, flow_id: bytes) -> None:
    leave_a_call(stores)

    async def scene() -> None:
        host = host_of(stores)  # its recovery did not see the session
        host.leg_offered(CallOffered(leg="chan-2", caller="138", called="7002"))
        await until(lambda: phones(host).kinds == ["answer"])
        await until(lambda: len(rows(stores)) == 2)
        unseen = Unseen(host, stores)
        await unseen.look()
        assert [row.owner for row in rows(stores)] == [OWNER, OWNER], "it may only just have begun"
        await unseen.look()
        await until(lambda: [row.owner for row in rows(stores)] == [None, OWNER])
        await unseen.look()
        await host.close()

    asyncio.run(scene())
    serve(stores.tenant("main"))
    assert [(row.outcome, row.owner) for row in rows(stores)] == [("hung_up", None), (None, OWNER)]


def test_a_call_that_was_being_placed_is_unknown(stores: Stores) -> None:
    store = stores.tenant("main")
    identity = begin(store, publish(store, CALLING), {"phone": "13800000001"})
    serve(store)
    with store.begin() as connection:
        connection.execute(outbox.update().values(state="sending", reference="ours-1", epoch=1))
        connection.execute(session.update().values(owner=OWNER, owner_epoch=1))
        row = {"direction": "out", "caller": "", "called": "138", "state": "ringing", "started_at": 1, "rang": True}
        connection.execute(leg.insert().values(session_id=identity, leg="ours-1", owner=OWNER, **row))
    with store.begin() as connection:
        host_left_behind.left_behind.let_go(connection, OWNER, [identity], epoch=None, at=now_micros())
        [event] = [one.posted.event for one in inbox.claim(connection, at=now_micros(), until=0)]
    assert (event.type, event.cause, event.rang) == ("call_failed", "unknown", True)
    serve(store)
    [row] = rows(stores)
    assert (row.status, row.outcome) == ("completed", "unknown")
    with store.read() as connection:
        assert connection.execute(sa.select(outbox.c.state, outbox.c.reason)).all() == [("unknown", "unknown")]
    assert [(one.state, one.fate) for one in legs(stores)] == [("ended", "unknown")]


def test_a_caller_whose_flow_cannot_be_walked_any_more(
    stores: Stores, flow_id: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_a_call(stores)

    class Broken(Programs):
        def get(self, *wanted: Any) -> Any:
            raise VersionUnknown("a node type of it is missing")

    assert recovery.left(stores, Broken("UTC"), OWNER, 2) == []
    stopped: list[str] = []

    async def scene() -> None:
        host = host_of(stores, epoch=2, stopped=stopped)  # the number starts a version that can be walked
        host.legs_found([LegFound(leg="chan-1", caller="138", called="7002", answered=True)])
        await until(lambda: len(rows(stores)) == 2)
        host.leg_event("chan-1", CallEnded(leg="chan-1"))
        await host.close()

    asyncio.run(scene())
    assert not stopped, "the engine goes on"
    serve(stores.tenant("main"))
    assert [(row.outcome, row.owner) for row in rows(stores)] == [("hung_up", None)] * 2


def test_the_lease_of_one_who_was_there(stores: Stores) -> None:
    """What the rounds read is what a taker writes: a renewal is another row."""
    with stores.control.begin() as connection:
        taken = leases.take(connection, OWNER, holder="vm:1", pid=1, process_started=1, at=now_micros())
    assert taken is not None
    with stores.control.begin() as connection:
        assert leases.every(connection) == [taken.lease]
        renewed = leases.renew(connection, taken.lease, at=now_micros())
        assert leases.every(connection) == [renewed] and renewed != taken.lease

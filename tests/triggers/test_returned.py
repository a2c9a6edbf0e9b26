"""Missed calls that are returned: the session that waits for its contact goes on; else the number's flow knows whose
call it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.adapters.telephony import LegFound
from engine.events import CallAnswered, CallEnded, CallOffered, PlaybackFinished
from engine.host import sleeping
from engine.host.live import LiveHost
from engine.host.programs import Programs
from engine.store import inbox, new_id, now_micros, triggers
from engine.store.inbox import Start
from engine.store.tenant import leg, session
from tests.host.conftest import OWNER, NotingTelephones, host_of, publish
from tests.triggers.hospital import Hospital

REMINDS: dict[str, Any] = {
    "callweave": 1, "name": "Reminds", "languages": ["en"], "start": "wait",
    "nodes": {
        "wait": {"type": "wait_for", "config": {"what": "call", "timeout": "3d"}, "outlets": {"received": "take"}},
        "take": {"type": "answer", "outlets": {"done": "say"}},
        "say": {"type": "say", "config": {"prompt": "You come tomorrow."}, "outlets": {"done": "end"}},
        "end": {"type": "end", "config": {"outcome": "heard by {{ call.from }}"}},
    },
}  # fmt: skip
OWN: dict[str, Any] = {
    "callweave": 1, "name": "Own", "languages": ["en"], "start": "end",
    "nodes": {"end": {"type": "end", "config": {"outcome": "{{ contact.name }} {{ call.returned.fate }}"}}},
}  # fmt: skip
PATIENT = "13800138000"


class Returns:
    """A patient whom a session has called in vain, and an engine that takes his call."""

    def __init__(self, hospital: Hospital) -> None:
        self.store = hospital.store
        self.stores = hospital.stores
        own = publish(self.store, OWN)
        triggers.bind_number(
            self.stores, "main", flow_id=own, number="7002", at=now_micros(), kind=triggers.MISSED_CALL
        )
        self.called = new_id()
        start = Start(
            flow_id=publish(self.store, REMINDS), version=1, contact={"phone": PATIENT, "name": "Fang"}, record={"v": 1}
        )
        with self.store.begin() as connection:
            inbox.put_start(connection, session_id=self.called, source="api", start=start, at=now_micros())
        sleeping.serve(self.store, Programs("UTC"))
        with self.store.begin() as connection:
            connection.execute(leg.insert().values(
                session_id=self.called, leg="out-1", direction="out", caller="7002", called=PATIENT,
                state="ended", started_at=now_micros(), ended_at=now_micros(), fate="no_answer", rang=True, owner=OWNER,
            ))  # fmt: skip

    def rows(self) -> dict[bytes, Any]:
        with self.store.read() as connection:
            return {row.id: row for row in connection.execute(sa.select(session))}

    def play(self, scene: Callable[[LiveHost, NotingTelephones], Any], *, epoch: int = 1) -> None:
        """A scene with an engine of its own."""

        async def whole() -> None:
            host = host_of(self.stores, epoch=epoch)
            host.recover()
            assert isinstance(host.telephony, NotingTelephones)
            await scene(host, host.telephony)
            await host.close()

        asyncio.run(whole())


def offered(caller: str = "+8613800138000", leg_name: str = "in-1") -> CallOffered:
    return CallOffered(at=datetime.now(UTC), leg=leg_name, caller=caller, called="7002")


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.005)


def test_the_session_goes_on_with_him_on_the_line(hospital: Hospital) -> None:
    returns = Returns(hospital)

    async def scene(host: LiveHost, phones: NotingTelephones) -> None:
        host.leg_offered(offered())
        await until(lambda: phones.kinds == ["answer"])
        host.leg_event("in-1", CallAnswered(command_id="1", leg="in-1"))
        host.leg_event("in-1", PlaybackFinished(command_id="2"))
        assert phones.kinds == ["answer", "play_prompt", "hang_up"]
        host.leg_event("in-1", CallEnded(leg="in-1"))

    returns.play(scene)
    (row,) = returns.rows().values()
    assert (row.id, row.status, row.owner) == (returns.called, "completed", None)
    assert row.outcome == "heard by +8613800138000"


def test_another_caller_starts_the_numbers_own_flow(hospital: Hospital) -> None:
    returns = Returns(hospital)

    async def scene(host: LiveHost, phones: NotingTelephones) -> None:
        host.leg_offered(offered("+8613900139000"))
        await until(lambda: phones.kinds == ["hang_up"])
        host.leg_event("in-1", CallEnded(leg="in-1"))

    returns.play(scene)
    rows = returns.rows()
    assert rows.pop(returns.called).status == "waiting"
    (other,) = rows.values()
    assert other.outcome is None or other.outcome.strip() == ""


def test_where_no_session_waits_the_flow_knows_whose_call_it_is(hospital: Hospital) -> None:
    returns = Returns(hospital)
    hospital.cancel(returns.called)

    async def scene(host: LiveHost, phones: NotingTelephones) -> None:
        host.leg_offered(offered())
        await until(lambda: phones.kinds == ["hang_up"])
        host.leg_event("in-1", CallEnded(leg="in-1"))

    returns.play(scene)
    rows = returns.rows()
    assert rows.pop(returns.called).status == "cancelled"
    (own,) = rows.values()
    assert own.outcome == "Fang no_answer"
    assert msgspec.msgpack.decode(own.contact) == {"phone": "+8613800138000", "name": "Fang"}


def test_an_engine_that_dies_before_the_session_hears_of_it_leaves_it_to_the_next(hospital: Hospital) -> None:
    returns = Returns(hospital)

    async def first(host: LiveHost, phones: NotingTelephones) -> None:
        found = host.offers._returned.find("main", offered())
        assert found is not None  # the session is ours, and nobody has told it

    async def second(host: LiveHost, phones: NotingTelephones) -> None:
        host.legs_found([LegFound(leg="in-1", caller="+8613800138000", called="7002")])
        await until(lambda: phones.kinds == ["answer"])
        host.leg_event("in-1", CallEnded(leg="in-1"))

    returns.play(first)
    assert returns.rows()[returns.called].owner == OWNER
    assert sleeping.serve(returns.store, Programs("UTC")) == []
    returns.play(second, epoch=2)
    assert returns.rows()[returns.called].owner is None


def test_one_who_calls_twice_at_once_has_his_session_once(hospital: Hospital) -> None:
    returns = Returns(hospital)

    async def scene(host: LiveHost, phones: NotingTelephones) -> None:
        host.leg_offered(offered())
        host.leg_offered(offered(leg_name="in-2"))
        await until(lambda: sorted(phones.kinds) == ["answer", "hang_up"])
        for name in ("in-1", "in-2"):
            host.leg_event(name, CallEnded(leg=name))

    returns.play(scene)
    assert len(returns.rows()) == 2

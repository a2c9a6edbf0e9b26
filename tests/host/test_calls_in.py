"""A trunk that brings calls too fast: those over its limit are refused, others are not touched."""

from __future__ import annotations

import asyncio

from engine.adapters.simulated import SimulatedTelephony
from engine.commands import HangUp
from engine.events import CallOffered
from engine.host import metrics
from engine.host.calls_in import CallsIn
from engine.store import Stores
from engine.trunks.config import TrunkConfig
from engine.trunks.routes import Trunk
from tests.host.conftest import host_of
from tests.host.test_live import phones, until


def declared(name: str, limit: float) -> Trunk:
    return Trunk(id=b"", tenant="main", name=name, config=TrunkConfig(host="192.0.2.1", calls_in_per_second=limit))


def test_a_burst_and_then_so_many_a_second() -> None:
    now = [0.0]
    calls_in = CallsIn(lambda: now[0])
    calls_in.know([declared("fast", 10), declared("slow", 0.5)])
    assert [calls_in.admit("main-fast") for _ in range(12)] == [True] * 10 + [False] * 2
    assert [calls_in.admit("main-slow") for _ in range(2)] == [True, False]
    assert all(calls_in.admit(line) for line in ("local", "") for _ in range(1000)), "no limit"
    now[0] = 0.2
    assert [calls_in.admit("main-fast") for _ in range(3)] == [True, True, False]
    now[0] = 2.0
    assert calls_in.admit("main-slow")
    calls_in.know([])
    assert calls_in.admit("main-fast"), "the trunk is no more"


def refused() -> float:
    return float(metrics.CALLS_REFUSED.labels("main-telco")._value.get())


def test_what_is_too_fast_is_refused_as_congestion(stores: Stores, flow_id: bytes) -> None:
    before = refused()

    async def scene() -> None:
        host = host_of(stores)
        host.calls_in.know([declared("telco", 3)])
        for number in range(5):
            host.leg_offered(CallOffered(leg=f"t-{number}", called="7002", line="main-telco"))
        host.leg_offered(CallOffered(leg="l-0", called="7002", line="local"))
        await until(lambda: phones(host).kinds.count("answer") == 4)
        hung_up = [command for command, _ in phones(host).asked if isinstance(command, HangUp)]
        assert [(command.leg, command.cause) for command in hung_up] == [("t-3", "congestion"), ("t-4", "congestion")]
        await host.close()

    asyncio.run(scene())
    assert refused() == before + 2


def test_the_simulated_line(stores: Stores, flow_id: bytes) -> None:
    async def scene() -> None:
        host = host_of(stores)
        host.telephony = line = SimulatedTelephony(host, prompts="at_once")
        host.calls_in.know([declared("telco", 1)])
        first = line.place_call("7002", line="main-telco", leg="first")
        second = line.place_call("7002", line="main-telco", leg="second")
        await until(lambda: host.roster.party("first") is not None)
        assert host.roster.party("second") is None
        assert await second.until_ended() == "congestion"
        assert not first.ended
        await host.close()

    asyncio.run(scene())

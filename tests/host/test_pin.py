"""A conference's PIN stands in no journal, and the engine that takes over still asks for it."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa

from engine.adapters.telephony import LegFound
from engine.commands import JoinConference
from engine.events import CallOffered
from engine.secret import MASK
from engine.store import Stores, now_micros, triggers
from engine.store.tenant import journal
from tests.host.conftest import NotingTelephones, host_of, publish
from tests.host.test_live import until

ROUND: dict[str, Any] = {
    "callweave": 1, "name": "Round", "languages": ["en"], "start": "meet",
    "nodes": {"meet": {"type": "conference", "config": {"room": "ward", "pin": "471{{ 1 | plus: 1 }}"}}},
}  # fmt: skip


def test_it_is_not_written_down_and_not_lost(stores: Stores) -> None:
    flow = publish(stores.tenant("main"), ROUND)
    triggers.bind_number(stores, "main", flow_id=flow, number="7009", at=now_micros())

    async def engine(epoch: int, *, offered: bool) -> None:
        host = host_of(stores, epoch=epoch)
        telephones = host.telephony
        assert isinstance(telephones, NotingTelephones)
        if offered:
            host.leg_offered(CallOffered(leg="chan-1", caller="138", called="7009"))
        else:
            assert host.recover() == 1
            host.legs_found([LegFound(leg="chan-1", caller="138", called="7009", answered=True)])
        await until(lambda: bool(telephones.asked))
        [(command, _)] = telephones.asked
        assert isinstance(command, JoinConference)
        assert command.pin == "4712"
        await host.close()

    asyncio.run(engine(1, offered=True))
    with stores.tenant("main").read() as connection:
        [body] = connection.scalars(sa.select(journal.c.body))
    assert b"4712" not in body
    assert MASK.encode() in body
    asyncio.run(engine(2, offered=False))

"""The example that reminds of a visit calls a telephone for real, started by the API, and hears its key."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.calls.test_calls_out import calls_of
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.peers import Peers


def test_the_patient_confirms(api: Api, copy: RunningCopy) -> None:
    flows = {flow["name"]: flow["id"] for flow in api.everything("/flows")}
    flow = flows["Return-visit reminder"]
    record = {"name": "Li Ming", "visit_no": "V1", "visit_at": "2026-11-25T10:00:00+08:00", "ward": "cardiology"}
    contact = {"phone": "13800007777", "language": "en", "time_zone": "Asia/Shanghai"}

    async def main() -> None:
        async with Peers(copy.sip_peer_port) as peers:
            begun = await asyncio.to_thread(api, "POST", f"/flows/{flow}/start", {"contact": contact, "record": record})
            phone = await peers.rings("13800007777", 20)
            await asyncio.sleep(0.3)
            await phone.answer()
            async with asyncio.timeout(20):
                while not any(phone.sound()):
                    await asyncio.sleep(0.1)
            await phone.press("1")
            await asyncio.wait_for(phone.over.wait(), 30)
            session.update(begun)

    session: dict[str, Any] = {}
    asyncio.run(main())
    [found] = [ended for ended in api.ended_sessions(flow, 1) if ended["id"] == session["session"]]
    assert found["outcome"] == "confirmed"
    [call] = calls_of(api, found["id"])
    assert (call["direction"], call["fate"], call["trunk"], call["rang"]) == ("out", "answered", "local", True)

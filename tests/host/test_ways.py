"""The ways out, by the trunks in the control database: order, room, and what is given back."""

from __future__ import annotations

import asyncio
from typing import Any

from engine.adapters.ways import Later, NoWay, Way
from engine.host.ways import TrunkWays
from engine.store import Stores, now_micros, trunks
from engine.store.trunks import OwnNumber
from engine.trunks.config import TrunkConfig
from engine.trunks.routes import Trunk

MOBILE = "13900000000"


def declare(stores: Stores, name: str, **more: Any) -> None:
    config = TrunkConfig.model_validate({"host": f"{name}.example", **more.pop("config", {})})
    with stores.control.begin() as connection:
        wanted = Trunk(id=b"", tenant="main", name=name, config=config, **more)
        trunks.put(connection, wanted, secret=None, keep_secret=False, at=now_micros())


def ways_of(stores: Stores, owner: str = "asterisk a") -> TrunkWays:
    return TrunkWays(stores, owner=owner, country="CN")


def test_without_trunks_there_is_the_local_one(stores: Stores) -> None:
    async def main() -> None:
        ways = ways_of(stores)
        for number in ("7001", "+4930123456"):
            way = await ways.find("main", number, leg="a", caller_id="1000")
            assert way == Way(leg="a", trunk="local", endpoint=f"PJSIP/{number}@local", caller_id="1000"), "no policy there"
        assert await ways.find("main", MOBILE, leg="a", tried=["local"]) == NoWay(reason="no other trunk")
        assert await ways.find("main", MOBILE, leg="a", trunk="telco") == NoWay(reason="there is no trunk 'telco'")
        assert await ways.find("main", "reception", leg="a") == NoWay(reason="no telephone number")

    asyncio.run(main())


def test_a_browser_is_reached_by_its_own_name_and_no_trunk(stores: Stores) -> None:
    declare(stores, "telco")
    name = f"browser-{'0a' * 16}"

    async def main() -> None:
        ways = ways_of(stores)
        assert await ways.find("main", name, leg="a", trunk="telco") == Way(leg="a", trunk="browser", endpoint=f"PJSIP/{name}")
        assert await ways.find("main", name, leg="a", tried=["browser"]) == NoWay(reason="no other trunk")
        assert isinstance(await ways.find("main", f"{name}@telco", leg="a"), NoWay)

    asyncio.run(main())


def test_the_next_trunk_when_the_first_is_full_and_room_again(stores: Stores) -> None:
    declare(stores, "first", at_once=1)
    declare(stores, "second", position=1, at_once=1)

    async def main() -> None:
        ways = ways_of(stores)
        found = [await ways.find("main", MOBILE, leg=leg) for leg in ("a", "b", "c")]
        assert [way.trunk for way in found[:2] if isinstance(way, Way)] == ["first", "second"]
        assert isinstance(found[2], Later)
        assert isinstance(await ways_of(stores, "asterisk b").find("main", MOBILE, leg="c"), Later), "over all engines"
        await ways.free("b")
        again = await ways.find("main", MOBILE, leg="c")
        assert isinstance(again, Way) and again.trunk == "second"

    asyncio.run(main())


def test_calls_of_a_killed_engine_keep_their_slots_until_they_are_gone(stores: Stores) -> None:
    declare(stores, "telco", at_once=2)

    async def main() -> None:
        killed = ways_of(stores)
        for leg in ("lives", "gone"):
            assert isinstance(await killed.find("main", MOBILE, leg=leg), Way)
        following = ways_of(stores)
        assert isinstance(await following.find("main", MOBILE, leg="new"), Later)
        await following.reconcile(["lives"])
        await asyncio.sleep(0.3)
        assert isinstance(await following.find("main", MOBILE, leg="new"), Way)
        assert isinstance(await following.find("main", MOBILE, leg="more"), Later)
        await ways_of(stores, "asterisk b").reconcile([])
        with stores.control.read() as connection:
            assert sorted(trunks.legs_of(connection, "asterisk a")) == ["lives", "new"], "another Asterisk's are not touched"

    asyncio.run(main())


def test_numbers_shown(stores: Stores) -> None:
    declare(stores, "telco")
    with stores.control.begin() as connection:
        for number in (OwnNumber(number="01088886666"), OwnNumber(number="02088886666"), OwnNumber(number="0757", shown=False)):
            trunks.put_number(connection, "main", number, at=now_micros())

    async def main() -> None:
        ways = ways_of(stores)
        way = await ways.find("main", "02081234567", leg="a")
        assert isinstance(way, Way) and way.caller_id == "02088886666"
        way = await ways.find("main", "02081234567", leg="b", caller_id="95588")
        assert isinstance(way, Way) and way.caller_id == "95588", "the flow's word goes before"
        assert isinstance(await ways.find("other", MOBILE, leg="c"), Way), "another organisation has no trunks: the local one"

    asyncio.run(main())

"""The telephone of the one who was called passes the caller on: to a number, or to whom it talks with on its other leg."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import quote

from engine.commands import Dial
from engine.events import DialEnded
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.test_dial import ONE, TWO, stage, talk

THREE = "8003"


def test_blind(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE)
            agent = await it.peers.answers(ONE)
            await talk(it.caller, agent)
            assert await agent.refer(TWO) == 202
            other = await it.peers.answers(TWO)
            await talk(it.caller, other)
            assert any("200" in body for body in agent.notified), "the agent's telephone is told that it is done"
            await asyncio.wait_for(agent.over.wait(), 5)
            await other.hang_up()
            ended = await it.ended()
            assert (ended.fate, ended.to) == ("completed", TWO)

    asyncio.run(main())


def test_blind_to_somebody_who_is_busy(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE)
            agent = await it.peers.answers(ONE)
            assert await agent.refer(TWO) == 202
            (await it.peers.rings(TWO)).refuse(486)
            await asyncio.sleep(0.5)
            await talk(it.caller, agent)
            assert not any("200 OK" in body for body in agent.notified) and agent.notified
            await agent.hang_up()
            assert (await it.ended()).to == ONE

    asyncio.run(main())


def test_the_caller_hangs_up_while_he_is_passed_on(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE)
            agent = await it.peers.answers(ONE)
            await agent.refer(TWO)
            other = await it.peers.rings(TWO)
            await it.caller.hang_up()
            await asyncio.wait_for(other.cancelled.wait(), 5)
            await asyncio.wait_for(agent.over.wait(), 5)

    asyncio.run(main())


def test_attended(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            it.dial(ONE)
            agent = await it.peers.answers(ONE)
            async with it.scene.caller("7002") as (second, leg):
                it.scene.perform(Dial(id="1", leg=leg, to=(THREE,)))
                expert = await it.peers.answers(THREE)
                await talk(second, expert)
                replaces = f"{quote(second.call_id, safe='')}%3Bto-tag%3D{second.to_tag}%3Bfrom-tag%3D{second.tag}"
                assert await agent.refer(THREE, replaces=replaces) == 202
                ended = await it.scene.told.event(DialEnded, leg)
                assert (ended.fate, ended.cause) == ("completed", "transferred")
                await talk(it.caller, expert)
                await asyncio.wait_for(agent.over.wait(), 5)
                await second.hang_up()
                await asyncio.sleep(0.3)
                await talk(it.caller, expert)
            await expert.hang_up()
            assert (await it.ended()).to == THREE

    asyncio.run(main())

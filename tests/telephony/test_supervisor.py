"""A supervisor beside a call: hears both, is heard by nobody, by the party alone, or by all; and leaves no trace."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest

from engine.commands import Dial, HangUp
from engine.events import DialEnded, SupervisorCame, SupervisorLeft
from tests.telephony import hearing
from tests.telephony.caller import Caller
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.peers import Peers
from tests.telephony.scene import scene
from tests.telephony.test_dial import ONE, stage, talk
from tests.telephony.tidy import nothing_is_left

BOSS = "8009"
CALLER, AGENT, SUPERVISOR = 300, 1100, 1900


async def heard(*parties: Any) -> list[set[int]]:
    """Which of the three each hears now."""
    await asyncio.sleep(0.6)
    since = time.monotonic()
    await asyncio.sleep(1.0)
    sounds = [party.sound(since) for party in parties]
    return [{hertz for hertz in (CALLER, AGENT, SUPERVISOR) if hearing.level(sound, hertz) > 400} for sound in sounds]


def test_listen_whisper_and_barge(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            listening = it.scene.telephony.parties.listening
            it.dial(ONE)
            agent = await it.peers.answers(ONE)
            await talk(it.caller, agent, CALLER, AGENT)
            listening.begin("main", it.leg, name="s1", to=BOSS, mode="listen", by="Ann")
            boss = await it.peers.answers(BOSS)
            boss.hum(SUPERVISOR)
            came = await it.scene.told.event(SupervisorCame, it.leg)
            assert (came.mode, came.by, came.to) == ("listen", "Ann", BOSS)
            assert await heard(it.caller, agent, boss) == [{AGENT}, {CALLER}, {CALLER, AGENT}]
            assert listening.change("s1", "whisper")
            assert await heard(it.caller, agent, boss) == [{AGENT, SUPERVISOR}, {CALLER}, {CALLER, AGENT}]
            assert listening.change("s1", "barge")
            assert await heard(it.caller, agent, boss) == [{AGENT, SUPERVISOR}, {CALLER, SUPERVISOR}, {CALLER, AGENT}]
            assert not listening.change("s2", "listen")
            assert listening.end("s1")
            await asyncio.wait_for(boss.over.wait(), 5)
            assert (await it.scene.told.event(SupervisorLeft, it.leg)).by == "Ann"
            assert await heard(it.caller, agent) == [{AGENT}, {CALLER}]
            await agent.hang_up()
            await it.ended()

    asyncio.run(main())


def test_whoever_hangs_up_nothing_is_left(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with stage(asterisk, tmp_path) as it:
            listening = it.scene.telephony.parties.listening
            it.dial(ONE)
            agent = await it.peers.answers(ONE)
            listening.begin("main", it.leg, name="s1", to=BOSS, mode="listen", by="Ann")
            boss = await it.peers.answers(BOSS)
            await it.scene.told.event(SupervisorCame, it.leg)
            await boss.hang_up()
            await it.scene.told.event(SupervisorLeft, it.leg)
            listening.begin("main", it.leg, name="s2", to=BOSS, mode="listen", by="Ann")
            (await it.peers.rings(BOSS)).refuse(486)
            listening.begin("main", it.leg, name="s3", to=BOSS, mode="barge", by="Ann")
            boss = await it.peers.answers(BOSS)
            await it.scene.told.event(SupervisorCame, it.leg, number=1)
            await it.caller.hang_up()
            await asyncio.wait_for(boss.over.wait(), 5)
            await asyncio.wait_for(agent.over.wait(), 5)

    asyncio.run(main())


def test_after_a_restart_the_supervisor_is_let_go_and_the_others_talk_on(
    asterisk: LocalAsterisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.parties.parties.SETTLED", 0.5)

    async def main() -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers, Caller(asterisk.sip_port) as caller:
            async with scene(asterisk, tmp_path) as first:
                await caller.dial("7001")
                leg = (await first.told.offer()).leg
                command = Dial(id="7", leg=leg, to=(ONE,))
                first.perform(command)
                agent = await peers.answers(ONE)
                first.telephony.parties.listening.begin("main", leg, name="s1", to=BOSS, mode="listen", by="Ann")
                boss = await peers.answers(BOSS)
                await first.told.event(SupervisorCame, leg)
                await asyncio.sleep(0.3)
            async with scene(asterisk, tmp_path) as second:
                second.perform(command)
                await asyncio.wait_for(boss.over.wait(), 5)
                await asyncio.sleep(0.3)
                left = {channel["id"] for channel in json.loads(asterisk.get("channels"))}
                assert left == {leg, f"{leg}-party-7-0.0"}, "no leg listens any more"
                await talk(caller, agent, CALLER, AGENT)
                await agent.hang_up()
                await second.told.event(DialEnded, leg)
                second.perform(HangUp(id="8", leg=leg))
                await caller.ended()
                await nothing_is_left(asterisk)

    asyncio.run(main())

"""Who is joined with others stays so when the engine goes: the next one finds bridges, parties and rooms, and goes on."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from engine.commands import Dial, HangUp, JoinConference
from engine.events import ConferenceEnded, DialEnded
from tests.telephony import hearing
from tests.telephony.caller import Caller
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.peers import Peers
from tests.telephony.scene import SHORT, scene
from tests.telephony.test_conference import ROOM, TONES, Meeting
from tests.telephony.test_dial import ONE, TWO, talk
from tests.telephony.tidy import nothing_is_left

MOMENTS = ("ringing", "whispering", "talking")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_dial(asterisk: LocalAsterisk, tmp_path: Path, moment: str) -> None:
    async def main() -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers, Caller(asterisk.sip_port) as caller:
            key = "" if moment == "talking" else "1"
            async with scene(asterisk, tmp_path) as first:
                await caller.dial("7001")
                leg = (await first.told.offer()).leg
                command = Dial(id="7", leg=leg, to=(ONE, TWO), in_turn=True, whisper=SHORT, accept_key=key)
                first.perform(command)
                (await peers.rings(ONE)).refuse(486)
                phone = await peers.rings(TWO)
                if moment != "ringing":
                    await phone.answer()
                    await asyncio.sleep(0.3 if moment == "whispering" else 1.5)
            talked = time.monotonic()
            await asyncio.sleep(0.3)
            async with scene(asterisk, tmp_path) as second:
                assert leg in {found.leg for found in second.told.found[0]}
                second.perform(command)
                await asyncio.sleep(0.5)
                if moment == "ringing":
                    await phone.answer()
                if moment != "talking":
                    await asyncio.sleep(1.0)
                    await phone.press("1")
                await talk(caller, phone)
                assert peers.called(ONE) == peers.called(TWO) == 1, "nobody is rung a second time"
                await phone.hang_up()
                ended = await second.told.event(DialEnded, leg)
                assert (ended.fate, ended.to) == ("completed", TWO)
                if moment == "talking":
                    assert ended.seconds > time.monotonic() - talked + 0.3, "they have talked since before"
                second.perform(HangUp(id="8", leg=leg))
                await caller.ended()
                await nothing_is_left(asterisk)

    asyncio.run(main())


def test_a_dial_that_nobody_claims_is_let_go(
    asterisk: LocalAsterisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.parties.parties.SETTLED", 0.5)

    async def main() -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers, Caller(asterisk.sip_port) as caller:
            async with scene(asterisk, tmp_path) as first:
                await caller.dial("7001")
                leg = (await first.told.offer()).leg
                first.perform(Dial(id="7", leg=leg, to=(ONE,)))
                phone = await peers.answers(ONE)
                await asyncio.sleep(0.5)
            await caller.hang_up()
            await asyncio.sleep(0.3)
            async with scene(asterisk, tmp_path):
                await asyncio.wait_for(phone.over.wait(), 5)
                await nothing_is_left(asterisk)

    asyncio.run(main())


def test_a_room_with_all_who_are_in_it(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    """Five come, one of them invited by one who has left; the engine goes in the middle; all are still there."""

    async def main() -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers, AsyncExitStack() as stack:
            commands: dict[str, JoinConference] = {}
            async with scene(asterisk, tmp_path) as first:
                it = Meeting(first, stack)
                inviter, gone = await it.comes(invite=("9001",))
                phone = await peers.answers("9001")
                phone.hum(TONES[4])
                for _ in range(3):
                    await it.comes(role="moderator", hold_until_moderator=True)
                commands = {leg: JoinConference(id="1", leg=leg, room=ROOM, role="moderator") for leg in it.legs[1:]}
                await asyncio.sleep(0.5)
                await inviter.press("*0")
                await first.told.event(ConferenceEnded, gone)
                first.perform(HangUp(id="9", leg=gone))
                await inviter.ended()
                control = first.telephony.parties.control
                assert control("main", ROOM, "mute", it.legs[3]) is None
                assert control("main", ROOM, "lock") is None
                known = it.now
            await it.hears(1, [TONES[2], TONES[4]], silent=[TONES[3]])  # with no engine at all
            async with scene(asterisk, tmp_path, rooms=[known]) as second:
                it.scene = second
                for command in commands.values():
                    second.perform(command)
                (invited,) = [member.leg for member in known.members if member.invited]
                now = await it.inside(legs=[*commands, invited])
                assert now.locked and [member.leg for member in now.members if member.muted] == [it.legs[3]]
                await it.hears(1, [TONES[2], TONES[4]], silent=[TONES[3]])
                control = second.telephony.parties.control
                assert control("main", ROOM, "unmute", it.legs[3]) is None
                assert control("main", ROOM, "kick", invited) is None
                await asyncio.wait_for(phone.over.wait(), 5)
                await it.hears(1, [TONES[2], TONES[3]], silent=[TONES[4]])
                await it.callers[1].press("*9")
                for leg in commands:
                    assert (await it.ended(leg)).cause == "closed"
                    second.perform(HangUp(id="2", leg=leg))
                for caller in it.callers[1:]:
                    await caller.ended()
                await nothing_is_left(asterisk)
                assert hearing.seconds_of_sound(phone.rtp.packets) > 1

    asyncio.run(main())

"""A conference on a real Asterisk: who is heard by whom, PIN, moderator, keys, who may come in, and how it ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from engine.adapters.party_news import RoomNews
from engine.commands import HangUp, JoinConference
from engine.events import CallEnded, CommandFailed, ConferenceEnded
from tests.telephony import hearing
from tests.telephony.caller import Caller
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.peers import Peers
from tests.telephony.scene import OTHER, SHORT, Scene, scene
from tests.telephony.tidy import nothing_is_left

ROOM = "ward round"
TONES = (300, 500, 750, 1100, 1600)


class Meeting:
    """Callers who hum, each in a tone of his own, and a room where they meet."""

    def __init__(self, scene: Scene, stack: AsyncExitStack) -> None:
        self.scene = scene
        self.callers: list[Caller] = []
        self.legs: list[str] = []
        self._stack = stack

    async def comes(self, **more: object) -> tuple[Caller, str]:
        """Somebody calls, and his flow brings him to the room."""
        caller, leg = await self._stack.enter_async_context(self.scene.caller())
        self.callers.append(caller)
        self.legs.append(leg)
        self.scene.perform(JoinConference(id="1", leg=leg, room=ROOM, **more))  # type: ignore[arg-type]
        await caller.answered()
        caller.rtp.sound = hearing.humming(TONES[len(self.legs) - 1])
        return caller, leg

    async def inside(self, *, legs: Sequence[str] | None = None, seconds: float = 8.0) -> RoomNews:
        """Wait until exactly these are in the room."""
        wanted = set(self.legs if legs is None else legs)
        async with asyncio.timeout(seconds):
            while {member.leg for member in self.now.members if member.state == "in"} != wanted:
                await asyncio.sleep(0.02)
        return self.now

    @property
    def now(self) -> RoomNews:
        return self.scene.told.rooms[-1] if self.scene.told.rooms else RoomNews(tenant="main", room=ROOM)

    async def hears(self, who: int, tones: Sequence[int], seconds: float = 1.0, silent: Sequence[int] = ()) -> None:
        """Somebody hears these tones well over the noise, and the others not."""
        await asyncio.sleep(0.5)
        sound = await hearing.clearest(self.callers[who].sound, tones, TONES, seconds)
        for tone in tones:
            assert hearing.above_noise(sound, tone, TONES) > 20, f"{who} hears {tone}"
        for tone in silent:
            assert hearing.level(sound, tone) < 100, f"{who} does not hear {tone}"

    async def ended(self, leg: str, seconds: float = 8.0) -> ConferenceEnded:
        return await self.scene.told.event(ConferenceEnded, leg, seconds=seconds)


@asynccontextmanager
async def meeting(asterisk: LocalAsterisk, folder: Path) -> AsyncIterator[Meeting]:
    async with scene(asterisk, folder) as here:
        async with AsyncExitStack() as stack:
            it = Meeting(here, stack)
            yield it
            for leg in it.legs:
                here.perform(HangUp(id="99", leg=leg))
            for caller in it.callers:
                await caller.ended()
        await nothing_is_left(asterisk)
    assert not it.now.members, "and the room is told to be empty"


def test_five_hear_each_other_and_one_who_is_muted_or_removed_is_not_heard(
    asterisk: LocalAsterisk, tmp_path: Path
) -> None:
    async def main() -> None:
        async with meeting(asterisk, tmp_path) as it:
            for _ in range(5):
                await it.comes()
            await it.inside()
            for who in range(5):
                others = [tone for place, tone in enumerate(TONES) if place != who]
                await it.hears(who, others, silent=[TONES[who]])
            control = it.scene.telephony.parties.control
            assert control("main", ROOM, "mute", it.legs[1]) is None
            await it.hears(0, TONES[2:], silent=TONES[:2])
            assert [member.muted for member in it.now.members] == [False, True, False, False, False]
            assert control("main", ROOM, "unmute", it.legs[1]) is None
            await it.hears(0, TONES[1:])
            assert control("main", ROOM, "kick", it.legs[4]) is None
            assert (await it.ended(it.legs[4])).cause == "removed"
            await it.hears(0, TONES[1:4], silent=[TONES[4]])
            assert control("main", ROOM, "kick", it.legs[4]) == "there is no such member"
            assert control("other", ROOM, "end") == "there is no such room"
            assert control("main", ROOM, "end") is None
            for leg in it.legs[:4]:
                ended = await it.ended(leg)
                assert (ended.fate, ended.cause) == ("done", "closed")

    asyncio.run(main())


def test_one_alone_hears_music_until_somebody_comes(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with meeting(asterisk, tmp_path) as it:
            first, _ = await it.comes()
            first.rtp.sound = b"\xff" * 160
            await first.until_heard()
            await it.comes()
            await it.inside()
            await it.hears(0, [TONES[1]], silent=[TONES[0]])
            await it.callers[1].hang_up()
            await first.until_heard()
            await first.press("*0")
            ended = await it.ended(it.legs[0])
            assert (ended.fate, ended.cause) == ("done", "left")

    asyncio.run(main())


def test_the_pin(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with meeting(asterisk, tmp_path) as it:
            caller, leg = await it.comes(pin="4711")
            await caller.until_heard()
            await caller.press("1234#")
            await caller.press("4711#")
            await it.inside(legs=[leg])
            other, wrong = await it.comes(pin="4711")
            for _ in range(3):
                await other.until_heard(since=time.monotonic())
                await other.press("99#")
                await asyncio.sleep(0.2)
            assert (await it.scene.told.event(CommandFailed, wrong)).reason == "the PIN was wrong"
            assert [member.leg for member in it.now.members] == [leg]

    asyncio.run(main())


def test_members_wait_for_the_moderator_and_go_with_him(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with meeting(asterisk, tmp_path) as it:
            for _ in range(2):
                await it.comes(hold_until_moderator=True, end_with_moderator=True)
            async with asyncio.timeout(5):
                while [member.state for member in it.now.members] != ["waiting", "waiting"]:
                    await asyncio.sleep(0.02)
            await it.callers[0].until_heard()
            await it.hears(0, [], silent=[TONES[1]])
            await it.comes(role="moderator")
            await it.inside()
            await it.hears(0, TONES[1:3])
            await it.callers[2].hang_up()
            for leg in it.legs[:2]:
                ended = await it.ended(leg)
                assert (ended.fate, ended.cause) == ("done", "moderator_left")

    asyncio.run(main())


def test_keys_in_the_room(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with meeting(asterisk, tmp_path) as it:
            await it.comes(role="moderator")
            await it.comes()
            await it.comes()
            await it.inside()
            moderator, member, _ = it.callers
            await member.press("*1")
            await it.hears(0, [TONES[2]], silent=[TONES[1]])
            await member.press("*1")
            await it.hears(0, [TONES[1], TONES[2]])
            await member.press("*2")
            await asyncio.sleep(0.3)
            assert not it.now.locked, "a member's key locks nothing"
            await moderator.press("*2")
            async with asyncio.timeout(3):
                while not it.now.locked:
                    await asyncio.sleep(0.02)
            _, late = await it.comes()
            assert (await it.scene.told.event(CommandFailed, late)).reason == "the room is locked"
            await moderator.press("*3")
            await it.hears(0, [], silent=[TONES[1], TONES[2]])
            await moderator.press("*7")
            assert (await it.ended(it.legs[2])).cause == "removed"
            await moderator.press("*9")
            assert (await it.ended(it.legs[1])).cause == "closed"

    asyncio.run(main())


def test_the_room_is_full_and_announcements_are_heard(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with meeting(asterisk, tmp_path) as it:
            first, _ = await it.comes(max_participants=2)
            await it.inside()
            await it.comes(max_participants=2, announce=SHORT, announce_leaving=OTHER)
            second = it.callers[1]
            second.rtp.sound = b"\xff" * 160
            since = time.monotonic()
            await it.inside()
            await asyncio.sleep(1.2)
            assert hearing.likeness(first.sound(since), it.scene.tones.clip("short"))[0] > 0.7
            _, third = await it.comes(max_participants=2)
            assert (await it.scene.told.event(CommandFailed, third)).reason == "the room is full"
            since = time.monotonic()
            await second.hang_up()
            await asyncio.sleep(1.5)
            assert hearing.level(first.sound(since), 1200) > 300

    asyncio.run(main())


def test_the_invited_come_each_with_a_fate(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers, meeting(asterisk, tmp_path) as it:
            caller, leg = await it.comes(invite=("9001", "9002", "9003"), ring_seconds=2.0, role="moderator")
            one, two, three = [await peers.rings(number) for number in ("9001", "9002", "9003")]
            assert it.now.calling == ("9001", "9002", "9003")
            two.refuse(486)
            await one.answer()
            one.hum(1100)
            await asyncio.wait_for(three.cancelled.wait(), 5)
            await it.hears(0, [1100])
            since = time.monotonic()
            await asyncio.sleep(0.8)
            assert hearing.above_noise(one.sound(since), TONES[0], TONES) > 20
            (invited,) = [member for member in it.now.members if member.invited]
            assert invited.number == "9001"
            await one.press("*1")
            await it.hears(0, [], silent=[1100])
            await caller.press("*0")
            ended = await it.ended(leg)
            assert ended.invited == {"9001": "answered", "9002": "busy", "9003": "no_answer"}
            assert not one.over.is_set(), "the room lives until it is empty"
            await one.hang_up()

    asyncio.run(main())


def test_nobody_comes(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers, meeting(asterisk, tmp_path) as it:
            _, leg = await it.comes(invite=("9001", "9002"))
            for number in ("9001", "9002"):
                (await peers.rings(number)).refuse(486)
            ended = await it.ended(leg)
            assert (ended.fate, ended.invited) == ("nobody", {"9001": "busy", "9002": "busy"})

    asyncio.run(main())


MOMENTS = ("asked", "waiting", "inviting", "alone", "talking")


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("who", ["caller", "we"])
def test_each_hangs_up_at_each_moment(asterisk: LocalAsterisk, tmp_path: Path, who: str, moment: str) -> None:
    """The end is told as the call's, and nothing is left behind."""

    async def main() -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers, meeting(asterisk, tmp_path) as it:
            more: dict[str, object] = {
                "asked": {"pin": "4711"}, "waiting": {"hold_until_moderator": True}, "inviting": {"invite": ("9001",)},
                "alone": {}, "talking": {"invite": ("9001",)},
            }[moment]  # type: ignore[assignment]
            caller, leg = await it.comes(**more)
            phone = None
            if moment in ("inviting", "talking"):
                phone = await peers.rings("9001")
            if moment == "talking" and phone is not None:
                await phone.answer()
            await asyncio.sleep(0.5)
            if who == "caller":
                await caller.hang_up()
            else:
                it.scene.perform(HangUp(id="2", leg=leg))
                await caller.ended()
            await it.scene.told.event(CallEnded, leg)
            if phone is not None:  # whoever was invited does not stay there alone
                await asyncio.wait_for(phone.over.wait(), 10)
            assert not [event for event in it.scene.told.of(leg) if isinstance(event, ConferenceEnded)]

    asyncio.run(main())

"""What is said in a room, recorded: all tones in it, one's own recording untouched, kept with whose flow wished it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from engine.commands import HangUp, JoinConference, RecordCall
from engine.events import CallRecorded, CommandDone
from tests.telephony import hearing
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.scene import Scene, scene
from tests.telephony.test_recording import SESSION, Shelf
from tests.telephony.tidy import nothing_is_left

TONES = (450, 700)


async def recorded(stage: Scene, shelf: Shelf, kind: str) -> list[hearing.Samples]:
    """Wait until a recording of this kind is told; its sides."""
    async with asyncio.timeout(10):
        while True:
            for _, event in stage.told.events:
                if isinstance(event, CallRecorded) and shelf.get(event.asset).kind == kind:
                    return shelf.sound(event.asset)
            await asyncio.sleep(0.05)


def test_a_room_beside_a_call(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    """Two hum; one's flow records the room, and had begun to record its own call."""

    async def main() -> None:
        shelf = Shelf(tmp_path)
        async with scene(asterisk, tmp_path, shelf.keeper) as stage, AsyncExitStack() as stack:
            callers = [await stack.enter_async_context(stage.caller()) for _ in TONES]
            (_, one), (_, two) = callers
            for (caller, leg), hertz in zip(callers, TONES, strict=True):
                stage.perform(JoinConference(id="1", leg=leg, room="ward", record=leg == two))
                await caller.answered()
                caller.rtp.sound = hearing.humming(hertz)
            stage.perform(RecordCall(id="2", leg=two, action="start"))
            await stage.told.event(CommandDone, two)
            await asyncio.sleep(2.0)
            assert stage.told.rooms[-1].recording.startswith(two)
            stage.perform(JoinConference(id="3", leg=two, room="elsewhere"))
            (sound,) = await recorded(stage, shelf, "room")
            (found,) = shelf.page()
            assert (found.session_id, found.leg, found.kind, found.channels) == (SESSION, two, "room", 1)
            for hertz in TONES:
                assert hearing.loudest(sound, hertz, 0.5)[0] > 1000, f"{hertz} Hz"
            assert not stage.told.rooms[0].members or stage.told.rooms[-1].recording == ""
            stage.perform(RecordCall(id="4", leg=two, action="stop"))
            sides = await recorded(stage, shelf, "call")
            assert len(sides[0]) > 8000, "the call's own recording went on"
            for leg in (one, two):
                stage.perform(HangUp(id="9", leg=leg))
            for caller, _ in callers:
                await caller.ended()
            await nothing_is_left(asterisk)
        shelf.stores.close()

    asyncio.run(main())


def test_the_next_engine_goes_on_with_it(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        shelf = Shelf(tmp_path)
        async with AsyncExitStack() as stack:
            async with scene(asterisk, tmp_path, shelf.keeper) as first:
                callers = [await stack.enter_async_context(first.caller()) for _ in TONES]
                for caller, leg in callers:
                    first.perform(JoinConference(id="1", leg=leg, room="ward", record=True))
                    await caller.answered()
                callers[0][0].rtp.sound = hearing.humming(TONES[0])
                await asyncio.sleep(1.0)
                rooms = first.told.rooms[-1:]
            callers[0][0].rtp.sound = hearing.humming(TONES[1])
            async with scene(asterisk, tmp_path, shelf.keeper, rooms=rooms) as second:
                for _, leg in callers:
                    second.perform(JoinConference(id="1", leg=leg, room="ward", record=True))
                await asyncio.sleep(1.5)
                for caller, _ in callers:
                    await caller.hang_up()
                (sound,) = await recorded(second, shelf, "room")
                for hertz in TONES:
                    assert hearing.loudest(sound, hertz, 0.5)[0] > 1000, f"{hertz} Hz, said before and after"
                assert len(shelf.page()) == 1
                await nothing_is_left(asterisk)
        shelf.stores.close()

    asyncio.run(main())

"""Machine detection on a real Asterisk: a few trials of each kind (`make prove NAME=amd` has twenty), and the beep."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from engine.adapters.telephony import Missed, Outgoing, PickedUp, Rang
from engine.commands import HangUp, PlayPrompt
from engine.events import CallEnded, PlaybackFinished
from tests import needs
from tests.telephony.detection import GREETINGS, RIGHT, beep, pieces, right, silence, spoken, trials
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.peers import Peers
from tests.telephony.scene import SHORT, scene
from tests.telephony.tidy import nothing_is_left


def test_who_answers(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    needs.require("espeak-ng")

    async def main() -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers, scene(asterisk, tmp_path) as stage:
            seen = await trials(stage, peers, 2, at_once=8)
            assert right(seen) == dict.fromkeys(RIGHT, 2), seen
            await nothing_is_left(asterisk)

    asyncio.run(main())


def test_the_end_of_a_greeting_is_waited_for(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    needs.require("espeak-ng")

    async def main() -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers, scene(asterisk, tmp_path) as stage:
            told: asyncio.Queue[Rang | PickedUp | Missed] = asyncio.Queue()
            call = Outgoing(leg="beep", endpoint="PJSIP/8100@local", detect_machine=True, wait_for_beep=True)
            assert stage.telephony.place(call, told.put_nowait)
            phone = await peers.rings("8100")
            sound = silence(0.2) + spoken(*GREETINGS[0]) + silence(0.6) + beep()
            phone.rtp.words.extend(pieces(sound))
            await phone.answer()
            while phone.rtp.words:
                await asyncio.sleep(0.05)
            beeped = time.monotonic()
            assert await told.get() == Rang()
            assert await asyncio.wait_for(told.get(), 10) == PickedUp(by="machine")
            assert 0.8 < time.monotonic() - beeped < 3.0, "after the beep, not before"
            since = time.monotonic()
            stage.perform(PlayPrompt(id="1", leg="beep", prompt=SHORT))
            await stage.told.event(PlaybackFinished)
            assert len(phone.sound(since)), "the message is on the machine"
            await phone.press("7")
            stage.perform(HangUp(id="2", leg="beep"))
            assert (await stage.told.event(CallEnded, "beep")).cause == "normal"
            await nothing_is_left(asterisk)

    asyncio.run(main())


def test_who_hangs_up_while_it_is_listened(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with Peers(asterisk.settings.sip_peer_port) as peers, scene(asterisk, tmp_path) as stage:
            told: asyncio.Queue[Rang | PickedUp | Missed] = asyncio.Queue()
            call = Outgoing(leg="quick", endpoint="PJSIP/8200@local", detect_machine=True)
            assert stage.telephony.place(call, told.put_nowait)
            phone = await peers.answers("8200")
            await asyncio.sleep(0.5)
            await phone.hang_up()
            assert await told.get() == Rang()
            assert await asyncio.wait_for(told.get(), 10) == PickedUp(by="unsure")
            stage.perform(PlayPrompt(id="1", leg="quick", prompt=SHORT))
            assert (await stage.told.event(CallEnded, "quick")).cause
            await nothing_is_left(asterisk)

    asyncio.run(main())

"""How well a party was heard, as a real Asterisk measures it: packets that get lost or come late on purpose."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.commands import Answer, HangUp, PlayPrompt
from engine.events import CallAnswered, CallEnded
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.scene import LONG, scene


@pytest.mark.parametrize("who", ["we", "the caller"])
def test_loss_and_jitter_are_told_at_the_end(asterisk: LocalAsterisk, tmp_path: Path, who: str) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller("7001") as (caller, leg):
            caller.rtp.drops, caller.rtp.shakes = 10, 0.008
            stage.perform(Answer(id="1", leg=leg))
            await stage.told.event(CallAnswered)
            stage.perform(PlayPrompt(id="2", leg=leg, prompt=LONG))
            await asyncio.sleep(10.6)  # losses are counted every five seconds
            if who == "we":
                stage.perform(HangUp(id="3", leg=leg))
                await caller.ended()
            else:
                await caller.hang_up()
            await stage.told.event(CallEnded)
            quality = stage.told.measured[leg]
            assert quality.loss_in is not None and 75 <= quality.loss_in <= 115, quality
            assert quality.jitter_in is not None and 4_000 <= quality.jitter_in <= 40_000, quality
            assert quality.loss_out is None, "the caller sends no reports"

    asyncio.run(main())


def test_a_call_of_a_moment_has_no_loss_yet(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        async with scene(asterisk, tmp_path) as stage, stage.caller("7001") as (caller, leg):
            stage.perform(Answer(id="1", leg=leg))
            await stage.told.event(CallAnswered)
            await asyncio.sleep(0.3)
            await caller.hang_up()
            await stage.told.event(CallEnded)
            quality = stage.told.measured[leg]
            assert quality.loss_in is None and quality.jitter_in is not None

    asyncio.run(main())

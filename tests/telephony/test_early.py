"""What is heard before an answer is kept of a call that fails, where its trunk says so; of one that is answered it is not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.adapters.telephony import Missed, News, Outgoing, PickedUp
from engine.commands import HangUp
from engine.store import id_text
from tests.telephony import hearing
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.peers import Peers
from tests.telephony.scene import scene
from tests.telephony.test_recording import Shelf
from tests.telephony.tidy import nothing_is_left


@pytest.mark.parametrize("answers", [False, True])
def test_an_announcement(asterisk: LocalAsterisk, tmp_path: Path, *, answers: bool) -> None:
    async def main() -> None:
        shelf = Shelf(tmp_path)
        told: list[News] = []
        async with (
            Peers(asterisk.settings.sip_peer_port) as peers,
            scene(asterisk, tmp_path, shelf.keeper) as stage,
        ):
            leg = f"early-{answers}".lower()
            stage.telephony.place(Outgoing(leg=leg, endpoint="PJSIP/8701@local", record_early=True), told.append)
            phone = await peers.rings("8701")
            await phone.announce(650)
            await asyncio.sleep(2.5)
            if answers:
                await phone.answer()
            else:
                phone.refuse(404)
            async with asyncio.timeout(10):
                while not any(isinstance(news, (Missed, PickedUp)) for news in told):
                    await asyncio.sleep(0.02)
            if answers:
                stage.perform(HangUp(id="1", leg=leg))
            await nothing_is_left(asterisk)
            async with asyncio.timeout(10):
                while not answers and not shelf.page():
                    await asyncio.sleep(0.05)
        found = shelf.page()
        assert [(one.kind, one.leg) for one in found] == ([] if answers else [("early", leg)])
        if found:
            (sound,) = shelf.sound(id_text(found[0].id))
            assert len(sound) > 8000
            assert hearing.level(sound, 650) > 300
        shelf.stores.close()
        spool = asterisk.settings.folder_recordings
        assert spool is not None
        assert [path.name for path in spool.glob(f"{leg}*")] == []

    asyncio.run(main())

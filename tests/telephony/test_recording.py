"""What is recorded on a real Asterisk: told by its tones, kept with session, leg, length and checksum; nothing left behind."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import msgspec
import pytest
import soundfile

from engine.commands import Gather, HangUp, PlayPrompt, Record, RecordCall
from engine.events import (
    CallEnded,
    CallRecorded,
    CommandDone,
    CommandFailed,
    DigitsGathered,
    PlaybackFinished,
    Recorded,
    RecordingLost,
)
from engine.host.keeping import Keeping
from engine.host.settings import Settings
from engine.store import Stores, id_bytes, id_text, new_id, recordings
from engine.store.files import Files
from engine.store.migrate import migrate_all
from engine.store.sessions import LegRow
from engine.store.tenant import leg as leg_table
from engine.store.tenant import session as session_table
from tests.telephony import hearing
from tests.telephony.caller import Caller
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.scene import LONG, SHORT, Scene, scene
from tests.telephony.tidy import nothing_is_left

SESSION = new_id()


class Whose:
    tenant = "main"
    id = SESSION


class Shelf:
    """What is kept, in a tenant's own database and folder."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder / "data", redis_url="unix:///nowhere")
        migrate_all(self.settings)
        self.stores = Stores(self.settings)
        self.keeper = Keeping(self.stores, self.settings.folder_assets, lambda leg: Whose)

    def get(self, asset: str) -> recordings.Recording:
        identity = id_bytes(asset)
        assert identity is not None
        with self.stores.tenant("main").read() as connection:
            found = recordings.get(connection, identity)
        assert found is not None
        return found

    def page(self) -> list[recordings.Recording]:
        with self.stores.tenant("main").read() as connection:
            return recordings.page(connection, before=None, limit=9, session_id=SESSION)

    def sound(self, asset: str) -> list[hearing.Samples]:
        """Each side of a recording."""
        found = self.get(asset)
        content = Files(self.settings.folder_assets, "main").path(found.sha256).read_bytes()
        assert hashlib.sha256(content).digest() == found.sha256
        assert len(content) == found.size
        samples, rate = soundfile.read(io.BytesIO(content), dtype="int16", always_2d=True)
        assert rate == 8000
        return [samples[:, side].astype(float) for side in range(samples.shape[1])]


def on_stage(
    asterisk: LocalAsterisk, folder: Path, play: Callable[[Scene, Shelf, Caller, str], Awaitable[None]]
) -> None:
    """One caller before the adapter; at the end Asterisk has nothing left, not even a file."""

    async def main() -> None:
        shelf = Shelf(folder)
        async with scene(asterisk, folder, shelf.keeper) as stage:
            async with stage.caller() as (caller, leg):
                await play(stage, shelf, caller, leg)
            await nothing_is_left(asterisk)
        shelf.stores.close()
        spool = asterisk.settings.folder_recordings
        assert spool is not None
        assert [path.name for path in spool.glob("*")] == []

    asyncio.run(main())


def say(caller: Caller, hertz: int, seconds: float) -> None:
    caller.rtp.words.extend([hearing.humming(hertz)] * round(seconds / 0.02))


async def say_all(caller: Caller, hertz: int, seconds: float = 1.0) -> None:
    """Say it to its end, which comes late on a busy machine, and a moment for its way through Asterisk."""
    say(caller, hertz, seconds)
    while caller.rtp.words:
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)


def test_silence_ends_what_is_said_after_the_tone(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def play(stage: Scene, shelf: Shelf, caller: Caller, leg: str) -> None:
        stage.perform(Record(id="1", leg=leg, max_seconds=20, silence_seconds=1, beep=True))
        await caller.answered()
        await caller.until_heard()
        await caller.until_quiet()
        assert hearing.level(caller.sound(), 1000) > 500, "the tone is heard"
        say(caller, 700, 1.5)
        kept = await stage.told.event(Recorded, seconds=10)
        assert 1.5 < kept.seconds < 4.5
        (sound,) = shelf.sound(kept.asset)
        found = shelf.get(kept.asset)
        assert (found.session_id, found.leg, found.kind, found.channels) == (SESSION, leg, "speech", 1)
        assert hearing.level(sound, 700) > 10 * hearing.level(sound, 1000), "the caller's words, not our tone"
        stage.perform(HangUp(id="2", leg=leg))

    on_stage(asterisk, tmp_path, play)


def test_a_key_ends_it_and_is_no_answer_to_what_follows(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def play(stage: Scene, shelf: Shelf, caller: Caller, leg: str) -> None:
        stage.perform(Record(id="1", leg=leg, max_seconds=20, silence_seconds=0, beep=False, finish_key="#"))
        await caller.answered()
        await say_all(caller, 450)
        await caller.press("5#")
        kept = await stage.told.event(Recorded)
        assert 0.8 < kept.seconds < 2.5
        stage.perform(Gather(id="2", leg=leg, prompt=SHORT, timeout=0.5))
        assert (await stage.told.event(DigitsGathered)).digits == ""
        stage.perform(HangUp(id="3", leg=leg))

    on_stage(asterisk, tmp_path, play)


def test_what_was_said_before_a_hang_up_is_kept_and_told_first(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def play(stage: Scene, shelf: Shelf, caller: Caller, leg: str) -> None:
        stage.perform(Record(id="1", leg=leg, max_seconds=20, silence_seconds=5, beep=False))
        await caller.answered()
        await say_all(caller, 450)
        await caller.hang_up()
        await stage.told.event(CallEnded)
        kinds = [type(event) for _, event in stage.told.events]
        assert kinds == [Recorded, CallEnded]
        kept = stage.told.events[0][1]
        assert isinstance(kept, Recorded)
        assert hearing.loudest(shelf.sound(kept.asset)[0], 450, 0.5)[0] > 1000

    on_stage(asterisk, tmp_path, play)


@pytest.mark.parametrize("sends", [True, False], ids=["silence", "no sound at all"])
def test_nothing_said_is_no_asset(asterisk: LocalAsterisk, tmp_path: Path, sends: bool) -> None:
    async def play(stage: Scene, shelf: Shelf, caller: Caller, leg: str) -> None:
        if not sends:
            caller._sends_rtp = False
        stage.perform(Record(id="1", leg=leg, max_seconds=2, silence_seconds=1, beep=False))
        await caller.answered()
        kept = await stage.told.event(Recorded, seconds=12)
        assert (kept.asset, kept.seconds) == ("", 0.0)
        stage.perform(HangUp(id="2", leg=leg))

    on_stage(asterisk, tmp_path, play)


def test_a_recording_that_nobody_wants_any_more_is_dropped(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def play(stage: Scene, shelf: Shelf, caller: Caller, leg: str) -> None:
        stage.perform(Record(id="1", leg=leg, max_seconds=20, beep=False))
        await caller.answered()
        say(caller, 450, 1.0)
        await asyncio.sleep(0.5)
        stage.perform(PlayPrompt(id="2", leg=leg, prompt=SHORT))
        assert (await stage.told.event(PlaybackFinished)).command_id == "2"
        stage.perform(HangUp(id="3", leg=leg))
        await stage.told.event(CallEnded)
        assert not [event for _, event in stage.told.events if isinstance(event, (Recorded, CommandFailed))]

    on_stage(asterisk, tmp_path, play)


def test_a_call_is_recorded_with_its_sides_apart_left_out_and_hidden_where_asked(
    asterisk: LocalAsterisk, tmp_path: Path
) -> None:
    async def play(stage: Scene, shelf: Shelf, caller: Caller, leg: str) -> None:
        stage.perform(PlayPrompt(id="0", leg=leg, prompt=SHORT))
        await caller.answered()
        await stage.told.event(PlaybackFinished)
        done = 0

        async def record(action: str) -> None:
            nonlocal done
            stage.perform(RecordCall(id=f"r{done}", leg=leg, action=action))  # type: ignore[arg-type]
            assert (await stage.told.event(CommandDone, number=done)).command_id == f"r{done}"
            done += 1

        await record("start")
        stage.perform(PlayPrompt(id="1", leg=leg, prompt=LONG))  # 440 Hz of ours; the caller's follow
        for action, hertz in ((None, 600), ("hide", 1100), ("start", 850), ("pause", 1350), ("start", 1850)):
            if action is not None:
                await record(action)
            await say_all(caller, hertz)
        await record("stop")
        kept = await stage.told.event(CallRecorded)
        assert shelf.get(kept.asset).channels == 2
        said, heard = shelf.sound(kept.asset)
        assert kept.seconds == pytest.approx(4.8, abs=0.6), (
            "what was paused is left out, what was hidden takes its time"
        )
        for hertz in (600, 850, 1850):
            assert hearing.loudest(said, hertz, 0.5)[0] > 1000, hertz
        for hertz in (1100, 1350, 440):
            assert hearing.level(said, hertz) < 60, hertz
        assert hearing.level(heard, 440) > 500
        assert hearing.level(heard, 600) < 60
        stage.perform(HangUp(id="9", leg=leg))

    on_stage(asterisk, tmp_path, play)


def test_a_call_that_ends_ends_its_recording(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def play(stage: Scene, shelf: Shelf, caller: Caller, leg: str) -> None:
        stage.perform(PlayPrompt(id="0", leg=leg, prompt=LONG))
        await caller.answered()
        stage.perform(RecordCall(id="1", leg=leg))
        await stage.told.event(CommandDone)
        await say_all(caller, 850)
        await caller.hang_up()
        kept = await stage.told.event(CallRecorded)
        assert hearing.loudest(shelf.sound(kept.asset)[0], 850, 0.5)[0] > 1000

    on_stage(asterisk, tmp_path, play)


def test_an_engine_that_takes_over_keeps_what_the_one_before_began(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        shelf = Shelf(tmp_path)
        async with Caller(asterisk.sip_port) as caller:
            async with scene(asterisk, tmp_path, shelf.keeper) as before:
                await caller.dial("7001")
                leg = (await before.told.offer()).leg
                before.perform(PlayPrompt(id="0", leg=leg, prompt=SHORT))
                await caller.answered()
                before.perform(RecordCall(id="1", leg=leg))
                await before.told.event(CommandDone)
                await say_all(caller, 850)
            async with scene(asterisk, tmp_path, shelf.keeper) as after:
                await say_all(caller, 1350)
                await caller.hang_up()
                kept = await after.told.event(CallRecorded)
                sound = shelf.sound(kept.asset)[0]
                assert hearing.loudest(sound, 850, 0.5)[0] > 1000
                assert hearing.loudest(sound, 1350, 0.5)[0] > 1000
        await nothing_is_left(asterisk)
        shelf.stores.close()

    asyncio.run(main())


@pytest.mark.parametrize("how", ["hide", "pause"])
def test_what_was_left_out_when_an_engine_went_is_so_until_the_next_one_is_told_to_go_on(
    asterisk: LocalAsterisk, tmp_path: Path, how: Literal["hide", "pause"]
) -> None:
    async def main() -> None:
        shelf = Shelf(tmp_path)
        async with Caller(asterisk.sip_port) as caller:
            async with scene(asterisk, tmp_path, shelf.keeper) as before:
                await caller.dial("7001")
                leg = (await before.told.offer()).leg
                before.perform(PlayPrompt(id="0", leg=leg, prompt=SHORT))
                await caller.answered()
                before.perform(RecordCall(id="1", leg=leg))
                await before.told.event(CommandDone)
                before.perform(RecordCall(id="2", leg=leg, action=how))
                await before.told.event(CommandDone, number=1)
            async with scene(asterisk, tmp_path, shelf.keeper) as after:
                await say_all(caller, 600)
                after.perform(RecordCall(id="3", leg=leg, action="hide"))
                await say_all(caller, 850)
                after.perform(RecordCall(id="4", leg=leg))
                await say_all(caller, 1350)
                await caller.hang_up()
                kept = await after.told.event(CallRecorded)
                sound = shelf.sound(kept.asset)[0]
                kept_tones = [hertz for hertz in (600, 850, 1350) if hearing.loudest(sound, hertz, 0.5)[0] > 1000]
                assert kept_tones == [1350]
        await nothing_is_left(asterisk)
        shelf.stores.close()

    asyncio.run(main())


def test_what_a_caller_said_who_left_while_no_engine_was_there_is_kept(
    asterisk: LocalAsterisk, tmp_path: Path
) -> None:
    async def main() -> None:
        shelf = Shelf(tmp_path)
        async with Caller(asterisk.sip_port) as caller:
            async with scene(asterisk, tmp_path, shelf.keeper) as before:
                await caller.dial("7001")
                leg = (await before.told.offer()).leg
                before.perform(Record(id="0", leg=leg, max_seconds=20, silence_seconds=0, beep=False))
                await caller.answered()
                await say_all(caller, 850)
            await caller.hang_up()
            await nothing_is_left(asterisk)
        row = LegRow(session_id=SESSION, leg=leg, direction="in", caller="", called="", state="ended", started_at=1)
        session = {"id": SESSION, "flow_id": new_id(), "version": 1, "status": "completed", "rev": 1, "state": b""}
        with shelf.stores.tenant("main").begin() as connection:
            connection.execute(session_table.insert().values(session | {"started_at": 1, "updated_at": 1}))
            connection.execute(leg_table.insert().values(msgspec.structs.asdict(row)))
        shelf.keeper = Keeping(shelf.stores, shelf.settings.folder_assets, lambda leg: None)
        async with scene(asterisk, tmp_path, shelf.keeper), asyncio.timeout(10):
            while not (page := shelf.page()):
                await asyncio.sleep(0.05)
        (kept,) = page
        assert (kept.leg, kept.kind) == (leg, "speech")
        assert hearing.loudest(shelf.sound(id_text(kept.id))[0], 850, 0.5)[0] > 1000
        shelf.stores.close()

    asyncio.run(main())


def test_what_cannot_be_kept_is_said(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    async def main() -> None:
        shelf = Shelf(tmp_path)
        shelf.settings.folder_assets.rmdir()
        shelf.settings.folder_assets.write_text("no folder")
        async with scene(asterisk, tmp_path, shelf.keeper) as stage, stage.caller() as (caller, leg):
            stage.perform(Record(id="1", leg=leg, max_seconds=2, silence_seconds=0, beep=False))
            await caller.answered()
            say(caller, 450, 2.0)
            failed = await stage.told.event(CommandFailed)
            assert (failed.command_id, "could not be kept" in failed.reason) == ("1", True)
            stage.perform(RecordCall(id="2", leg=leg))
            await stage.told.event(CommandDone)
            await asyncio.sleep(0.5)
            await caller.hang_up()
            assert "could not be kept" in (await stage.told.event(RecordingLost)).reason
        shelf.stores.close()
        spool = asterisk.settings.folder_recordings
        assert spool is not None
        for file in spool.glob("*"):
            file.unlink()

    asyncio.run(main())

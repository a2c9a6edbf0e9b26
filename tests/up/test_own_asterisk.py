"""An Asterisk that has nothing but what `callweave asterisk config` prints takes a call and does all that is needed."""

from __future__ import annotations

import asyncio
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from callweave.asterisk.configuration import TEMPLATES
from callweave.asterisk.own import snippets
from callweave.asterisk.root import AsteriskRoot, NoAsterisk, find
from callweave.doctor import telephone
from engine.adapters.ari import AriTelephony
from engine.adapters.ari.config import AriConfig
from engine.commands import Answer, HangUp, PlayPrompt
from engine.events import CallAnswered, CallEnded, PlaybackFinished
from engine.host.settings import Settings
from tests import needs
from tests.adapters.listener import Told
from tests.product import free_port
from tests.telephony.caller import Caller
from tests.telephony.scene import SHORT, Tones


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Settings]:
    """Settings for an Asterisk that runs by its own folders and our snippets alone."""
    try:
        root = find(Settings().cache)
    except NoAsterisk as error:
        needs.absent(str(error))
    port = free_port()
    url = f"http://callweave:PASSWORD@127.0.0.1:{port}/ari"
    settings = Settings(data=tmp_path / "data", sip_port=free_port("udp"), sip_peer_port=free_port("udp"), ari_url=url)
    config = _write(tmp_path, root, snippets(settings).replace("bindport = 8088", f"bindport = {port}"))
    log = tmp_path / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen([*root.command, "-f", "-C", str(config)], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        end = time.monotonic() + 60
        while not _ari_answers(settings):
            assert process.poll() is None and time.monotonic() < end, log.read_text(errors="replace")[-3000:]
            time.sleep(0.1)
        yield settings
    finally:
        process.terminate()
        process.wait(10)


def test_a_call_and_all_that_is_needed(own: Settings, tmp_path: Path) -> None:
    parts = {finding.part: finding for finding in telephone.look(own)}
    assert all(finding.well for finding in parts.values()), parts

    async def main() -> None:
        told = Told()
        assert own.ari_url is not None
        telephony = AriTelephony(AriConfig.read(own.ari_url), told, Tones(tmp_path))
        running = asyncio.create_task(telephony.run())
        try:
            await told.stock_taken()
            async with Caller(own.sip_port) as caller:
                await caller.dial("7001")
                leg = (await told.offer(0)).leg
                telephony.perform(Answer(id="1", leg=leg), "x")
                await told.event(CallAnswered)
                telephony.perform(PlayPrompt(id="2", leg=leg, prompt=SHORT), "x")
                await told.event(PlaybackFinished)
                telephony.perform(HangUp(id="3", leg=leg), "x")
                await caller.ended()
                await told.event(CallEnded)
                assert leg in told.measured, "channelvars are asked for"
        finally:
            await telephony.close()
            await running

    asyncio.run(main())


def _ari_answers(settings: Settings) -> bool:
    return any(finding.part == "modules" for finding in telephone.look(settings))


def _write(folder: Path, root: AsteriskRoot, text: str) -> Path:
    """The snippets as files, and where Asterisk's own folders are."""
    etc = folder / "etc"
    for name in ("etc", "run", "spool/recording", "log", "lib", "data", "agi"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in ("rest-api", "documentation", "static-http"):
        (folder / "data" / name).symlink_to(root.data / name)
    for part in re.split(r"^; ---- ", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        (etc / head.split()[0]).write_text(body, encoding="utf-8")
    for path in TEMPLATES.glob("*.conf"):  # those that are empty, which Asterisk has anyway
        if not (etc / path.name).exists() and "@" not in path.read_text() and path.name != "asterisk.conf":
            (etc / path.name).write_text(path.read_text())
    values = {"HOME": folder, "MODULES": root.modules, "SBIN": root.sbin, "FILES": 4096, "SYSTEM_NAME": "voice1"}
    config = (TEMPLATES / "asterisk.conf").read_text()
    for word, value in values.items():
        config = config.replace(f"@{word}@", str(value))
    (etc / "asterisk.conf").write_text(config)
    return etc / "asterisk.conf"

"""An engine on another machine takes over from one that hangs; when that one wakes up, it touches no call and goes.

On one machine the old engine is ended by its pid. An engine that believes to be on another machine (a UTS namespace
with a name of its own) cannot do that, so this is the fence alone: the lease, the epoch, and Asterisk's word.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.host.settings import PROJECT
from tests import needs
from tests.calls.at_the_menu import all_served, patient, people
from tests.conftest import StartCopy
from tests.product import RunningCopy
from tests.product_api import Api

CALLERS = 3
PATIENCE = 40.0


class Elsewhere:
    """An engine of the same Asterisk under another machine's name."""

    def __init__(self, copy: RunningCopy, log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                ["unshare", "--uts", "sh", "-c", 'hostname elsewhere && exec "$0" -m callweave engine', sys.executable],
                env=copy.env, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip

    async def said(self, words: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while not re.search(words, self._log.read_text(errors="replace")):
                assert self.process.poll() is None, self._log.read_text(errors="replace")
                await asyncio.sleep(0.02)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)


@pytest.fixture
def copy(running_copy: StartCopy) -> RunningCopy:
    return running_copy(CALLWEAVE_ENGINES="1")


@pytest.fixture
def elsewhere(copy: RunningCopy, tmp_path: Path) -> Iterator[Elsewhere]:
    if subprocess.run(["unshare", "--uts", "hostname", "elsewhere"], capture_output=True, check=False).returncode:
        needs.absent("no right to make a UTS namespace")
    engine = Elsewhere(copy, tmp_path / "elsewhere.log")
    yield engine
    engine.stop()


def test_an_engine_that_wakes_up_touches_no_call(copy: RunningCopy, elsewhere: Elsewhere) -> None:
    api = Api(copy)
    flow = api.bound(patient(), "7302")
    hung = copy.processes()["engine"]

    async def trouble() -> None:
        os.kill(hung, signal.SIGSTOP)
        await elsewhere.said(rf"sessions_taken_on\W+{CALLERS}\b")
        os.kill(hung, signal.SIGCONT)
        async with asyncio.timeout(PATIENCE):
            while "ended with 3" not in copy.tail(1000):  # of itself: the other one cannot reach it
                await asyncio.sleep(0.02)

    async def main() -> None:
        await elsewhere.said("standing by")
        await people(copy, api, flow, "7302", CALLERS, trouble)

    asyncio.run(main())
    all_served(api, flow, CALLERS)
    assert "ending the process" not in copy.tail(1000)
